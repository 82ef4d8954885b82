"""Which columns are about a person, as the models say where they declare them.

A model has `PERSONAL`, a dict of field and purpose in at most 15 words, and `IMPERSONAL`, the names of its other fields;
it says nothing again that an abstract base says. History rows are made by a library and follow the model they keep.
"""

# What a history row has beside the fields it keeps: only the context says who it was.
_HISTORY_PERSONAL = {"pgh_context": "who did it, in which role, from where"}


def personal(model) -> dict[str, str]:
    """The purpose of each field about a person, by name."""
    if tracked := _tracked(model):
        return {name: why for name, why in personal(tracked).items() if name in names(model)} | _HISTORY_PERSONAL
    return {name: why for said in _said(model, "PERSONAL", {}) for name, why in said.items()}


def impersonal(model) -> set[str]:
    """The names of the fields that are not about a person."""
    if tracked := _tracked(model):
        own = {name for name in names(model) if name.startswith("pgh_")}
        return impersonal(tracked) & names(model) | own - _HISTORY_PERSONAL.keys()
    return {name for said in _said(model, "IMPERSONAL", "") for name in said.split()}


def names(model) -> set[str]:
    """The names of all fields that the model itself holds."""
    return {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}


def mistakes(model) -> list[str]:
    """What is wrong with a model's words about its fields; empty when each is named once and has its purpose."""
    mine, about, rest = names(model), personal(model), impersonal(model)
    label = model._meta.label
    return [
        *(f"{label}.{name} is neither PERSONAL nor IMPERSONAL" for name in sorted(mine - about.keys() - rest)),
        *(f"{label}.{name} is both PERSONAL and IMPERSONAL" for name in sorted(about.keys() & rest)),
        *(f"{label}.{name} is no field" for name in sorted((about.keys() | rest) - mine)),
        *(f"{label}.{name} needs a purpose of 1 to 15 words" for name in sorted(about) if not _is_short(about[name])),
    ]


def _tracked(model):
    """The model whose history this one keeps, if it keeps any."""
    return getattr(model, "pgh_tracked_model", None)


def _said(model, attribute, nothing) -> list:
    """What each class says itself, the model last."""
    return [vars(base).get(attribute, nothing) for base in reversed(model.__mro__)]


def _is_short(purpose: str) -> bool:
    return 1 <= len(purpose.split()) <= 15
