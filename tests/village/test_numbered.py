"""The pages of what one village has are numbered, and one jumps to any of them (P3-05, P3-06)."""

import pytest

from tests.pages import by_id, find_all, text, tree
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
URL = "/pension/village/"


@pytest.fixture
def many(client, cast):
    """Twenty-three payments of the village."""
    client.force_login(cast.clerk)
    return [make_village(cast.clerk, people=1, year=2000 + n) for n in range(23)]


def positions(page) -> list[str]:
    cells = find_all(tree(page), lambda tag, attrs: tag == "td" and attrs.get("data-label") == "序号")
    return [text(cell) for cell in cells]


def test_the_pager_says_which_page_of_how_many_and_how_many_rows(client, many):
    words = text(client.get(URL))
    assert "当前显示第 1 到 10 条 共 23 条记录" in words
    assert "每页：10 · 第 1 页 共 3 页" in words


def test_one_jumps_and_the_numbers_of_the_rows_go_on(client, many):
    last = client.get(URL, {"page": "3"})
    assert "当前显示第 21 到 23 条 共 23 条记录" in text(last)
    assert positions(last) == ["21", "22", "23"]


@pytest.mark.parametrize(("page", "shown"), [("99", "第 3 页"), ("0", "第 1 页"), ("x", "第 1 页"), ("-1", "第 1 页")])
def test_nonsense_is_the_nearest_page(client, many, page, shown):
    assert shown in text(client.get(URL, {"page": page}))


def test_a_jump_keeps_what_was_asked(client, many):
    form = find_all(
        tree(client.get(URL, {"type": "collective"})), lambda _tag, attrs: attrs.get("class") == "pager__jump"
    )[0]
    kept = {
        box["attrs"]["name"]: box["attrs"].get("value") for box in find_all(form, lambda tag, _attrs: tag == "input")
    }
    assert kept == {"type": "collective", "page": "1"}


def test_the_detail_says_as_many_rows_as_there_are(client, cast, many):
    batch = submit_batch(make_village(cast.clerk, people=60, year=2024), cast.clerk)
    page = client.get(f"{URL}progress/{batch.number}/", {"page": "2"})
    assert "当前显示第 51 到 60 条 共 60 条记录" in text(by_id(tree(page), "lines"))
    assert positions(page)[0] == "51"
