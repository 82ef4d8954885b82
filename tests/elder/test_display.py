"""How large, and 长辈模式: remembered by the device, and by the account for a device that was never asked."""

import re

import pytest

from foundation.display import Display
from tests.elder.reading import with_elder
from tests.house.source import ROOT
from tests.pages import find, tree

CHANGE = "/personal-service/display/"


def size(page) -> str:
    return find(tree(page), lambda tag, _attrs: tag == "html")["attrs"]["class"]


def is_elder(page) -> bool:
    return "elder" in find(tree(page), lambda tag, _attrs: tag == "body")["attrs"]["class"].split()


@pytest.mark.parametrize("kept", ["", "large", "huge-elder", "standard-elder"])
def test_what_is_kept_is_read_again(kept):
    assert str(Display.read(kept)) == (kept or "standard")


@pytest.mark.parametrize("kept", ["enormous", "elder", "large-old", "\0", "-", None, 7, {"size": "huge"}])
def test_what_nobody_wrote_is_the_standard(kept):
    assert not Display.read(kept).elder
    assert Display.read(kept).size in ("standard", "large")


@pytest.mark.django_db
def test_a_size_is_chosen_without_leaving_the_page_and_kept(client):
    answer = client.post(CHANGE, {"size": "huge", "next": "/accounts/login/"})
    assert (answer.status_code, answer.url) == (302, "/accounts/login/")
    assert size(client.get("/accounts/login/")) == "huge"
    client.post(CHANGE, {"size": "enormous"})
    assert size(client.get("/")) == "huge"
    assert client.post(CHANGE, {"size": "large", "next": "//elsewhere/"}).url == "/"


@pytest.mark.django_db
def test_a_device_that_was_never_asked_follows_the_account_and_another_stays_as_it_is(client, cast):
    client.force_login(cast.resident)
    client.post(CHANGE, {"elder": "1", "size": "large"})
    del client.cookies["display"]
    assert (is_elder(client.get("/")), size(client.get("/"))) == (True, "large")
    with_elder(client, "standard")
    assert (is_elder(client.get("/")), size(client.get("/"))) == (False, "standard")


@pytest.mark.django_db
def test_pages_without_a_form_of_their_own_are_ordinary_ones_in_large_type_that_open_nothing(client, cast):
    client.force_login(cast.resident)
    with_elder(client)
    for address in ("/messages/", "/pension/", "/user-center/", "/medical/progress/"):
        page = client.get(address)
        assert (is_elder(page), size(page)) == (False, "large")
        assert not find(tree(page), lambda tag, attrs: tag == "dialog" or attrs.get("src", "").endswith("htmx.min.js"))
        assert "退出长辈模式" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["clerk", "reviewer"])
def test_whoever_works_for_others_has_no_elder_mode_on_a_device_that_has_it(client, cast, who):
    client.force_login(getattr(cast, who))
    with_elder(client, "huge-elder")
    page = client.get("/", follow=True)
    assert (is_elder(page), size(page)) == (False, "huge" if who == "clerk" else "large")
    assert find(tree(page), lambda tag, _attrs: tag == "dialog")


def test_nothing_moves_by_itself_so_that_nobody_need_ask_for_less_motion():
    sheets = "".join(path.read_text() for path in (ROOT / "static/portal/css").iterdir())
    assert not re.search(r"\b(?:animation|transition|scroll-behavior)\b", sheets)
