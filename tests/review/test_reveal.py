"""显示完整: a full number for a minute, with a purpose, kept on the case and for the auditor (O11)."""

import pytest
from django.db import ProgrammingError, transaction

from review.models import Disclosure
from review.reveal import disclosures
from tests.pages import by_id, text, tree
from tests.pension.factories import ACCOUNT, submitted
from tests.review.batch import lines_of
from tests.review.desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def url(refund, field="id_number"):
    return f"/review/{refund.number}/reveal/{field}/"


def full(cast, field):
    person = cast.resident.person
    return {
        "id_number": lambda: person.id_number.reveal("in a test"),
        "phone": lambda: person.phone.reveal("in a test"),
        "account": lambda: ACCOUNT,
        "contact_phone": lambda: "13900000000",
    }[field]()


@pytest.mark.parametrize("field", ["id_number", "phone", "account", "contact_phone"])
def test_a_number_is_shown_for_a_purpose_and_kept_on_the_timeline(client, officer, refund, cast, field):
    response = client.post(url(refund, field), {"purpose": "inquiry", "words": "鄂税协〔2026〕8 号"})
    assert full(cast, field) in text(response).replace(" ", "")
    assert response["Refresh"] == f"60; url=/review/{refund.number}/"
    assert response["Cache-Control"] == "no-store"
    history = text(by_id(tree(client.get(f"/review/{refund.number}/")), "history"))
    assert "显示完整" in history
    assert "用途：协查（填文号），鄂税协〔2026〕8 号" in history
    assert officer.display_name in history
    shown = Disclosure.objects.get()
    assert (shown.number, shown.field, shown.by) == (refund.number, field, officer)
    assert full(cast, field) not in str(shown.__dict__)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "请选择用途"),
        ({"purpose": "curious"}, "请从列表中选择用途"),
        ({"purpose": "inquiry"}, "请填写文号"),
        ({"purpose": "other", "words": " "}, "请写明用途"),
        ({"purpose": "papers", "words": "429006199410050007"}, "不能写证件号码"),
        ({"purpose": "papers", "words": "字" * 101}, "不能超过 100 个字"),
    ],
)
def test_without_a_purpose_nothing_is_shown_or_kept(client, officer, refund, cast, said, sentence):
    response = client.post(url(refund), said)
    assert response.status_code == 422
    assert sentence in text(response)
    assert full(cast, "id_number") not in response.content.decode()
    assert not Disclosure.objects.exists()


def test_asking_for_the_page_shows_the_mask_only(client, officer, refund, cast):
    response = client.get(url(refund), {"purpose": "caller"})
    assert str(cast.resident.person.id_number) in text(response)
    assert full(cast, "id_number") not in response.content.decode()
    assert not Disclosure.objects.exists()


def test_the_applicant_never_reads_who_looked(client, officer, refund, cast):
    client.post(url(refund), {"purpose": "caller"})
    client.force_login(cast.resident)
    assert "显示完整" not in text(client.get(f"/refunds/{refund.number}/"))


def test_the_auditor_lists_and_reveals_nothing(client, officer, refund, cast):
    client.post(url(refund), {"purpose": "caller"})
    client.post(url(refund, "account"), {"purpose": "caller"})
    client.force_login(cast.auditor)
    assert client.post(url(refund), {"purpose": "caller"}).status_code == 403
    assert "reveal" not in client.get(f"/review/{refund.number}/").content.decode()
    rows = disclosures.seen_by(cast.auditor)
    assert list(disclosures.per_officer(rows)) == [{"by": officer.pk, "purpose": "caller", "disclosures": 2}]
    assert not disclosures.seen_by(cast.outsider).exists()


def test_a_batch_has_an_account_and_no_document_number(client, officer, batch):
    assert client.post(url(batch), {"purpose": "caller"}).status_code == 404
    assert client.post(url(batch, "account"), {"purpose": "caller"}).status_code == 200


@pytest.mark.parametrize("field", ["id_number", "phone"])
def test_of_one_person_in_a_batch_a_number_is_shown_and_kept_with_her_name(client, officer, cast, batch, field):
    line = lines_of(batch)[1]
    person = line.payment.person
    address = f"/review/{batch.number}/people/{line.pk}/reveal/{field}/?name={person.name}"
    full = getattr(person, field).reveal("in a test")
    asked, refused = client.get(address), client.post(address)
    assert refused.status_code == 422
    assert full not in asked.content.decode() + refused.content.decode()
    assert not Disclosure.objects.exists()
    answer = client.post(address, {"purpose": "papers"})
    assert full in text(answer).replace(" ", "")
    assert answer["Refresh"].endswith("#people")
    assert f"/review/{batch.number}/?name=" in answer["Refresh"]
    shown = Disclosure.objects.get()
    assert (shown.number, shown.field, shown.person, shown.by) == (batch.number, field, person, officer)
    said = f"{shown.get_field_display()}（{person.name}）"
    assert f"显示完整{said}" in text(by_id(tree(client.get(f"/review/{batch.number}/")), "history"))
    assert said in text(signed_in(cast.auditor).get("/review/audit/disclosures/"))


def test_an_officer_is_led_to_the_numbers_of_people_and_an_auditor_is_not(client, officer, cast, batch):
    address = f"/people/{lines_of(batch)[0].pk}/reveal/id_number/"
    assert address in client.get(f"/review/{batch.number}/").content.decode()
    assert "reveal" not in signed_in(cast.auditor).get(f"/review/{batch.number}/").content.decode()


def test_of_nobody_in_the_batch_nothing_is_shown(client, officer, cast, batch, refund):
    stranger = refund.lines.get().pk
    mine = lines_of(batch)[0].pk
    for place in (f"{stranger}/reveal/id_number", "99999999999999999999/reveal/id_number", f"{mine}/reveal/account"):
        assert client.post(f"/review/{batch.number}/people/{place}/", {"purpose": "caller"}).status_code == 404
    assert client.get(f"/review/{refund.number}/people/{stranger}/reveal/id_number/").status_code == 404
    assert not Disclosure.objects.exists()


def test_what_was_shown_is_never_changed_or_taken_back(client, officer, refund):
    client.post(url(refund), {"purpose": "caller"})
    for deed in (Disclosure.objects.all().delete, lambda: Disclosure.objects.update(purpose="other")):
        with pytest.raises(ProgrammingError), transaction.atomic():
            deed()
    assert Disclosure.objects.get().purpose == "caller"
