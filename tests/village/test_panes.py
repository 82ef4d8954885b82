"""The two panes of 申请区 turn like every list of a village: numbered, with a jump, and a move leaves one where one is (P3-09)."""

import pytest

from pension.village import drafts
from tests.pages import by_id, find_all, text, tree
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true", "hx-target": "choice"}


@pytest.fixture
def many(client, cast):
    """Of 90 people 45 are chosen."""
    client.force_login(cast.clerk)
    village = make_village(cast.clerk, people=90)
    drafts.add(village, by=cast.clerk, payments=ids(village)[:45])
    return village


def url(village, verb=""):
    return f"/pension/village/{village.pk}/{verb}"


def ids(village):
    return list(village.payments.order_by("pk").values_list("pk", flat=True))


def positions(page, pane) -> list[str]:
    part = by_id(tree(page), pane)
    cells = find_all(part, lambda tag, attrs: tag == "td" and attrs.get("data-label") == "序号")
    return [text(cell) for cell in cells]


def press(client, village, do, **data):
    return client.post(url(village, "choose/"), {"do": do, **data}, headers=HTMX)


@pytest.mark.parametrize("pane", ["left", "right"])
def test_the_numbers_of_the_rows_go_on_and_the_pager_says_where_one_is(client, many, pane):
    page = client.get(url(many), {f"{pane}_page": "3"})
    assert positions(page, pane) == ["41", "42", "43", "44", "45"]
    words = text(by_id(tree(page), pane))
    assert "当前显示第 41 到 45 条 共 45 条记录" in words
    assert "第 3 页 共 3 页" in words


def test_one_jumps_to_a_page_of_each_pane(client, many):
    page = press(client, many, "turn", left_page="2", right_page="3")
    assert (positions(page, "left")[0], positions(page, "right")[0]) == ("21", "41")
    plain = client.post(url(many, "choose/"), {"do": "turn", "left_page": "2", "right_page": "3"})
    assert "left_page=2&right_page=3" in plain.url


def test_the_links_of_a_pane_leave_the_other_where_it_is(client, many):
    page = by_id(tree(client.get(url(many), {"right_page": "2"})), "left")
    following = find_all(page, lambda _tag, attrs: attrs.get("id") == "left_page-chevron-right")[0]
    second = client.get(following["attrs"]["href"])
    assert (positions(second, "left")[0], positions(second, "right")[0]) == ("21", "21")


def test_a_move_leaves_the_clerk_on_her_page(client, many):
    moved = press(client, many, "add", payment=ids(many)[45:46], left_page="2", right_page="2")
    assert (positions(moved, "left")[0], positions(moved, "right")[0]) == ("21", "21")
    assert drafts.chosen(drafts.of_payment(many)).people == 46


def test_a_page_that_a_move_has_emptied_is_the_one_before(client, many):
    page = press(client, many, "add", payment=ids(many)[85:], left_page="3")
    assert positions(page, "left")[0] == "21"


def test_a_search_begins_at_its_first_page(client, many):
    page = press(client, many, "search-left", left_page="3", right_page="3")
    assert (positions(page, "left")[0], positions(page, "right")[0]) == ("1", "41")


def test_the_boxes_say_what_a_search_takes(client, many):
    words = text(by_id(tree(client.get(url(many))), "left"))
    assert "证件号码 （全部，或后 4 至 8 位）" in words
    assert "姓名 （或拼音首字母）" in words


def test_the_focus_has_somewhere_to_stay(client, many):
    """htmx gives it back to what has the id that had it; where that is gone, to what is asked next."""
    first = tree(client.get(url(many)))
    assert all(by_id(first, name)["tag"] for name in ("left_page", "left-turn", "do-add", "do-remove", "left-search"))
    assert by_id(first, "left_page-chevron-left")["attrs"]["tabindex"] == "-1"
    cleared = tree(press(client, many, "clear-right"))
    assert "autofocus" in by_id(cleared, "right-number")["attrs"]
    assert "autofocus" not in by_id(cleared, "left-number")["attrs"]
