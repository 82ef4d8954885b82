"""The pages of the report as a person reads them."""

from tests.pages import by_id, find, find_all, text, tree

URL = "/bankreports/"
ADD = "/bankreports/add/"
CHECK = "/bankreports/check/"
REMOVE = "/bankreports/remove/"


def edit_url(record) -> str:
    return f"/bankreports/records/{record.pk}/"


def change_url(record) -> str:
    return f"/bankreports/accounts/{record.account}/change/"


def close_url(record) -> str:
    return f"/bankreports/accounts/{record.account}/close/"


def rows(client) -> list[dict[str, str]]:
    """The accounts of the report page: heading → words. A unit's are the rows of a grid, a resident's a card each."""
    page = by_id(tree(client.get(URL)), "accounts")
    lines = find_all(page, lambda tag, attrs: tag == "tr")
    cells = [find_all(line, lambda tag, attrs: "data-label" in attrs) for line in lines]
    grid = [{cell["attrs"]["data-label"]: text(cell) for cell in line} for line in cells if line]
    return grid or [_card(one) for one in find_all(page, lambda tag, attrs: attrs.get("class") == "card account-card")]


def _card(card) -> dict[str, str]:
    bank, state, *_ = find_all(card, lambda tag, attrs: tag == "h2" or "badge" in attrs.get("class", ""))
    items = find_all(card, lambda tag, attrs: attrs.get("class") == "facts__item")
    said = dict(tuple(text(part) for part in item["children"]) for item in items)
    label, _, name = text(bank).partition(" ")
    acts = find_all(card, lambda tag, attrs: "button" in attrs.get("class", "").split())
    return said | {
        "操作类型": f"{said['操作类型']} {text(state)}",
        label: name,
        "操作": " ".join(text(act) for act in acts),
    }


def summary(response) -> str:
    """What the box above the form says is to be mended; empty without one."""
    box = find(tree(response), lambda tag, attrs: "data-error-summary" in attrs)
    return text(box) if box else ""


def boxes(response) -> dict[str, str]:
    """Everything that the boxes and lists of the page hold, by name."""
    page, found = tree(response), {}
    for box in find_all(page, lambda tag, attrs: tag == "input" and "name" in attrs):
        found[box["attrs"]["name"]] = box["attrs"].get("value", "")
    for choice in find_all(page, lambda tag, attrs: tag == "select"):
        selected = find(choice, lambda tag, attrs: tag == "option" and "selected" in attrs)
        found[choice["attrs"]["name"]] = selected["attrs"]["value"] if selected else ""
    return found


def error_at(response, name) -> str:
    """The sentence under one field."""
    found = by_id(tree(response), f"id_{name}-error")
    return text(found) if found else ""


def shown(client) -> str:
    """What the check page carries of what it shows."""
    return boxes(client.get(CHECK))["seen"]


def confirm(client, seen=None):
    """确认并提交报告, for what the check page showed."""
    return client.post(CHECK, {"seen": shown(client) if seen is None else seen}, follow=True)
