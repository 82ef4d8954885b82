"""Every document, section, row and number that code, tests, templates or documents cite is there to be read."""

import re

import pytest

from tests.house.source import ROOT, text_files

DOCS = ROOT / "docs"
# The twins below cite what does not exist.
THIS = "tests/house/test_docs.py"
SKIPPED = (THIS, "requirements")

HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# What a text may cite, as the words that are looked up in `known`.
STEP = re.compile(r"\b(?:G|P[123]|M[12]|O|H|I|S)-\d\d\b")
SECTION = re.compile(r"\b(\w+)\.md\]? section\s+(\d+)")
TABLE_OF_DOMAIN = re.compile(r"domain\.md ((?:B\d(?:, |–| and )?)+)")
PROMISE = re.compile(r"(?:reliability\.md |\()([TI]\d{1,2})\b")
DOCUMENT = re.compile(r"[\w/-]+\.md\b")


def known() -> set[str]:
    """Everything that can be cited: documents, their numbered sections, and the first cell of every row."""
    found = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
    for path in DOCS.rglob("*.md"):
        text = path.read_text()
        found |= {path.name, path.relative_to(DOCS).as_posix(), path.relative_to(ROOT).as_posix()}
        found |= {f"{path.stem} {number}" for number in re.findall(r"^## (B?\d+)\.", text, re.MULTILINE)}
        found |= set(re.findall(r"^\| ((?:[A-Z]\d?-\d\d)|(?:[TI]\d{1,2})) \|", text, re.MULTILINE))
    return found


def cited(text: str) -> set[str]:
    """What a text cites, in the words of `known`."""
    found = set(STEP.findall(text)) | set(PROMISE.findall(text)) | set(DOCUMENT.findall(text))
    found |= {f"{document} {number}" for document, number in SECTION.findall(text)}
    for tables in TABLE_OF_DOMAIN.findall(text):
        found |= {f"domain {table}" for table in re.findall(r"B\d", tables)}
    return found


def anchors(text: str) -> set[str]:
    """The anchors of a document's headings, as they are made from their words."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def broken_links(folder, text: str) -> list[str]:
    """Relative links of a document in `folder` that lead nowhere."""
    broken = []
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = folder / place if place else None
        missing = target is not None and not target.exists()
        if missing or (anchor and anchor not in anchors(target.read_text() if target else text)):
            broken.append(link)
    return broken


def sources():
    return [(name, text) for name, text in text_files() if not name.startswith(SKIPPED)]


def test_everything_that_is_cited_is_there():
    there = known()
    missing = {name: cited(LINK.sub("]", text)) - there for name, text in sources()}
    assert {name: sorted(ids) for name, ids in missing.items() if ids} == {}


def test_every_link_of_a_document_leads_somewhere():
    broken = {name: broken_links((ROOT / name).parent, text) for name, text in sources() if name.endswith(".md")}
    assert {name: links for name, links in broken.items() if links} == {}


@pytest.mark.parametrize("name", ["design.md", "domain.md", "readings.md", "conformance.md", "reliability.md"])
def test_code_cites_what_the_documents_hold(name):
    """Were nothing found in the code, the test above would prove nothing."""
    held = set(re.findall(r"^(?:\| |## )(B?\d|[A-Z]\d?-\d\d|[TI]\d{1,2})\b", (DOCS / name).read_text(), re.MULTILINE))
    in_code = set().union(*(cited(text) for file, text in sources() if file.endswith((".py", ".jinja"))))
    stem = name.removesuffix(".md")
    assert {f"{stem} {one}" if re.fullmatch(r"B?\d", one) else one for one in held} & in_code


@pytest.mark.parametrize(
    "text",
    [
        "(P3-99)",
        "I-77",
        "S-13",
        "design.md section 12",
        "domain.md B2, B9",
        "reliability.md T99",
        "(I77)",
        "nowhere.md",
    ],
)
def test_what_is_not_there_is_seen(text):
    """The twin: a number that nobody wrote down is found missing."""
    assert len(cited(text) - known()) == 1


@pytest.mark.parametrize("link", ["[x](nowhere.md)", "[x](design.md#nothing)", "[x](#nothing)", "[x](../nowhere/)"])
def test_a_link_that_leads_nowhere_is_seen(link):
    assert len(broken_links(DOCS, f"# Here\n\n{link} [y](design.md#3-the-house) [z](#here)\n")) == 1
