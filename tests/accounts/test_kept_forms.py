"""Nothing typed is lost: what a form carried that could not be taken stands in the very form again, for whoever typed it alone."""

import re
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.kept import filling, keeping
from accounts.models import KeptForm
from pension.models import PensionRefund
from tests.accounts.factories import PASSWORD
from tests.pages import find, find_all, text, tree
from tests.pension.factories import ACCOUNT, CollectivePaymentFactory, PaymentFactory

APPLY = "/pension/apply/"


def value_of(page, name):
    return find(page, lambda _tag, attrs: attrs.get("name") == name)["attrs"]["value"]


def chosen_in(page, name):
    select = find(page, lambda tag, attrs: tag == "select" and attrs.get("name") == name)
    return [one["attrs"]["value"] for one in find_all(select, lambda tag, attrs: "selected" in attrs)]


@pytest.fixture
def payment(cast):
    return PaymentFactory(person=cast.resident.person, office=cast.county)


@pytest.fixture
def typed(client, cast, payment):
    """A filled-in form as the resident's browser holds it."""
    client.force_login(cast.resident)
    page = tree(client.get(APPLY, {"payment": payment.pk}))
    return {
        "payment": str(payment.pk),
        "key": value_of(page, "key"),
        "step": "confirm",
        "account_type": "passbook",
        "account_number": ACCOUNT,
        "bank": "103",
        "contact_name": "女儿 <王芳>",
        "contact_phone": "13900000001",
        "whose": value_of(page, "whose"),
    }


def sign_in(client, user, answer):
    """From the sign-in page that `answer` leads to."""
    data = {"door": user.door, "account": user.username, "password": PASSWORD}
    return client.post("/accounts/login/", data | {"next": next_of(answer)}, follow=True)


def next_of(answer):
    return parse_qs(urlsplit(answer.url).query)["next"][0]


# R12
def test_after_the_end_of_the_session_the_very_form_is_there_with_its_answers_and_nothing_is_sent(
    client, cast, typed, pass_time
):
    pass_time(31 * 60)
    answer = client.post(APPLY, typed)
    assert not get_user(client).is_authenticated
    assert "登录已过期" in text(client.get(answer.url))
    page = sign_in(client, cast.resident, answer)
    assert "已经放回表里，还没有提交" in text(page)
    page = tree(page)
    assert value_of(page, "account_number") == ACCOUNT
    assert value_of(page, "contact_name") == "女儿 <王芳>"
    assert chosen_in(page, "bank") == ["103"]
    assert chosen_in(page, "account_type") == ["passbook"]
    assert [value_of(page, name) for name in ("payment", "key")] == [typed["payment"], typed["key"]]
    assert not PensionRefund.objects.exists()
    # From the check page she may go back to it; once it is sent, nothing is kept any more.
    client.post(APPLY, typed | {"step": "fill"})
    assert value_of(tree(client.get(next_of(answer))), "account_number") == ACCOUNT
    client.post(APPLY, typed)
    assert PensionRefund.objects.get().contact_name == "女儿 <王芳>"
    assert not KeptForm.objects.exists()


def test_who_signs_in_on_the_same_machine_sees_nothing_of_it(client, cast, typed, pass_time):
    pass_time(31 * 60)
    answer = client.post(APPLY, typed)
    page = sign_in(client, cast.stranger, answer)
    assert "没有可以接着填的内容" in text(page)
    assert "王芳" not in text(page)
    assert ACCOUNT not in page.content.decode()
    # Whoever typed it still has it.
    client.force_login(cast.resident)
    assert value_of(tree(client.get(next_of(answer))), "account_number") == ACCOUNT


def test_after_signing_out_in_another_window_it_is_kept_as_well(client, cast, typed):
    client.post(reverse("accounts:logout"))
    page = sign_in(client, cast.resident, client.post(APPLY, typed))
    assert value_of(tree(page), "account_number") == ACCOUNT


