"""快捷键: the list behind `?` is that of the page, and who does not want single keys has none."""

import pytest

from review.shortcuts.declared import PLACES, Keys, Shortcut
from tests.accounts.factories import UserFactory
from tests.pages import find, find_all, text, tree
from tests.pension.factories import submitted
from tests.review.desk import signed_in

pytestmark = pytest.mark.django_db


def pressed(page) -> set[str]:
    """The keys of what can be pressed on a page."""
    return {node["attrs"]["data-key"] for node in find_all(page, lambda _tag, attrs: "data-key" in attrs)}


def listed(page) -> set[str]:
    return {node["attrs"]["data-lists"] for node in find_all(page, lambda _tag, attrs: "data-lists" in attrs)}


def pages(cast):
    """(officer, address) of pages that together have every key."""
    taken, undone = (submitted(UserFactory(), office=cast.county) for _ in range(2))
    mine = signed_in(cast.reviewer)
    mine.post(f"/review/{taken.number}/take/")
    mine.post(f"/review/{undone.number}/reject/", {"reason": "other", "remark": "请补充"})
    waiting = submitted(UserFactory(), office=cast.county)
    yield from ((cast.reviewer, f"/review/{refund.number}/") for refund in (waiting, taken, undone))
    for address in ("/review/", "/review/bulk/", "/review/find/", "/review/statistics/", "/review/items/"):
        yield cast.reviewer, address
    yield cast.auditor, "/review/"
    yield cast.auditor, f"/review/{waiting.number}/"


def test_the_list_of_a_page_has_every_key_of_it_and_no_page_has_others(cast, settings):
    settings.DECISION_GRACE_SECONDS = 60
    seen = set()
    for user, address in pages(cast):
        page = tree(signed_in(user).get(address))
        link = find(page, lambda _tag, attrs: attrs.get("data-key") == Keys.help.pressed)
        offered = tree(signed_in(user).get(link["attrs"]["href"]))
        assert pressed(page) <= listed(offered), address
        seen |= pressed(page)
    declared = {key.pressed for name in ("queue", "case", "bulk", "find") for key in PLACES[name].keys}
    assert declared - seen <= {key.pressed for key in Keys.answers}  # nothing was asked here


def test_every_declared_key_stands_in_a_list():
    declared = [key for value in vars(Keys).values() for key in (value if isinstance(value, tuple) else [value])]
    in_lists = {key for place in PLACES.values() for key in place.keys} | {Keys.help, Keys.down, Keys.up}
    assert {key for key in declared if isinstance(key, Shortcut)} == in_lists


def test_an_auditor_is_told_of_no_decision(cast):
    page = text(signed_in(cast.auditor).get("/review/keys/?page=case"))
    assert "到查询框" in page
    assert "并看下一件" not in page


def test_a_page_that_nobody_knows_lists_what_every_page_has(cast):
    page = tree(signed_in(cast.reviewer).get("/review/keys/?page=%00"))
    assert listed(page) == {"?", "j", "k"}


def test_single_keys_are_switched_off_by_a_plain_form_and_stay_off_on_every_page(cast):
    browser = signed_in(cast.reviewer)
    assert "quiet-keys" not in browser.get("/review/").content.decode()
    answer = browser.post("/review/keys/?page=queue", {"on": "0"}, follow=True)
    assert "单键快捷键已关闭" in text(answer)
    cast.reviewer.refresh_from_db()
    assert cast.reviewer.preferences == {"single_keys": False}
    for address in ("/review/", "/review/statistics/", "/review/keys/"):
        assert "quiet-keys" in browser.get(address).content.decode()
    assert "quiet-keys" not in signed_in(cast.colleague).get("/review/").content.decode()
    browser.post("/review/keys/", {"on": "1"})
    assert "quiet-keys" not in browser.get("/review/").content.decode()


def test_within_the_dialog_the_answer_is_the_list_with_its_new_state(cast):
    headers = {"HX-Request": "true", "HX-Target": "dialog"}
    answer = signed_in(cast.reviewer).post("/review/keys/?page=case", {"on": "0"}, headers=headers)
    assert answer.status_code == 200
    state = find(tree(answer), lambda _tag, attrs: "data-single-keys" in attrs)
    assert state["attrs"]["data-single-keys"] == "off"
    assert "打开单键快捷键" in text(answer)
    assert "<html" not in answer.content.decode()
