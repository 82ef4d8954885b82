"""A page with answers put into one of its forms, by the names of the fields: what a browser would have kept, had it been asked.

Hidden fields stay as the page made them: they are the page's own knowledge. Where several forms go to one address, the one whose hidden
fields agree most is meant.
"""

import re
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

Said = dict[str, list[str]]
# What a browser types into, and what is ticked; everything else (buttons, files, hidden, password) is left alone.
TYPED = frozenset({"text", "tel", "number", "date", "month", "email", "search", "url"})
TICKED = frozenset({"checkbox", "radio"})


@dataclass
class _Form:
    """A form of the page: where it and its buttons go, what its hidden fields say, what it asks."""

    goes: set[str]
    name: str | None
    hidden: list[tuple[str, str]] = field(default_factory=list)
    asks: set[str] = field(default_factory=set)


def fill(page: str, *, here: str, path: str, said: Said) -> str | None:
    """The page at the path `here` with `said` in its form that goes to `path`; None where it has no such form."""
    forms = _Forms()
    forms.feed(page)
    fitting = [
        number
        for number, form in enumerate(forms.found)
        if path in {(action or here).partition("?")[0] for action in form.goes} and form.asks & said.keys()
    ]
    if not fitting:
        return None
    meant = max(fitting, key=lambda number: _agree(forms.found[number], said))
    filler = _Filler(meant, forms.found[meant].name, said)
    filler.feed(page)
    return "".join(filler.out)


def with_notice(page: str, notice: str) -> str:
    """The page with a notice (HTML) before everything else in <main>."""
    return re.sub(r"<main\b[^>]*>", lambda found: found[0] + notice, page, count=1)


def _agree(form: _Form, said: Said) -> int:
    return sum(1 if value in said[name] else -1 for name, value in form.hidden if name in said)


class _Reader(HTMLParser):
    """Knows which form of the page it is in, by its number."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.forms, self.inside = -1, False

    def feed(self, data: str) -> None:
        super().feed(data)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "form":
            self.forms, self.inside = self.forms + 1, True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


class _Forms(_Reader):
    """First reading: which forms there are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []
        self._elsewhere: dict[str, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(_Form({said.get("action", "")}, said.get("id")))
        elif tag == "button" and self.inside and said.get("formaction"):
            self.found[-1].goes.add(said["formaction"])
        elif tag in ("input", "select", "textarea") and said.get("name"):
            if owner := said.get("form"):
                self._elsewhere.setdefault(owner, set()).add(said["name"])
            elif self.inside and said.get("type") == "hidden":
                self.found[-1].hidden.append((said["name"], said.get("value", "")))
            elif self.inside:
                self.found[-1].asks.add(said["name"])

    def close(self) -> None:
        super().close()
        for form in self.found:
            form.asks |= self._elsewhere.get(form.name or "", set())


class _Filler(_Reader):
    """Second reading: everything as it was, but for the answers."""

    def __init__(self, meant: int, name: str | None, said: Said):
        super().__init__()
        self.meant, self.name, self.said = meant, name, said
        self.out: list[str] = []
        self._select: list[str] | None = None
        self._swallow = False

    def _is_meant(self, attrs: dict[str, str]) -> bool:
        owner = attrs.get("form")
        return owner == self.name if owner else self.inside and self.forms == self.meant

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        raw, given = self.get_starttag_text() or "", {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "option" and self._select is not None:
            given.pop("selected", None)
            if given.get("value", "") in self._select:
                given["selected"] = ""
            raw = _tag(tag, given)
        elif tag == "input" and self._is_meant(given):
            kind = given.get("type", "text")
            if kind in TYPED and name in self.said:
                raw = _tag(tag, given | {"value": self.said[name][-1]})
            elif kind in TICKED:
                given.pop("checked", None)
                ticked = given.get("value", "on") in self.said.get(name, [])
                raw = _tag(tag, given | ({"checked": ""} if ticked else {}))
        elif tag == "select" and self._is_meant(given) and name in self.said:
            self._select = self.said[name]
        self.out.append(raw)
        if tag == "textarea" and self._is_meant(given) and name in self.said:
            # A line break right after the tag is not part of the text.
            self.out.append("\n" + escape(self.said[name][-1]))
            self._swallow = True

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "input":
            self.handle_starttag(tag, attrs)
        else:
            self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._swallow = False
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._swallow:
            self.out.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")


def _tag(tag: str, attrs: dict[str, str]) -> str:
    words = (name if value == "" and name != "value" else f'{name}="{escape(value)}"' for name, value in attrs.items())
    return f"<{' '.join([tag, *words])}>"