def test_the_answers_are_sealed(client, typed, pass_time):
    pass_time(31 * 60)
    client.post(APPLY, typed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_keptform t")
        [(row,)] = cursor.fetchall()
    assert ACCOUNT not in row
    assert ACCOUNT.encode().hex() not in row


def test_a_window_that_was_open_before_somebody_signed_in_again_has_its_form_back(cast, payment):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.resident)
    page = tree(client.get(APPLY, {"payment": payment.pk}))
    names = ("csrfmiddlewaretoken", "whose", "key", "payment", "contact_name")
    form = {name: value_of(page, name) for name in names} | {"account_number": ACCOUNT, "step": "fill"}
    # In another window: the token of this one is void.
    client.cookies["csrf"] = "another" + "0" * 25
    answer = client.post(APPLY, form)
    assert value_of(tree(client.get(answer.url)), "account_number") == ACCOUNT
    # In another window, another person: it is not hers to see or to send.
    client.force_login(cast.stranger)
    answer = client.post(APPLY, form)
    assert answer.status_code == 403
    assert "另一个账号登录时打开的" in text(answer)
    assert set(KeptForm.objects.values_list("user", flat=True)) == {cast.resident.pk}
    # Nobody is signed in.
    client.logout()
    assert client.post(APPLY, form | {"csrfmiddlewaretoken": "x"}).url.startswith("/accounts/login/")


def test_a_stranger_can_put_no_words_into_anybodys_form(client, cast, typed):
    client.logout()
    for mark in ("", "x", typed["whose"][:-1], typed["whose"].replace(str(cast.resident.pk), str(cast.stranger.pk), 1)):
        if mark != typed["whose"]:
            client.post(APPLY, typed | {"whose": mark})
    assert not KeptForm.objects.exists()


def test_no_password_no_file_and_no_token_is_kept(client, cast, typed):
    client.logout()
    client.post("/accounts/password/", {"whose": typed["whose"], "old": "a", "new": "b"})
    assert not KeptForm.objects.exists()
    client.post(APPLY, typed | {"csrfmiddlewaretoken": "t", "paper": SimpleUploadedFile("a.pdf", b"%PDF")})
    assert {"csrfmiddlewaretoken", "whose", "paper"} & keeping.said_in(KeptForm.objects.get()).keys() == set()


def test_it_is_short_lived_and_little(client, cast, typed, settings):
    client.logout()
    answers = [client.post(APPLY, typed) for _ in range(keeping.MOST + 1)]
    assert KeptForm.objects.count() == keeping.MOST
    lost = client.post(APPLY, typed | {"contact_name": "长" * keeping.LONGEST})
    assert "刚才填写的内容不能保存" in text(client.get(lost.url))
    assert KeptForm.objects.count() == keeping.MOST
    settings.KEPT_FORM_SECONDS = 0
    client.force_login(cast.resident)
    assert "没有可以接着填的内容" in text(client.get(next_of(answers[-1]), follow=True))


@pytest.mark.parametrize("key", ["", "x", "\0", str(uuid.UUID(int=1)), "9" * 5000])
def test_a_key_of_nothing_says_so(client, cast, key):
    client.force_login(cast.resident)
    assert "没有可以接着填的内容" in text(client.get(APPLY, {"kept": key}, follow=True))


def test_a_form_whose_own_address_shows_nothing_is_filled_in_on_the_page_it_stood_on(client, cast):
    village = CollectivePaymentFactory(organisation=cast.clerk.organisation)
    client.force_login(cast.clerk)
    page = f"/pension/village/{village.pk}/"
    form = {"whose": value_of(tree(client.get(page)), "whose"), "contact_name": "王会计", "bank": "103"}
    client.logout()
    answer = client.post(f"{page}save/", form, headers={"Referer": f"http://testserver{page}?left_page=1"})
    client.force_login(cast.clerk)
    back = client.get(next_of(answer))
    assert back.url.startswith(f"{page}?left_page=1&kept=")
    filled = tree(client.get(back.url))
    assert value_of(filled, "contact_name") == "王会计"
    assert chosen_in(filled, "bank") == ["103"]


