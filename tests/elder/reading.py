"""Pages of 长辈模式 as whoever presses 下一步 meets them."""

from tests.pages import find, find_all, text, tree


def with_elder(client, kept="standard-elder"):
    """The device was told so."""
    client.cookies["display"] = kept


def question(page) -> str:
    """The one thing that the page is about."""
    return text(find(tree(page), lambda tag, _attrs: tag == "h1"))


def form_of(page):
    return find(tree(page), lambda tag, attrs: tag == "form" and attrs.get("id") == "step") or tree(page)


def hidden(page) -> list[tuple[str, str]]:
    """What the page sends on by itself."""
    boxes = find_all(form_of(page), lambda tag, attrs: tag == "input" and attrs.get("type") == "hidden")
    return [(box["attrs"]["name"], box["attrs"].get("value", "")) for box in boxes]


def shown(page) -> list[tuple[str, str]]:
    """What stands in its boxes and is chosen."""
    form = form_of(page)
    boxes = [
        box["attrs"] for box in find_all(form, lambda tag, attrs: tag == "input" and attrs.get("type") != "hidden")
    ]
    found = [
        (box["name"], box.get("value", ""))
        for box in boxes
        if box["type"] not in ("radio", "checkbox") or "checked" in box
    ]
    for chooser in find_all(form, lambda tag, _attrs: tag == "select"):
        chosen = find(chooser, lambda tag, attrs: tag == "option" and "selected" in attrs)
        found.append((chooser["attrs"]["name"], chosen["attrs"]["value"] if chosen else ""))
    return found


def press(client, address, page, *, follow=False, **said):
    """What its button sends, with these answers instead of those that stand there."""
    sent: dict[str, list] = {}
    for name, value in [*hidden(page), *shown(page)]:
        sent.setdefault(name, []).append(value)
    return client.post(address, sent | said, follow=follow)
