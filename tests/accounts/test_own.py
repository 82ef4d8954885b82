"""What the owner of an account does with it, and what whoever only has her session, or another account, does not."""

import io
import re

import openpyxl
import pytest
from django.contrib.auth import get_user
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import Correction, Person, PhoneChange, Session, SignIn, SmsCode
from accounts.own import overview
from tests.accounts.conftest import NUMBER, PHONE
from tests.accounts.factories import PASSWORD, UserFactory
from tests.accounts.test_login import page, sign_in

pytestmark = pytest.mark.django_db
CENTER, NEW_PHONE, CODES = "/user-center/", "/accounts/phone/", "/accounts/phone/codes/"
NEW = "19987654321"
EDGE = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0"}


def phone_of(user):
    return Person.objects.get(pk=user.person_id).phone.reveal("in a test")


@pytest.fixture
def elsewhere(resident):
    other = Client(headers=EDGE, REMOTE_ADDR="10.0.0.9")
    sign_in(other, "liuxiulan")
    return other


@pytest.fixture
def codes(client, resident):
    """Those of a client that has asked for another phone, by where they went."""
    client.force_login(resident)
    assert client.post(NEW_PHONE, {"phone": NEW, "password": PASSWORD}).url == CODES
    old, new = re.findall(r"验证码是 (\d{6})", page(client.get(CODES)))
    return {"old_code": old, "new_code": new}


# Sessions


def test_she_sees_where_she_is_signed_in_and_ends_one_of_them(client, resident, elsewhere):
    client.force_login(resident)
    shown = page(client.get(CENTER))
    assert "Windows，Edge" in shown
    assert "10.0.0.9" in shown
    key = Session.objects.get(address="10.0.0.9").pk
    assert client.post("/accounts/sessions/end/", {"key": key}).url == CENTER
    assert not get_user(elsewhere).is_authenticated
    assert get_user(client) == resident
    assert "那里的登录已经退出了" in page(client.post("/accounts/sessions/end/", {"key": key}, follow=True))


def test_all_others_end_at_once_and_this_one_never_does(client, resident, elsewhere):
    client.force_login(resident)
    client.post("/accounts/sessions/end/")
    assert (get_user(client), get_user(elsewhere).is_authenticated) == (resident, False)
    client.post("/accounts/sessions/end/", {"key": Session.objects.get().pk})
    assert get_user(client) == resident


def test_nobody_ends_or_sees_the_session_of_another(client, resident, elsewhere):
    client.force_login(UserFactory())
    assert "10.0.0.9" not in page(client.get(CENTER))
    for key in (Session.objects.get(user=resident).pk, "x\0", "𠮷"):
        assert client.post("/accounts/sessions/end/", {"key": key}).url == CENTER
    assert get_user(elsewhere) == resident


# Sign-ins


def test_the_history_tells_of_tries_that_were_none_by_whatever_of_hers_was_typed(client, resident):
    sign_in(Client(headers=EDGE, REMOTE_ADDR="10.6.6.6"), NUMBER, "wrong")
    sign_in(client, "liuxiulan")
    shown = page(client.get("/accounts/sign-ins/"))
    assert "密码不对，未登录" in shown
    assert "10.6.6.6" in shown
    assert list(SignIn.objects.order_by("id").values_list("outcome", "of_staff")) == [("wrong", False), ("in", False)]
    client.force_login(UserFactory())
    assert "10.6.6.6" not in page(client.get("/accounts/sign-ins/"))


def test_a_device_is_named_by_us_and_never_by_what_a_client_says(client, resident):
    client.post("/accounts/login/", {"account": "liuxiulan", "password": PASSWORD, "door": "natural"},
                headers={"User-Agent": "<script>我是税务局\x00</script>"})  # fmt: skip
    assert SignIn.objects.get().device == "其他设备"


# 换手机号


def test_the_phone_is_changed_with_a_code_from_both_and_every_other_sign_in_ends(client, resident, codes, elsewhere):
    assert client.post(CODES, codes).url == CENTER
    assert phone_of(resident) == NEW
    change = PhoneChange.objects.get()
    assert (change.by, change.old, change.new) == (resident, "199****5678", "199****4321")
    assert (get_user(client), get_user(elsewhere).is_authenticated) == (resident, False)
    assert sign_in(Client(), NEW).status_code == 302
    assert sign_in(Client(), PHONE).status_code == 200
    with pytest.raises(DatabaseError), transaction.atomic():
        PhoneChange.objects.all().delete()


def test_without_the_code_to_the_old_phone_nothing_is_changed(client, resident, codes):
    for old in (codes["new_code"], "000000", ""):
        client.post(CODES, codes | {"old_code": old})
    assert phone_of(resident) == PHONE
    assert not PhoneChange.objects.exists()


def test_a_right_code_is_not_asked_again_because_the_other_was_wrong(client, resident, codes):
    shown = page(client.post(CODES, codes | {"new_code": "000000"}))
    assert "原手机号已验证" in shown
    assert "还可以再试 4 次" in shown
    assert client.post(CODES, {"new_code": codes["new_code"]}).url == CENTER


