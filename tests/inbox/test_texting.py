"""The wire to the SMS gateway, spoken with the mock gateway over real HTTP; and what is said where there is none."""

import uuid

import httpx
import pytest
from django.conf import settings as portal

from accounts import gateways
from accounts.gateways import Fate, Taken, texting
from foundation.wire import http
from mock_agencies import MockAgencies
from refunds_portal.checks import sms_is_meant


@pytest.fixture(scope="module")
def mock(tmp_path_factory):
    secrets = {code: entry["secrets"][0] for code, entry in portal.AGENCIES.items()}
    book = tmp_path_factory.mktemp("mock") / "book.sqlite3"
    where = {"database": book, "portal_url": "http://127.0.0.1:9"}
    with MockAgencies(**where, secrets={**secrets, "sms": portal.SMS_GATEWAY_SECRETS[0]}) as mock:
        yield mock


@pytest.fixture(autouse=True)
def _gateway(request, settings):
    if "mock" in request.fixturenames:
        settings.SMS_GATEWAY_URL = request.getfixturevalue("mock").url + "/sms"


def test_what_is_sent_is_shown_by_the_mock_and_the_same_key_is_the_same_sms(mock):
    key = str(uuid.uuid4())
    for _ in range(2):
        assert texting.send("13800001234", "您的退费有变化", key) == (Taken.YES, "")
    page = httpx.get(mock.url).text
    assert page.count("您的退费有变化") == 1
    assert "138****1234" in page
    assert "13800001234" not in page
    assert texting.send("13800001234", "别的话", key)[0] == Taken.REFUSED
    assert texting.ask(key) == (Fate.DELIVERED, "")


@pytest.mark.parametrize(("end", "fate"), [("01", Fate.FAILED), ("02", Fate.ON_ITS_WAY), ("03", Fate.DELIVERED)])
def test_the_end_of_the_phone_decides_what_becomes_of_it(mock, end, fate):
    key = str(uuid.uuid4())
    texting.send(f"138000000{end}", "话", key)
    assert texting.ask(key)[0] == fate


def test_what_never_came_is_known_for_certain(mock):
    assert texting.ask(str(uuid.uuid4())) == (Fate.NEVER_CAME, "")


def test_whoever_signs_with_another_secret_is_not_heard(mock, settings):
    settings.SMS_GATEWAY_SECRETS = ["whsec_" + "A" * 43 + "="]
    assert texting.send("13800001234", "话", str(uuid.uuid4()))[0] == Taken.UNKNOWN


def test_nothing_has_left_where_nobody_listens(settings):
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9"
    assert texting.send("13800001234", "话", "k")[0] == Taken.NOT_SENT
    assert texting.ask("k")[0] == Fate.UNKNOWN


@pytest.mark.parametrize(
    ("status", "body", "taken"),
    [
        (202, "", Taken.YES),
        (422, '{"reason": "号码 13800001234 不对"}', Taken.REFUSED),
        (503, "", Taken.UNKNOWN),
        (302, "", Taken.UNKNOWN),
        (422, "[" * 9999, Taken.REFUSED),
    ],
)
def test_each_answer_is_understood_or_asked_about(monkeypatch, status, body, taken):
    monkeypatch.setattr(http, "exchange", lambda *_: httpx.Response(status, text=body))
    found, why = texting.send("13800001234", "话", "k")
    assert found == taken
    assert "13800001234" not in why


@pytest.mark.parametrize("body", ["", "[]", '{"state": "?"}', '{"error": "unknown_message", "message_id": "other"}'])
def test_an_answer_that_nobody_understands_is_not_knowing(monkeypatch, body):
    for status in (200, 404):
        monkeypatch.setattr(http, "exchange", lambda *_, status=status: httpx.Response(status, text=body))
        assert texting.ask("k")[0] == Fate.UNKNOWN


def test_a_code_says_whether_it_was_sent(mock, settings):
    assert "验证码已发往 138****1234" in gateways.HttpSms().send(phone="13800001234", code="123456")
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9"
    with pytest.raises(gateways.NotAvailable, match="短信没有发出"):
        gateways.HttpSms().send(phone="13800001234", code="123456")


def test_a_portal_for_real_has_a_gateway_or_says_that_it_has_none(settings):
    assert sms_is_meant() == []
    settings.SMS_GATEWAY, settings.SMS_GATEWAY_URL = "accounts.gateways.HttpSms", ""
    assert [error.id for error in sms_is_meant()] == ["refunds_portal.E002"]
    settings.SMS_GATEWAY = "accounts.gateways.NoSms"
    assert sms_is_meant() == []