def test_a_dialog_is_led_to_the_sign_in_as_a_whole_page_and_comes_back_as_one(client, cast, typed, pass_time):
    pass_time(31 * 60)
    htmx = {"HX-Request": "true", "HX-Target": "dialog", "HX-Current-URL": "http://testserver/pension/?year=2019"}
    answer = client.post(APPLY, typed, headers=htmx)
    assert answer.status_code == 204
    client.force_login(cast.resident)
    leads = re.search(r"next=(.+)", answer["HX-Redirect"])[1].replace("%3F", "?").replace("%3D", "=")
    assert value_of(tree(client.get(leads)), "account_number") == ACCOUNT


def test_after_a_fault_the_page_says_where_the_form_is_again(client, cast, typed, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("pension.views.PensionApplyPage.submit", lambda page: 1 / 0)
    page = client.post(APPLY, typed)
    assert page.status_code == 500
    assert "刚才这一步没有保存" in text(page)
    link = find(tree(page), lambda tag, attrs: "kept=" in attrs.get("href", ""))["attrs"]["href"]
    assert value_of(tree(client.get(link)), "account_number") == ACCOUNT


def test_asking_how_long_it_lasts_prolongs_nothing_and_one_press_does(client, cast, pass_time):
    assert client.get("/accounts/session/").content == b"0"
    client.force_login(cast.resident)
    pass_time(29 * 60)
    assert 0 < int(client.get("/accounts/session/").content) <= 60
    assert 0 < int(client.get("/accounts/session/").content) <= 60
    assert int(client.post("/accounts/session/").content) > 29 * 60
    pass_time(31 * 60)
    assert client.get("/accounts/session/").content == b"0"
    assert client.post("/accounts/session/").content == b"0"


PAGE = """<!doctype html><main class="page"><form action="/a/"><input name="other" value="1"></form>
<form action="/b/"><input type="hidden" name="row" value="1"><input type="text" name="a" value="old&amp;"></form>
<form id="two" action="/b/?x=1" method="post"><input type="hidden" name="row" value="2"><input name="a" value="&lt;"/>
<input type="password" name="p" value=""><button formaction="/d/"><input type="checkbox" name="t" value="1" checked>
<input type="checkbox" name="t" value="2">
<input type="radio" name="r" value="x"><select name="s"><option value="">-<option value="k" >K</option></select>
<textarea name="w">old</textarea></form><input type="checkbox" name="t" value="3" form="two">&nbsp;<svg><path d="M0"/></svg></main>"""


def test_only_the_form_that_is_meant_is_filled_in_and_all_else_stays_as_it_was():
    said = {
        "row": ["2"],
        "a": ['"><b>'],
        "t": ["2", "3"],
        "r": ["x"],
        "s": ["k"],
        "w": ["</textarea>&"],
        "p": ["secret"],
    }
    filled = filling.fill(PAGE, here="/b/", path="/b/", said=said)
    assert "secret" not in filled
    for part in (
        'name="other" value="1"',
        'value="old&amp;"',
        '<form id="two" action="/b/?x=1" method="post">',
        'name="a" value="&quot;&gt;&lt;b&gt;"',
        '<input type="checkbox" name="t" value="1">\n<input type="checkbox" name="t" value="2" checked>',
        '<input type="radio" name="r" value="x" checked>',
        '<option value="k" selected>',
        '<textarea name="w">\n&lt;/textarea&gt;&amp;</textarea>',
        '<input type="checkbox" name="t" value="3" form="two" checked>&nbsp;<svg><path d="M0"/></svg></main>',
    ):
        assert part in filled, part
    assert filling.fill(PAGE, here="/b/", path="/d/", said=said) == filled
    assert filling.fill(PAGE, here="/b/", path="/c/", said=said) is None
