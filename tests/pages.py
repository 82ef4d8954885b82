"""Reading pages as a person would: text, titles, links; and applying a fragment to a page as htmx would."""

from html.parser import HTMLParser

VOID = {
    "area",
    "base",
    "br",
    "col",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
    "path",
    "circle",
    "line",
    "rect",
    "polyline",
    "polygon",
    "ellipse",
}


class _Tree(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = {"tag": "#", "attrs": {}, "children": []}
        self.stack = [self.root]

    def handle_starttag(self, tag, attrs):
        node = {"tag": tag, "attrs": dict(attrs), "children": []}
        self.stack[-1]["children"].append(node)
        if tag not in VOID:
            self.stack.append(node)

    def handle_startendtag(self, tag, attrs):
        self.stack[-1]["children"].append({"tag": tag, "attrs": dict(attrs), "children": []})

    def handle_endtag(self, tag):
        if tag not in VOID and any(node["tag"] == tag for node in self.stack[1:]):
            while self.stack.pop()["tag"] != tag:
                pass

    def handle_data(self, data):
        if text := " ".join(data.split()):
            self.stack[-1]["children"].append(text)


def tree(response) -> dict:
    """The parsed page."""
    parser = _Tree()
    parser.feed(response.content.decode())
    return parser.root


def text(node) -> str:
    """All words of a node or response, in order."""
    if hasattr(node, "content"):
        node = tree(node)
    if isinstance(node, str):
        return node
    if node["tag"] in ("script", "style", "svg"):
        return ""
    return " ".join(filter(None, (text(child) for child in node["children"])))


def find(node, match):
    """The first node, depth first, for which `match(tag, attrs)` holds; or None."""
    for child in node["children"]:
        if isinstance(child, dict):
            if match(child["tag"], child["attrs"]):
                return child
            if found := find(child, match):
                return found
    return None


def find_all(node, match) -> list:
    found = []
    for child in node["children"]:
        if isinstance(child, dict):
            if match(child["tag"], child["attrs"]):
                found.append(child)
            found += find_all(child, match)
    return found


def by_id(node, identity):
    return find(node, lambda _tag, attrs: attrs.get("id") == identity)


def headings(response) -> list[str]:
    """Column headings, without the words for screen readers only."""
    cells = find_all(tree(response), lambda tag, attrs: tag == "th")
    return [text(cell) for cell in cells]


def swap(page, fragment, region) -> dict:
    """The page's tree after htmx replaced `region` by the fragment (outerHTML), and what comes with it out of band."""
    whole, sent = tree(page), tree(fragment)
    _replace(whole, region, by_id(sent, region))
    for other in find_all(sent, lambda _tag, attrs: "hx-swap-oob" in attrs):
        del other["attrs"]["hx-swap-oob"]
        _replace(whole, other["attrs"]["id"], other)
    return whole


def _replace(node, region, new):
    for position, child in enumerate(node["children"]):
        if isinstance(child, dict):
            if child["attrs"].get("id") == region:
                node["children"][position] = new
            else:
                _replace(child, region, new)


def without_tokens(node) -> dict:
    """The tree without CSRF tokens, one-time keys and the seconds that are left, which differ on every load."""
    attrs = {k: v for k, v in node["attrs"].items() if k not in ("hx-headers", "data-session")}
    if attrs.get("name") in ("csrfmiddlewaretoken", "key"):
        attrs.pop("value", None)
    children = [without_tokens(child) if isinstance(child, dict) else child for child in node["children"]]
    return {"tag": node["tag"], "attrs": attrs, "children": children}