def test_guesses_at_the_codes_are_limited(client, resident, codes):
    for _ in range(5):
        client.post(CODES, codes | {"old_code": "000000"})
    assert "已输错 5 次" in page(client.post(CODES, codes))
    assert phone_of(resident) == PHONE


def test_codes_of_one_number_do_not_bind_another(client, resident, codes):
    SmsCode.objects.all().delete()
    client.post(NEW_PHONE, {"phone": "19955556666", "password": PASSWORD})
    client.post(CODES, codes)
    assert phone_of(resident) == PHONE


def test_whoever_sits_at_her_session_needs_the_password_and_is_stopped_at_the_fifth(client, resident):
    client.force_login(resident)
    for _ in range(4):
        assert "登录密码不对" in page(client.post(NEW_PHONE, {"phone": NEW, "password": "wrong"}))
    assert client.post("/accounts/record/", {"password": "wrong"}).status_code == 429
    assert client.post("/accounts/password/", {"old": PASSWORD, "new": "tulip-yard-2027"}).status_code == 429
    assert SmsCode.objects.count() == 0


@pytest.mark.parametrize("typed", ["", "123", PHONE, "199 1234 5678", "\0", "1" * 5000])
def test_what_is_no_new_number_is_said_so(client, resident, typed):
    client.force_login(resident)
    response = client.post(NEW_PHONE, {"phone": typed, "password": PASSWORD})
    assert response.status_code == 200
    assert "<title>错误：换手机号" in page(response)


def test_the_second_page_needs_the_first(client, resident):
    client.force_login(resident)
    assert client.get(CODES).url == NEW_PHONE


# 本人记录


def test_her_record_is_everything_kept_of_her_and_asks_the_password(client, resident):
    sign_in(client, "liuxiulan")
    assert client.post("/accounts/record/", {"password": ""}).status_code == 200
    response = client.post("/accounts/record/", {"password": PASSWORD})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames[:4] == ["我的信息", "存款账户", "缴费记录", "退费申请"]
    values = {row[0].value: row[1].value for row in book["我的信息"].iter_rows(min_row=2)}
    assert (values["证件号码"], values["手机号"], values["用户名"]) == (NUMBER, PHONE, "liuxiulan")
    assert book["登录记录"].max_row == 2


# 更正申请


def test_what_she_says_is_wrong_waits_for_an_answer_that_she_reads(client, resident):
    client.force_login(resident)
    said = {"of": "payment", "words": f"年度写的是 2023，应当是 2024，证件号码 {NUMBER}"}
    for _ in range(2):  # a second click
        assert client.post("/accounts/corrections/", said).status_code == 302
    asked = Correction.objects.get()
    administrator = Client()
    administrator.force_login(UserFactory(administrator=True))
    assert resident.person.name in page(administrator.get("/administration/corrections/"))
    address = f"/administration/corrections/{asked.pk}/"
    shown = page(administrator.get(address))
    assert "应当是 2024" in shown
    assert NUMBER not in shown
    assert administrator.post(address, {"answer": ""}).status_code == 422
    administrator.post(address, {"answer": "已由征收系统更正"})
    administrator.post(address, {"answer": "又一次"})
    assert "已由征收系统更正" in page(client.get("/accounts/corrections/"))


def test_five_of_them_may_wait_and_nonsense_is_refused_with_what_was_typed_kept(client, resident):
    client.force_login(resident)
    for n in range(5):
        client.post("/accounts/corrections/", {"of": "other", "words": f"第 {n}"})
    response = client.post("/accounts/corrections/", {"of": "other", "words": "第六件"})
    assert response.status_code == 422
    assert "第六件" in page(response)
    for nasty in ("\0", "x" * 501, ""):
        assert client.post("/accounts/corrections/", {"of": "nothing", "words": nasty}).status_code == 422


def test_nobody_reads_the_correction_of_another(client, resident):
    Correction.objects.create(user=resident, of="other", words="只有我知道")
    client.force_login(UserFactory())
    assert "只有我知道" not in page(client.get("/accounts/corrections/"))
    client.force_login(UserFactory(reviewer=True))
    assert client.get("/administration/corrections/").status_code == 403


def test_sign_ins_that_are_not_listed_are_said_and_end_with_the_others(client, resident, elsewhere, monkeypatch):
    sign_in(client, "liuxiulan")
    assert "共 1 处登录" in page(client.get(CENTER))
    monkeypatch.setattr(overview, "MOST_SESSIONS", 1)
    assert "还有更早的登录没有列出，会一起退出" in page(client.get(CENTER))


def test_every_correction_she_asked_for_stands_there(client, resident):
    sign_in(client, "liuxiulan")
    for n in range(21):
        Correction.objects.create(user=resident, of=Correction._meta.get_field("of").choices[0][0], words=f"第{n:02}件")
    words = page(client.get("/accounts/corrections/"))
    assert [n for n in range(21) if f"第{n:02}件" not in words] == []
