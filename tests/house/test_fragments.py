"""htmx changes how much is sent, never what is allowed (design.md section 5)."""

import ast
from itertools import chain
from pathlib import Path

import pytest
from django.urls import reverse

from tests.house.routes import REGIONS
from tests.house.source import apps_here
from tests.house.test_routes import as_role
from tests.pages import by_id, find_all, swap, tree, without_tokens
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


def htmx(region, page="/"):
    return {"hx-request": "true", "hx-target": region, "hx-current-url": f"http://testserver{page}"}


def is_whole(response) -> bool:
    return b"<html" in response.content


def shown_regions():
    """The region of every `show(…)` in the views of the portal."""
    for path in chain.from_iterable(Path(app.path).rglob("*.py") for app, _folder in apps_here()):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "show":
                yield node.args[2].value


def test_every_region_that_a_view_sends_alone_is_tried_here():
    assert set(shown_regions()) == set(REGIONS.values())


def boosted(node, inherited=None):
    """(link, the region it is swapped into) of every link that htmx follows."""
    for child in node["children"]:
        if isinstance(child, dict):
            attrs = child["attrs"]
            mine = inherited
            if "hx-boost" in attrs:
                mine = attrs["hx-boost"] == "true"
            if child["tag"] == "a" and mine:
                yield attrs["href"]
            yield from boosted(child, mine)


def assert_following_is_reloading(client, url, region):
    """Page + fragment = page reloaded, and not only in the region: nothing around it may be left behind."""
    page = client.get(url)
    links = list(boosted(tree(page)))
    for link in links:
        # Once more where a minute turned between the two: checks and counters say when they looked.
        assert _same(client, page, link, url, region) or _same(client, client.get(url), link, url, region), link
    return links


def _same(client, page, link, url, region) -> bool:
    fragment = client.get(link, headers=htmx(region, url))
    assert not is_whole(fragment), link
    return without_tokens(swap(page, fragment, region)) == without_tokens(tree(client.get(link)))


def test_progress_page_with_fragment_is_the_page_reloaded(client, cast):
    client.force_login(cast.resident)
    for year in range(1995, 2020):
        submitted(cast.resident, office=cast.county, year=year)
    (to_second,) = assert_following_is_reloading(client, reverse("pension:progress"), "progress")
    assert len(assert_following_is_reloading(client, to_second, "progress")) == 2


def test_queue_page_with_fragment_is_the_page_reloaded(client, cast, monkeypatch):
    monkeypatch.setattr("review.queue.views.PAGE_SIZE", 2)
    client.force_login(cast.reviewer)
    for year in range(2014, 2020):
        submitted(cast.resident, office=cast.county, year=year)
    for start in (reverse("review:queue"), "/review/?queue=all"):
        (to_second,) = pages(assert_following_is_reloading(client, start, "queue"))
        assert len(pages(assert_following_is_reloading(client, to_second, "queue"))) == 2


def pages(links):
    """Those that lead to another page of the list; the others lead to a tab."""
    return [link for link in links if "after=" in link or "before=" in link]


@pytest.mark.parametrize(
    ("role", "url", "region"),
    [
        ("resident", "/pension/progress/", "progress"),
        ("resident", "/pension/?year=1999", "payments"),
        ("reviewer", "/review/", "queue"),
        ("reviewer", "/review/?q=nobody", "queue"),
        ("reviewer", "/review/?queue=all", "queue"),
    ],
)
def test_an_empty_list_leads_elsewhere_as_a_whole_page(cast, role, url, region):
    assert_following_is_reloading(as_role(role, cast), url, region)


def test_resetting_the_filters_empties_their_boxes_too(client, cast):
    client.force_login(cast.resident)
    for year in (2019, 2021):
        submitted(cast.resident, office=cast.county, year=year)
    assert_following_is_reloading(client, "/pension/?year=2019", "payments")


def test_a_search_of_the_queue_shows_what_was_found_and_nothing_else(client, cast):
    client.force_login(cast.reviewer)
    refund = submitted(cast.resident, office=cast.county)
    submitted(cast.stranger, office=cast.county)
    page = client.post("/review/", {"q": refund.number}, follow=True)
    rows = find_all(by_id(tree(page), "queue"), lambda tag, attrs: tag == "tr")
    assert len(rows) == 2
    assert refund.number in str(rows[1])
    assert_following_is_reloading(client, page.redirect_chain[0][0], "queue")
