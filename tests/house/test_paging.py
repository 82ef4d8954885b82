"""Every list turns its pages both ways, shows each row once, and takes no nonsense for a place in it."""

import base64
import json
import re
from html import unescape

import pytest

from handoff.models import WorkItem
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


LISTS = [
    ("resident", "/inquiry/"),
    ("resident", "/pension/progress/"),
    ("reviewer", "/review/"),
    ("reviewer", "/review/?queue=all"),
    ("reviewer", "/review/items/"),
]


@pytest.mark.parametrize(("role", "address"), LISTS)
def test_no_place_in_a_list_is_an_error(client, world, role, address):
    client.force_login(getattr(world, role))
    for place in [*map(cursor, NONSENSE), *RAW]:
        for way in ("after", "before"):
            response = client.get(address, {way: place})
            assert response.status_code == 200, (place, way)


def rows(response) -> list[str]:
    return list(dict.fromkeys(re.findall(r"<span class=\"cell\">(?:<a[^>]*>)?(YL[\d-]+)", response.content.decode())))


def turn(response, way) -> str:
    links = [unescape(link) for link in re.findall(r'href="([^"]*)"', response.content.decode())]
    return next((link for link in links if f"{way}=" in link), "")


@pytest.mark.parametrize(("role", "address"), LISTS)
def test_forwards_and_back_again_shows_every_row_once(client, world, role, address, monkeypatch):
    for module in ("review.views", "pension.views", "refunds_portal.pages"):
        small = __import__(module, fromlist=["page_of"]).page_of
        monkeypatch.setattr(
            f"{module}.page_of", lambda *args, _of=small, **options: _of(*args, **options | {"size": 2})
        )
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


@pytest.mark.parametrize("value", ["\0", "x", "YL\0", "9" * 3000, NOBODY, "[]", "é"])
@pytest.mark.parametrize(("role", "address"), LISTS)
def test_no_filter_is_an_error(client, world, role, address, value):
    client.force_login(getattr(world, role))
    for name in ("year", "status", "queue", "number", "person", "q"):
        assert client.get(address, {name: value}).status_code == 200, name
    if role == "reviewer":
        assert client.post("/review/", {"q": value}, follow=True).status_code == 200
