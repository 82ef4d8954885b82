"""What every scheme brings to the tests of the house, found by its place: the folder of its tests, `tests/<app label>/`.

routes.py       TABLE: who meets what behind its addresses. build(cast): the objects they are tried on, by name; among them
                an application `waiting` (待审核) and one `bounced` (退付失败), both of the resident
canaries.py     apply(bird, office, amount): an application of a canary. pages(refund): where its numbers are asked for
factories.py    submitted(user, office=…): an application of the user, 待审核

Any other app of ours may have a `routes.py` too. Its REGIONS, if it has some, are the regions that views send alone.
"""

from importlib import import_module
from pathlib import Path

from tests.house.source import apps_here

TESTS = Path(__file__).resolve().parents[1]
MODULES = {
    "routes": ("TABLE", "build"),
    "canaries": ("apply", "pages"),
    "factories": ("submitted",),
}


def label_of(scheme) -> str:
    """The label of the app that a scheme lives in."""
    return scheme.model._meta.app_label


def of(scheme, module: str):
    """One of the modules that a scheme brings."""
    return import_module(f"tests.{label_of(scheme)}.{module}")


def missing(label: str) -> list[str]:
    """What the scheme of that app should have brought and did not."""
    lacking = []
    for module, names in MODULES.items():
        try:
            brought = import_module(f"tests.{label}.{module}")
        except ModuleNotFoundError:
            lacking.append(f"tests/{label}/{module}.py")
            continue
        lacking += [f"tests/{label}/{module}.py {name}" for name in names if not getattr(brought, name, None)]
    return lacking


def routes() -> dict:
    """Their modules `routes`, by label."""
    found = (app.label for app, _folder in apps_here() if (TESTS / app.label / "routes.py").exists())
    return {label: import_module(f"tests.{label}.routes") for label in found}
