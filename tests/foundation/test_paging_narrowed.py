"""A page narrowed by a rare condition looks through so many rows and no more; turning pages finds every row once, both ways."""

from types import SimpleNamespace

import pytest
from django.db.models import Q
from django.http import QueryDict

from foundation import paging
from handoff.models import WorkItem

pytestmark = pytest.mark.django_db
RARE = {3, 4, 17, 29, 41}


@pytest.fixture
def rows(monkeypatch):
    monkeypatch.setattr(paging, "LOOKED_THROUGH", 10)
    return [
        WorkItem.objects.create(
            kind="held", agency="rare" if n in RARE else "hrss", instruction_id=f"YL{n}-1", detail=""
        )
        for n in range(45)
    ]


IS_RARE = Q(agency="rare")


def page(query, narrow=IS_RARE, size=2):
    request = SimpleNamespace(GET=QueryDict(query), path="/")
    return paging.page_of(request, [WorkItem.objects.all()], size=size, keys=("id",), narrow=narrow)


def turn(url_of):
    found, query, pages = [], "", 0
    while True:
        one = page(query)
        found.append([row.instruction_id for row in one.rows])
        pages += 1
        if not url_of(one):
            return found, one, pages
        query = url_of(one).partition("?")[2]


def test_every_match_is_found_once_in_order(rows):
    found, _last, _pages = turn(lambda one: one.next_url)
    assert [number for numbers in found for number in numbers] == [rows[n].instruction_id for n in sorted(RARE)]


def test_a_page_that_ends_early_says_how_far_it_looked(rows):
    first = page("")
    assert (first.shown, first.looked_through) == (2, 10)
    assert first.next_url


def test_the_way_back_passes_the_same_rows(rows):
    _found, last, _pages = turn(lambda one: one.next_url)
    query, back = last.previous_url.partition("?")[2], []
    while query:
        one = page(query)
        back = [row.instruction_id for row in one.rows] + back
        query = one.previous_url.partition("?")[2]
    shown_last = [row.instruction_id for row in last.rows]
    assert back + shown_last == [rows[n].instruction_id for n in sorted(RARE)]


def test_without_a_condition_nothing_is_cut(rows):
    whole = page("", narrow=None, size=30)
    assert (whole.shown, whole.looked_through) == (30, 0)
