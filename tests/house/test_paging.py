"""Every list turns its pages both ways, shows each row once, and takes no nonsense for a place in it."""

import ast
import base64
import json
import re
import sys
from html import unescape

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from foundation import paging
from handoff.models import WorkItem
from tests.house.routes import TABLE, build
from tests.house.rows import ROLES
from tests.house.source import walk
from tests.house.test_routes import as_role, names
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
MOMENT = "2026-01-01T00:00:00+00:00"
NOBODY = "00000000-0000-0000-0000-000000000000"
NONSENSE = [
    [MOMENT, NOBODY],
    ["2026-01-01T00:00:00", NOBODY],  # no time zone
    ["9999-12-31T23:59:59-23:59", NOBODY],
    ["0001-01-01T00:00:00+23:59", NOBODY],
    [MOMENT, 5],
    [MOMENT, "5"],
    [MOMENT, 10**40],
    [MOMENT, -1],
    [MOMENT, None],
    [MOMENT, True],
    [MOMENT, [1]],
    [MOMENT, "\0"],
    [None, NOBODY],
    [MOMENT],
    {"a": 1, "b": 2},
    "ab",
    5,
]
RAW = ["", "%", "\0", "é", "AAAA", "A" * 3000, base64.urlsafe_b64encode(b"[" * 3000).decode()]


def cursor(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.fixture
def world(cast):
    for year in range(2015, 2020):
        submitted(cast.resident, office=cast.county, year=year)
        WorkItem.objects.create(kind="held", agency="hrss", instruction_id=f"YL{year}-1", office=cast.county, detail="")
    return cast


# Those that are long in this world, as (role, address). All there are, `pages_with_lists` finds.
LISTS = [
    ("resident", "/inquiry/"),
    ("resident", "/pension/progress/"),
    ("reviewer", "/review/"),
    ("reviewer", "/review/?queue=all"),
    ("reviewer", "/review/items/"),
]


# Two lists on one page are told apart by what opens the names in the address.
PREFIXES = {
    "",
    *(
        node.value.value
        for _name, node in walk()
        if isinstance(node, ast.keyword) and node.arg == "prefix" and isinstance(node.value, ast.Constant)
    ),
}


def pages_with_lists(cast, monkeypatch):
    """(client, address, query) of every page of the portal that turns pages, each for somebody who may open it."""
    asked, read = [], paging._read_cursor
    monkeypatch.setattr(paging, "_read_cursor", lambda *args: asked.append(args) or read(*args))
    world = build(cast)
    for row in TABLE:
        role = next((role for role, code in zip(ROLES, row.get.split(), strict=True) if code == "200"), None)
        if role:
            client, address = as_role(role, cast), reverse(row.name, args=row.args(world))
            asked.clear()
            client.get(address, row.query(world))
            if asked:
                yield client, address, row.query(world)


def test_no_place_in_a_list_is_an_error(cast, monkeypatch):
    """What a page asks of its list is asked again for each place, which spares drawing a thousand pages."""
    asked = []

    def listening(request, querysets, **options):
        asked.append((querysets, options))
        return paging.page_of(request, querysets, **options)

    lists = list(pages_with_lists(cast, monkeypatch))
    assert len(lists) >= 9
    for module in turning():
        monkeypatch.setattr(module, "page_of", listening)
    for client, address, query in lists:
        asked.clear()
        drawn = client.get(address, query | {prefix + "after": RAW[-1] for prefix in PREFIXES})
        assert (drawn.status_code, len(asked) > 0) == (200, True), address
        for querysets, options in asked:
            for place in [*map(cursor, NONSENSE), *RAW]:
                for way in ("after", "before"):
                    request = RequestFactory().get(address, {options.get("prefix", "") + way: place})
                    assert paging.page_of(request, querysets, **options).size, (address, place, way)


def rows(response) -> list[str]:
    return list(
        dict.fromkeys(
            re.findall(r"<span class=\"(?:cell|cases__number)\">(?:<a[^>]*>)?(YL[\d-]+)", response.content.decode())
        )
    )


def turn(response, way) -> str:
    """The link of a list to its next or last page; other links, too, may carry the place in it to come back."""
    pagers = re.findall(r'<div class="pager__links">(.*?)</div>', response.content.decode(), re.DOTALL)
    links = [unescape(link) for pager in pagers for link in re.findall(r'href="([^"]*)"', pager)]
    return next((link for link in links if f"{way}=" in link), "")


def turning():
    """The modules that make a page of a list: every view is loaded by then, those of the tests too."""
    assert list(names())
    loaded = [module for module in sys.modules.values() if module is not paging]
    return [module for module in loaded if getattr(module, "__dict__", {}).get("page_of") is paging.page_of]


# Lists of which the world has no second row, by the name of their page and what opens the names in its address.
SHORT = {("review:behalf", "")}


def test_every_list_there_is_turns_both_ways(cast, monkeypatch):
    """Row by row to its end and back again, whoever it is for; a list that nobody thought of, too."""
    shown = {}

    def small(*args, **options):
        page = paging.page_of(*args, **options | {"size": 1})
        shown[options.get("prefix", "")] = [row.pk for row in page.rows]
        return page

    lists, short = list(pages_with_lists(cast, monkeypatch)), set()
    for module in turning():
        monkeypatch.setattr(module, "page_of", small)
    for client, address, query in lists:
        shown.clear()
        first = client.get(address, query)
        assert shown, address
        for prefix, rows_of_first in [*shown.items()]:
            page, pages = first, [rows_of_first]
            while link := turn(page, f"{prefix}after"):
                page = client.get(link)
                pages.append(shown[prefix])
                assert len(pages) < 100, address
            if len(pages) == 1:
                short.add((resolve(address).view_name, prefix))
                continue
            assert {len(rows) for rows in pages} == {1}, address
            assert len({row for rows in pages for row in rows}) == len(pages), address
            for before in reversed(pages[:-1]):
                page = client.get(turn(page, f"{prefix}before"))
                assert shown[prefix] == before, address
            assert not turn(page, f"{prefix}before"), address
    assert short == SHORT


@pytest.mark.parametrize(("role", "address"), LISTS)
def test_forwards_and_back_again_shows_every_row_once(client, world, role, address, monkeypatch):
    for module in turning():
        monkeypatch.setattr(module, "page_of", lambda *args, **options: paging.page_of(*args, **options | {"size": 2}))
    client.force_login(getattr(world, role))
    page, pages = client.get(address), []
    for _ in range(5):
        pages.append(rows(page))
        if not (link := turn(page, "after")):
            break
        page = client.get(link)
    assert [len(shown) for shown in pages] == [2, 2, 1]
    assert len(set(sum(pages, []))) == 5
    for before in reversed(pages[:-1]):
        page = client.get(turn(page, "before"))
        assert rows(page) == before
    assert not turn(page, "before")


@pytest.mark.parametrize(("role", "address"), LISTS)
def test_no_filter_is_an_error(client, world, role, address):
    names = ("year", "status", "queue", "number", "person", "q")
    client.force_login(getattr(world, role))
    for name in names:
        assert client.get(address, {name: "\0"}).status_code == 200, name
    for value in ("x", "YL\0", "9" * 3000, NOBODY, "[]", "é"):
        assert client.get(address, dict.fromkeys(names, value)).status_code == 200, value
        if role == "reviewer":
            assert client.post("/review/", {"q": value}, follow=True).status_code == 200
