"""What stands in docs/manual, read from the very files that are read in the repository: an index, and one file per chapter.

The words are Markdown of a few kinds only (`KINDS`); a page shows each of them by a template, so that no text of a file is ever
markup of the portal. What a page could not show is refused when it is read, and `tests/manual/` reads them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from accounts.models import Role

FOLDER = settings.BASE_DIR / "docs" / "manual"
INDEX = "README"
PICTURES = "pictures/"
# What `templates/manual/_words.jinja` has a form for.
KINDS = {"heading", "paragraph", "inline", "text", "softbreak", "strong", "link", "image"}
KINDS |= {"ordered_list", "bullet_list", "list_item", "blockquote"}
# The part of the index that is a role's own; what anybody may read; what only those read who work for a tax office.
OWN = {
    Role.RESIDENT: "自然人",
    Role.CLERK: "村（单位）经办人",
    Role.REVIEWER: "税务人员",
    Role.COUNTERSIGNER: "税务人员",
    Role.AUDITOR: "稽核、统计",
    Role.ADMINISTRATOR: "系统管理员",
}
ANYBODYS = (OWN[Role.RESIDENT], OWN[Role.CLERK])


class Unreadable(ValueError):
    """A page of the manual holds what no template shows; the text says which page and what."""


@dataclass
class Section:
    """A heading and what follows it, as nodes of the syntax tree."""

    heading: str
    nodes: list[SyntaxTreeNode] = field(default_factory=list)

    @property
    def links(self) -> list[str]:
        """The chapters that are linked here, by name."""
        return [link_of(node) for node in walk(self.nodes) if node.type == "link"]


@dataclass
class Chapter:
    """A page: its title, what stands before the first section, and the sections."""

    name: str
    title: str
    lede: list[SyntaxTreeNode]
    sections: list[Section]


def walk(nodes: list[SyntaxTreeNode]) -> Iterator[SyntaxTreeNode]:
    """Each of the nodes, and all below them, in the order of the text."""
    for node in nodes:
        yield from node.walk()


def names() -> list[str]:
    """Of all chapters, without the index."""
    return sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != INDEX)


@cache
def chapter(name: str) -> Chapter:
    """That file, read once in the life of a process. Raises Unreadable, and FileNotFoundError for a name that is none."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").parse((FOLDER / f"{name}.md").read_text(encoding="utf-8")))
    for node in tree.walk():
        _judge(name, node)
    first, *rest = tree.children
    at = [place for place, node in enumerate(rest) if node.type == "heading" and node.tag == "h2"]
    sections = [Section(words(rest[here]), rest[here + 1 : end]) for here, end in pairwise([*at, len(rest)])]
    return Chapter(name, words(first), rest[: at[0]], sections)


def _judge(name: str, node: SyntaxTreeNode) -> None:
    if node.is_root or node.type in KINDS and (node.type not in ("link", "image") or _target(node)):
        return
    raise Unreadable(f"{name}.md: {node.type} {node.attrs or node.content}")


def _target(node: SyntaxTreeNode) -> bool:
    """Whether a link or a picture leads to what is there."""
    if node.type == "image":
        return (FOLDER / str(node.attrs["src"])).parent == FOLDER / "pictures"
    return (FOLDER / str(node.attrs["href"])).is_file()


def words(node: SyntaxTreeNode) -> str:
    """The text of a node, without its form."""
    return "".join(one.content for one in node.walk() if one.type == "text")


def link_of(node: SyntaxTreeNode) -> str:
    """The name of the chapter that a link leads to."""
    return Path(str(node.attrs["href"])).stem


@cache
def size_of(picture: str) -> tuple[int, int]:
    """Width and height in pixels of a picture in docs/manual, from the head of an extended WebP file (RFC 9649 section 2.7), which is
    what Chromium writes. Raises Unreadable for any other."""
    head = (FOLDER / picture).read_bytes()[:30]
    if head[8:16] != b"WEBPVP8X":
        raise Unreadable(f"{picture} is no WebP picture of a browser")
    return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1


def parts(role: str) -> list[Section]:
    """The parts of the index that somebody of this role (empty for a stranger) may read, her own first."""
    own = OWN.get(Role(role)) if role else None
    inside = own is not None and own not in ANYBODYS
    found = [part for part in chapter(INDEX).sections if inside or part.heading in ANYBODYS]
    return sorted(found, key=lambda part: part.heading != own)
