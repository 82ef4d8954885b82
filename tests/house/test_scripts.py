"""What holds for every script: it says what it does, it knows no page, and what it looks for is there."""

import re

import pytest

from tests.house.source import ROOT, templates

FOLDER = ROOT / "static" / "portal" / "js"
SCRIPTS = {path.name: path.read_text() for path in sorted(FOLDER.iterdir())}
# What a script puts on a page by itself.
OWN = {"data-trouble"}


def code(text):
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def attributes(text):
    """The data attributes that a script asks for, in a selector or through `dataset`."""
    yield from re.findall(r"data-[a-z-]+", code(text))
    taken_apart = re.findall(r"const \{ (.+?) \} = \w+\.dataset", text)
    for name in [*re.findall(r"dataset\.(\w+)", text), *", ".join(taken_apart).split(", ")]:
        if name:
            yield "data-" + re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def test_every_script_is_loaded_and_no_other():
    loaded = re.findall(r"static\('portal/js/(.+?)'\)", "".join(templates().values()))
    assert sorted(loaded) == sorted(SCRIPTS)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_opens_with_one_sentence_that_says_what_it_does_and_is_short(name):
    first, second = SCRIPTS[name].splitlines()[:2]
    assert re.fullmatch(r"// [A-Z].*[a-z]\.", first), first
    assert not second.startswith("//")
    assert len(SCRIPTS[name].splitlines()) <= 90


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an address", r"""["'`](?:/|https?:)|\blocation\b|endsWith\("/"""),
        ("an element by its id", r"""["'`][^"'`\n]*#[a-z]|getElementById\(["'`]"""),
        ("a name that others would meet", r"\b(?:window|globalThis)\.\w+\s*=|^\s*(?:import|export)\b"),
    ],
)
def test_no_script_knows(what, pattern):
    found = [name for name, text in SCRIPTS.items() if re.search(pattern, code(text), re.MULTILINE)]
    assert found == [], what


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_script_looks_for_is_in_a_template(name):
    written = set(re.findall(r"data-[a-z-]+", "".join(templates().values())))
    assert set(attributes(SCRIPTS[name])) - OWN <= written
