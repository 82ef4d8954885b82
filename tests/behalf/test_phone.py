"""换手机号 at the counter: for somebody whose old phone is lost, by an officer who has seen her, and on record."""

import pytest

from accounts import gateways
from accounts.gateways import Taken
from accounts.models import Person, PhoneChange
from tests.inbox.test_sms import Gateway
from tests.pages import text
from tests.pension.factories import PaymentFactory

pytestmark = pytest.mark.django_db
TYPED = {"phone": "199 8765 4321", "again": "19987654321", "evidence": "本人到场，身份证原件", "seen": "on"}


@pytest.fixture
def address(cast):
    PaymentFactory(person=cast.resident.person, office=cast.county)
    return f"/review/on-behalf/{cast.resident.person_id}/phone/"


def test_the_phone_is_another_one_with_who_saw_what_and_the_auditor_reads_it(client, cast, address):
    client.force_login(cast.reviewer)
    assert client.post(address, TYPED).status_code == 302
    person = Person.objects.get(pk=cast.resident.person_id)
    assert person.phone.reveal("in a test") == "19987654321"
    change = PhoneChange.objects.get()
    assert (change.by, change.new, change.evidence) == (cast.reviewer, "199****4321", "窗口办理；本人到场，身份证原件")
    client.force_login(cast.auditor)
    shown = client.get("/review/audit/phones/").content.decode()
    assert "199****4321" in shown
    assert cast.reviewer.display_name in shown
    assert "19987654321" not in shown


@pytest.mark.parametrize("taken", [Taken.YES, Taken.REFUSED])
def test_both_phones_are_told_and_the_officer_reads_what_did_not_leave(client, cast, address, monkeypatch, taken):
    gateway = Gateway()
    gateway.taken = taken
    monkeypatch.setattr(gateways, "sms", lambda: gateway)
    old = cast.resident.person.phone.reveal("in a test")
    client.force_login(cast.reviewer)
    page = text(client.post(address, TYPED, follow=True))
    assert [phone for phone, _words, _key in gateway.sent] == [old, "19987654321"]
    assert all("尾号 4321" in words for _phone, words, _key in gateway.sent)
    assert ("通知短信没有发出" in page) is (taken == Taken.REFUSED)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"seen": ""}, "请核对本人和身份证原件后勾选。"),
        ({"again": "19987654322"}, "两次输入的手机号不一样"),
        ({"phone": "123"}, "手机号应为 11 位数字"),
        ({"evidence": ""}, "请写明看过哪些材料"),
        ({"evidence": "身份证 420984196003150007"}, ""),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_changed(client, cast, address, typed, sentence):
    client.force_login(cast.reviewer)
    response = client.post(address, TYPED | typed)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not PhoneChange.objects.exists()


def test_nobody_changes_her_own_nor_somebodys_of_another_area(client, cast, address):
    client.force_login(cast.outsider)
    assert client.post(address, TYPED).status_code == 404
    PaymentFactory(person=cast.reviewer.person, office=cast.county)
    client.force_login(cast.reviewer)
    response = client.post(f"/review/on-behalf/{cast.reviewer.person_id}/phone/", TYPED)
    assert "请由同事办理" in response.content.decode()
    assert not PhoneChange.objects.exists()
