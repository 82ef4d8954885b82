"""A name that somebody chose never meets a page of the portal that is called the same."""

import re

from django.urls import get_resolver, include, path

# What the portal itself numbers or names: no page is called that.
NAMED_BY_THE_PORTAL = frozenset({"number", "code", "agency", "field"})
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def routes(resolver, before=""):
    """Every address of the portal, as it is written."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, route)
        else:
            yield route


def shadowed(resolver) -> list[tuple[str, str]]:
    """(an address with a chosen name in it, a page that stands where such a name may stand)."""
    known = [route.split("/") for route in routes(resolver)]
    return [
        ("/".join(one), "/".join(other)) for one in known for other in known if one != other and _may_meet(one, other)
    ]


def _may_meet(one, other) -> bool:
    if len(one) != len(other):
        return False
    pairs = list(zip(one, other, strict=True))
    fits = all(ours == theirs or _is_chosen(ours) or _is_chosen(theirs) for ours, theirs in pairs)
    return fits and any(_is_chosen(ours) and not PARAMETER.search(theirs) for ours, theirs in pairs)


def _is_chosen(part: str) -> bool:
    found = PARAMETER.fullmatch(part)
    return bool(found and found[1] in (None, "str", "slug", "path") and found[2] not in NAMED_BY_THE_PORTAL)


def test_no_page_stands_where_a_chosen_name_may_stand():
    assert shadowed(get_resolver()) == []


def test_one_that_does_is_found():
    """The twin."""

    class Resolver:
        url_patterns = [path("staff/", include([path("new/", len), path("<str:username>/", len)]))]

    assert shadowed(Resolver) == [("staff/<str:username>/", "staff/new/")]
