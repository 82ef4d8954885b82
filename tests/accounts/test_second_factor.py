import re
import time
from base64 import b32decode
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/accounts/second-factor/"


@pytest.fixture(autouse=True)
def _asked(settings, _as_in_the_demo):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def device(reviewer):
    return TOTPDevice.objects.create(user=reviewer, name="动态口令")


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


def test_first_use_binds_an_app_by_qr_or_by_typing_the_secret(client, reviewer):
    client.force_login(reviewer)
    shown = client.get(PAGE, {"next": "/tax-service/"}).content.decode()
    key = client.session["otp_key"]
    assert "<path d=" in shown
    assert " style=" not in shown
    secret = shown.split("密钥 <strong>")[1].split("</strong>")[0]
    assert all(len(group) == 4 for group in secret.split())
    assert b32decode(secret.replace(" ", "")).hex() == key
    response = client.post(PAGE, {"code": f"{totp(bytes.fromhex(key)):06d}", "next": "/tax-service/"})
    assert response.url == "/tax-service/"
    assert TOTPDevice.objects.get().user == reviewer
    assert "otp_key" not in client.session
    assert client.get("/accounts/password/").status_code == 200


def test_a_reload_shows_the_same_secret(client, reviewer):
    client.force_login(reviewer)
    client.get(PAGE)
    key = client.session["otp_key"]
    client.get(PAGE)
    assert client.session["otp_key"] == key


def test_nothing_is_bound_by_a_wrong_code(client, reviewer):
    client.force_login(reviewer)
    client.get(PAGE)
    key = client.session["otp_key"]
    response = client.post(PAGE, {"code": wrong(f"{totp(bytes.fromhex(key)):06d}")})
    assert "动态口令不对或已经用过" in response.content.decode()
    assert not TOTPDevice.objects.exists()


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
        TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))
    client.post(PAGE, {"code": wrong(token(device))})
    response = client.post(PAGE, {"code": token(device)})
    assert re.search("(29|3[0-2]) 秒后再输入动态口令", response.content.decode())
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=33))
    assert client.post(PAGE, {"code": token(device)}).status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567"])
def test_what_is_not_six_digits_is_said_so_and_not_counted(client, reviewer, device, typed):
    client.force_login(reviewer)
    shown = client.post(PAGE, {"code": typed}).content.decode()
    assert "请输入动态口令。" in shown or "动态口令应为 6 位数字" in shown
    assert "<title>错误：" in shown
    assert TOTPDevice.objects.get().throttling_failure_count == 0


def test_another_ones_code_does_not_help(client, reviewer, device):
    other = TOTPDevice.objects.create(user=UserFactory(auditor=True), name="动态口令")
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
