"""The pages of 医保 as a person reads them, on a PC or on a phone (some things have another name there)."""

from tests.pages import by_id, find, find_all, tree
from tests.pages import text as all_words

LIST = "/medical/"
ENROLMENTS = "/medical/enrolments/"
APPLY = "/medical/apply/"
PROGRESS = "/medical/progress/"
# What htmx says when it wants the dialog only.
DIALOG = {"hx-request": "true", "hx-target": "dialog"}
HIDDEN_ON = {"pc": "on-phone", "phone": "on-pc"}


def said(node, on="pc") -> str:
    """All words that are shown on that device."""
    node = tree(node) if hasattr(node, "content") else node
    if isinstance(node, str):
        return node
    if node["tag"] in ("script", "style", "svg") or HIDDEN_ON[on] in node["attrs"].get("class", ""):
        return ""
    return " ".join(filter(None, (said(child, on) for child in node["children"])))


def facts(node, on="pc") -> dict[str, str]:
    """Label → value of everything that stands in pairs, in order, without the way to change it."""
    node = tree(node) if hasattr(node, "content") else node
    items = find_all(node, lambda tag, attrs: attrs.get("class") == "facts__item")
    return dict(tuple(said(part, on).partition(" 修改 ")[0] for part in item["children"]) for item in items)


def rows(node, on="pc") -> list[dict[str, str]]:
    """The lines of the page's tables: heading → words; what has no heading is left out."""
    node = tree(node) if hasattr(node, "content") else node
    found = []
    for line in find_all(node, lambda tag, attrs: tag == "tr"):
        cells = [cell for cell in shown(line, on) if cell["attrs"].get("data-label")]
        if cells:
            found.append({_heading(cell["attrs"], on): said(cell, on) for cell in cells})
    return found


def _heading(attrs, on) -> str:
    return attrs.get("data-phone", attrs["data-label"]) if on == "phone" else attrs["data-label"]


def shown(node, on="pc"):
    """Every element below it that is shown on that device."""
    for child in node["children"]:
        if isinstance(child, dict) and HIDDEN_ON[on] not in child["attrs"].get("class", ""):
            yield child
            yield from shown(child, on)


def links(node, on="pc") -> dict[str, str]:
    """Words → address of every link."""
    node = tree(node) if hasattr(node, "content") else node
    return {said(link, on): link["attrs"].get("href", "") for link in find_all(node, lambda tag, attrs: tag == "a")}


def buttons(node, on="pc") -> list[str]:
    node = tree(node) if hasattr(node, "content") else node
    found = [
        one for one in shown(node, on) if one["tag"] == "button" or "button" in one["attrs"].get("class", "").split()
    ]
    return [said(button, on) for button in found]


def boxes(node, name) -> list[dict]:
    """The attributes of all inputs with that name."""
    node = tree(node) if hasattr(node, "content") else node
    return [box["attrs"] for box in find_all(node, lambda tag, attrs: tag == "input" and attrs.get("name") == name)]


def values(node, name) -> list[str]:
    return [box["value"] for box in boxes(node, name)]


def ticked(node, name) -> list[str]:
    return [box["value"] for box in boxes(node, name) if "checked" in box]


def options(node, name) -> list[str]:
    """The values of a list, without the empty one."""
    chooser = find(tree(node), lambda tag, attrs: tag == "select" and attrs.get("name") == name)
    found = find_all(chooser, lambda tag, attrs: tag == "option")
    return [option["attrs"]["value"] for option in found if option["attrs"]["value"]]


def selected(node, name) -> str:
    chooser = find(tree(node), lambda tag, attrs: tag == "select" and attrs.get("name") == name)
    option = find(chooser, lambda tag, attrs: tag == "option" and "selected" in attrs)
    return option["attrs"]["value"] if option else ""


def error_at(node, name) -> str:
    """The sentence under one field."""
    found = by_id(tree(node), f"id_{name}-error")
    return all_words(found) if found else ""


def summary(node) -> str:
    """What the box above the form says is to be mended; empty without one."""
    box = find(tree(node), lambda tag, attrs: "data-error-summary" in attrs)
    return all_words(box) if box else ""
