import os
import re
import time
from base64 import b32decode, b32encode
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from django.contrib.auth import get_user
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from accounts.doors import binding
from accounts.doors.models import Authenticator, sealed_secret
from accounts.models import BindingCode
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/second-factor/"


@pytest.fixture(autouse=True)
def _asked(settings, _as_in_the_demo):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def device(reviewer):
    return bound(reviewer)


def bound(user):
    return Authenticator.objects.create(user=user, name="动态口令", key=sealed_secret(os.urandom(20), user.pk))


def bind(client, key, code, **more):
    return client.post(PAGE, {"code": f"{totp(bytes.fromhex(key)):06d}", "binding_code": code, **more})


def token(device, offset=0):
    return f"{totp(device.bin_key, t0=-30 * offset):06d}"


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.parametrize("trait", ["clerk", "reviewer", "countersigner", "auditor"])
def test_staff_without_it_reach_nothing_but_its_page(client, trait):
    client.force_login(UserFactory(**{trait: True}))
    for path in ("/", "/tax-service/", "/accounts/password/"):
        assert client.get(path).url.startswith(PAGE)
    assert client.get(PAGE).status_code == 200
    assert client.post(reverse("accounts:logout")).url == "/"


def test_residents_are_not_asked(client, resident):
    client.force_login(resident)
    assert client.get("/").status_code == 200
    assert client.get(PAGE).url == "/"


def test_first_use_binds_an_app_by_qr_or_by_typing_the_secret_with_the_code_of_an_administrator(client, reviewer):
    client.force_login(reviewer)
    shown = client.get(PAGE, {"next": "/tax-service/"}).content.decode()
    key = client.session["otp_key"]
    assert "<path d=" in shown
    assert " style=" not in shown
    secret = shown.split("密钥 <strong>")[1].split("</strong>")[0]
    assert all(len(group) == 4 for group in secret.split())
    assert b32decode(secret.replace(" ", "")).hex() == key
    code = binding.issue(reviewer)
    typed = f" {code[:5].lower()}-{code[5:]}"
    assert bind(client, key, typed, next="/tax-service/").url == "/tax-service/"
    device = Authenticator.objects.get()
    assert (device.user, device.bin_key.hex()) == (reviewer, key)
    assert "otp_key" not in client.session
    assert client.get("/accounts/password/").status_code == 200


def test_no_secret_is_readable_in_the_database_nor_good_for_another_user(client, reviewer):
    client.force_login(reviewer)
    client.get(PAGE)
    key = client.session["otp_key"]
    bind(client, key, binding.issue(reviewer))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM otp_totp_totpdevice t")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, '') FROM accounts_session t")
        kept += cursor.fetchone()[0]
    assert key not in kept
    assert b32encode(bytes.fromhex(key)).decode() not in kept
    moved = Authenticator(user=UserFactory(auditor=True), key=Authenticator.objects.get().key)
    with pytest.raises(InvalidTag):
        _ = moved.bin_key


def test_whoever_only_has_the_initial_password_binds_nothing(client, reviewer):
    client.force_login(reviewer)
    client.get(PAGE)
    key = client.session["otp_key"]
    assert "还没有签发绑定码" in bind(client, key, "ABCDEFGHJK").content.decode()
    code = binding.issue(reviewer)
    for _ in range(5):
        assert "绑定码不对" in bind(client, key, "ABCDEFGHJK").content.decode()
    assert "已输错 5 次" in bind(client, key, code).content.decode()
    code = binding.issue(reviewer)
    BindingCode.objects.update(issued_at=timezone.now() - timedelta(hours=25))
    assert "超过 24 小时" in bind(client, key, code).content.decode()
    other = binding.issue(UserFactory(auditor=True))
    assert bind(client, key, other).status_code == 200
    assert not Authenticator.objects.exists()


def test_a_reload_shows_the_same_secret(client, reviewer):
    client.force_login(reviewer)
    client.get(PAGE)
    key = client.session["otp_key"]
    client.get(PAGE)
    assert client.session["otp_key"] == key


def test_a_wrong_code_of_the_app_binds_nothing_and_leaves_the_binding_code_good(client, reviewer):
    client.force_login(reviewer)
    client.get(PAGE)
    key, code = client.session["otp_key"], binding.issue(reviewer)
    typed = {"code": wrong(f"{totp(bytes.fromhex(key)):06d}"), "binding_code": code}
    assert "动态口令不对或已经用过" in client.post(PAGE, typed).content.decode()
    assert bind(client, key, code).status_code == 302


def test_each_sign_in_asks_the_code_and_gets_a_new_session_key(client, reviewer, device):
    client.force_login(reviewer)
    assert "<path d=" not in client.get(PAGE).content.decode().split("<main")[1].split("footer")[0].replace("svg", "")
    before = client.session.session_key
    assert client.post(PAGE, {"code": token(device)}).url == reverse("review:queue")
    assert client.session.session_key != before
    client.post(reverse("accounts:logout"))
    client.force_login(reviewer)
    assert client.get("/tax-service/").url.startswith(PAGE)


def test_full_width_digits_and_spaces_are_taken(client, reviewer, device):
    client.force_login(reviewer)
    code = token(device).translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    assert client.post(PAGE, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302


def test_a_code_works_once(client, reviewer, device):
    client.force_login(reviewer)
    code = token(device)
    client.post(PAGE, {"code": code})
    client.post(reverse("accounts:logout"))
    client.force_login(reviewer)
    assert "动态口令不对或已经用过" in client.post(PAGE, {"code": code}).content.decode()


def test_after_a_wrong_code_the_next_must_wait_and_the_page_says_how_long(client, reviewer, device):
    client.force_login(reviewer)
    for _ in range(5):
        assert "动态口令不对" in client.post(PAGE, {"code": wrong(token(device))}).content.decode()
        Authenticator.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))
    client.post(PAGE, {"code": wrong(token(device))})
    response = client.post(PAGE, {"code": token(device)})
    assert re.search("(29|3[0-2]) 秒后再输入动态口令", response.content.decode())
    Authenticator.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=33))
    assert client.post(PAGE, {"code": token(device)}).status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567"])
def test_what_is_not_six_digits_is_said_so_and_not_counted(client, reviewer, device, typed):
    client.force_login(reviewer)
    shown = client.post(PAGE, {"code": typed}).content.decode()
    assert "请输入动态口令。" in shown or "动态口令应为 6 位数字" in shown
    assert "<title>错误：" in shown
    assert Authenticator.objects.get().throttling_failure_count == 0


def test_another_ones_code_does_not_help(client, reviewer, device):
    other = bound(UserFactory(auditor=True))
    client.force_login(reviewer)
    client.post(PAGE, {"code": token(other)})
    assert client.get("/tax-service/").url.startswith(PAGE)


def test_second_factor_comes_before_the_new_password(client, device, reviewer):
    type(reviewer).objects.update(must_change_password=True)
    client.force_login(reviewer)
    assert client.get("/tax-service/").url.startswith(PAGE)
    client.post(PAGE, {"code": token(device)})
    assert client.get("/tax-service/").url.startswith("/accounts/password/")


def test_a_fragment_request_is_led_there_as_a_whole_page(client, reviewer):
    client.force_login(reviewer)
    response = client.get(
        "/review/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/review/?page=2"}
    )
    assert (response.status_code, response["HX-Redirect"]) == (204, f"{PAGE}?next=/review/%3Fpage%3D2")
    assert get_user(client) == reviewer
    assert time.time() - client.session["signed_in_at"] < 60
