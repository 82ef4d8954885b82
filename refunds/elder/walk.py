"""One question a page, out of an ordinary form. The form alone judges; here is only said what is asked next.

A form may say of its fields `plain` (a question and a hint in everyday words) and `asked_beside` (which field is asked on the page of
which other); each class says it of its own fields only. A form that says neither is asked field by field under its labels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.functional import cached_property

from foundation.jinja2 import grouped

# What a page of the walk posts beside the answers: which question it asked, which one is wanted now, that all were seen.
ASKED, TO, SEEN = "walk_asked", "walk_to", "walk_seen"
LEFT_EMPTY = "没有填"


@dataclass(frozen=True)
class Question:
    """`name` is that of its first field."""

    name: str
    fields: tuple[str, ...]
    words: str
    hint: str = ""


@dataclass(frozen=True)
class Answer:
    """What was said to a question, under the label of its field."""

    name: str
    label: str
    words: str


def questions_of(form: forms.Form) -> list[Question]:
    """In the order of the form."""
    plain, beside = _declared(form, "plain"), _declared(form, "asked_beside")
    asked = [name for name in form.fields if beside.get(name) not in form.fields]
    return [
        Question(
            name,
            (name, *(other for other in form.fields if beside.get(other) == name)),
            *plain.get(name, (str(form.fields[name].label), "")),
        )
        for name in asked
    ]


def filled(data: QueryDict, form: forms.Form) -> QueryDict:
    """`data`, with what the unbound form says by itself where it has nothing."""
    filled = data.copy()
    for bound in form:
        value = bound.value()
        if bound.name not in filled and value not in (None, "", False):
            filled[bound.name] = str(value)
    return filled


def choices_of(field: forms.Field) -> list[tuple[str, str]]:
    """Value and label of each, without the empty one; of a field that offers none, nothing."""
    if not isinstance(field, forms.ChoiceField):
        return []
    offered: list[tuple[Any, Any]] = list(flatten_choices(cast(Any, field.choices)))
    return [(str(key), str(label)) for key, label in offered if str(key)]


class Walk:
    """Where somebody stands who answers a form question by question; `form` is bound to `data`."""

    def __init__(self, form: forms.Form, data: QueryDict):
        self.form, self.data = form, data
        self.questions = questions_of(form)

    @cached_property
    def at(self) -> Question | None:
        """The question to ask now, with what is wrong in its answer still in the form; None when all are answered."""
        asked, shown = self._next()
        if asked is not None:
            for name in set(self.form.errors) - set(shown):  # was not answered yet, or is asked on another page
                del self.form.errors[name]
        return asked

    def _next(self) -> tuple[Question | None, tuple[str, ...]]:
        """The question, and of which fields the mistakes are shown with it."""
        if wanted := self._named(TO):
            return wanted, ()
        if wrong := next(filter(self._is_wrong, self.questions[: self._answered]), None):
            return wrong, wrong.fields
        if self._answered < len(self.questions):
            return self.questions[self._answered], ()
        return (self.questions[-1], (NON_FIELD_ERRORS,)) if self.form.errors else (None, ())

    @property
    def place(self) -> int:
        """Which of the questions that is, from 1."""
        return self.questions.index(self.at) + 1 if self.at else len(self.questions) + 1

    @property
    def back(self) -> str:
        """The name of the question before, or an empty string."""
        return self.questions[self.place - 2].name if self.place > 1 else ""

    def carried(self) -> list[tuple[str, str]]:
        """All answers but those of the page itself, to be posted again as they were typed."""
        here = self.at.fields if self.at else ()
        seen = [] if self.at or SEEN in self.data else [(SEEN, "1")]
        return [*((name, value) for name, value in self.everything() if name not in here), *seen]

    def everything(self) -> list[tuple[str, str]]:
        """All answers, for a page that asks something else."""
        names = [*self.form.fields, SEEN]
        return [(name, value) for name in names for value in self.data.getlist(name)]

    def answers(self) -> list[Answer]:
        """What was said, to be looked through before it is sent; of a form without mistakes."""
        assert self.form.is_valid(), "whoever looks it through has answered all"
        return [
            Answer(one.name, str(self.form.fields[one.name].label), self._said(self.form[one.name]))
            for one in self.questions
        ]

    @property
    def _answered(self) -> int:
        """How many questions have been asked: whoever changes one after having seen all is led back to the end."""
        if SEEN in self.data or self.data.get("step") == "confirm":
            return len(self.questions)
        asked = self._named(ASKED)
        return self.questions.index(asked) + 1 if asked else 0

    def _named(self, key: str) -> Question | None:
        return next((one for one in self.questions if one.name == self.data.get(key)), None)

    def _is_wrong(self, question: Question) -> bool:
        return any(name in self.form.errors for name in question.fields)

    def _said(self, bound: forms.BoundField) -> str:
        value = self.form.cleaned_data.get(bound.name)
        if not self.data.get(bound.name, "").strip():
            return "。".join(filter(None, [LEFT_EMPTY, str(bound.help_text)]))
        if isinstance(bound.field, forms.ModelChoiceField):
            return str(bound.field.label_from_instance(value))
        if isinstance(bound.field, forms.ChoiceField):
            return dict(choices_of(bound.field))[str(value)]
        return grouped(str(value)) if bound.name == "account_number" else str(value)


def _declared(form: forms.Form, what: str) -> Mapping[str, Any]:
    """What the classes of a form say of their fields, the nearest last."""
    found: dict[str, Any] = {}
    for kind in reversed(type(form).__mro__):
        found |= getattr(kind, what, {})
    return found
