"""The pass goes to the medical insurance: once, whole, over HTTP; and only that agency may answer (O-02, M1-14, H-01)."""

import json
from decimal import Decimal

import httpx
import pytest

from handoff.models import Callback, Delivery, Effect, WorkItem, WorkItemKind
from medical.models import MedicalRefund
from refunds import actions
from refunds.states import RefundStatus
from tests.bankreports.factories import ACCOUNT
from tests.jobs import queued, run_queued
from tests.medical.agency import MONDAY, fresh, post, tell
from tests.medical.factories import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def approved(cast):
    refund = submitted(cast.resident, office=cast.county, care_amount="15.00", ticket_number="T9")
    return actions.approve(refund.number, by=cast.reviewer)


def status():
    return MedicalRefund.objects.get().refund_status


# O-02, design.md section 7
def test_a_pass_makes_one_delivery_to_the_medical_insurance(approved, cast):
    delivery = Delivery.objects.get()
    assert (delivery.agency, delivery.instruction_id) == ("medical", f"{approved.number}-1")
    assert len(queued("handoff.send")) == 1
    person, enrolment = cast.resident.person, approved.payment.enrolment
    assert json.loads(delivery.body.reveal("in a test")) == {
        "instruction_id": f"{approved.number}-1",
        "application_number": approved.number,
        "scheme": "medical",
        "tax_office": {"code": cast.county.code, "name": cast.county.name},
        "amount": "395.00",
        "payee": {
            "account_kind": "一般存款账户",
            "account_number": ACCOUNT,
            "account_name": person.name,
            "bank": "103 中国农业银行",
            "branch": "中国农业银行股份有限公司鄂州鄂城支行",
            "division": "420703 鄂州市华容区",
            "contact_name": person.name,
            "contact_phone": "13900000001",
        },
        "lines": [
            {
                "line": 1,
                "ticket_number": "T9",
                "name": person.name,
                "id_type": "201",
                "id_number": person.id_number.reveal("in a test"),
                "personal_number": enrolment.social_number,
                "agency_code": enrolment.agency_code,
                "amount": "395.00",
                "medical_amount": "380.00",
                "care_amount": "15.00",
                "period_start": "2024-01-01",
                "period_end": "2024-12-31",
            }
        ],
    }


# M2-06
def test_without_care_the_line_says_so(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    (line,) = json.loads(Delivery.objects.get().body.reveal("in a test"))["lines"]
    assert (line["care_amount"], line["amount"]) == (None, "380.00")


# O-02
def test_the_medical_insurance_takes_it_over_http_and_hrss_never_sees_it(approved, agency):
    assert run_queued() == []
    assert status() == RefundStatus.AGENCY_PROCESSING
    assert Delivery.objects.get().receipt.startswith("MEDICAL-")
    seen = httpx.get(f"{agency.url}/control/seen").json()
    assert [request["agency"] for request in seen["requests"]] == ["medical"]
    assert seen["instructions"][0]["instruction_id"] == f"{approved.number}-1"


# H-01, H-03
def test_signed_results_at_its_own_door_move_the_refund(client, settings, approved):
    Delivery.objects.update(created_at=MONDAY)
    for event in ("accepted", "paid"):
        assert post(client, settings, approved, event, paid_on="2026-11-18").status_code == 202
    run_queued()
    refund = MedicalRefund.objects.get()
    assert (refund.refund_status, str(refund.refunded_on)) == (RefundStatus.REFUNDED, "2026-11-18")
    assert refund.verified_at == MONDAY


# H-01
def test_hrss_cannot_answer_for_the_medical_insurance(client, settings, approved):
    hrss = settings.AGENCIES["hrss"]["secrets"][0]
    assert post(client, settings, approved, "paid", secret=hrss).status_code == 401
    assert post(client, settings, approved, "paid", secret=hrss, url="/handoff/callbacks/hrss/").status_code == 202
    run_queued()
    assert status() == RefundStatus.APPROVED
    assert WorkItem.objects.get().kind == WorkItemKind.UNKNOWN_INSTRUCTION


# O-02
def test_what_the_medical_insurance_cannot_read_goes_to_a_person(approved, agency, cast):
    httpx.post(f"{agency.url}/control", json={"agency": "medical", "fault": "bad_request", "times": 1})
    run_queued()
    item = WorkItem.objects.get()
    assert (item.kind, item.agency, item.office) == (WorkItemKind.HELD, "medical", cast.county)
    assert status() == RefundStatus.APPROVED


def assert_frozen(refund, office, *, at):
    """It stands where it stood, nothing of it is sent, and one item of its office says why."""
    assert (fresh(refund).refund_status, fresh(refund).disputed) == (at, refund.number)
    assert set(Delivery.objects.values_list("frozen", flat=True)) == {True}
    item = WorkItem.objects.get()
    assert (item.kind, item.office, item.number) == (WorkItemKind.CONTRADICTION, office, refund.number)
    return item


# H-03: one payment, so a single returned line is a refusal of the whole
@pytest.mark.parametrize("amount", ["395.00", "0.00"])
@pytest.mark.parametrize("event", ["accepted", "paid", "bounced"])
def test_agreed_and_returned_at_once_is_a_contradiction_that_changes_nothing(approved, cast, event, amount):
    tell(approved, event, returned={"T9": "已享受待遇"}, amount=Decimal(amount))
    assert_frozen(approved, cast.county, at=RefundStatus.APPROVED)
    assert fresh(approved).verified_at is None


# H-03
@pytest.mark.parametrize("event", ["paid", "bounced"])
def test_a_line_returned_after_the_agreement_goes_to_a_person(approved, cast, event):
    tell(approved, "accepted")
    tell(approved, event, returned={"T9": "已享受待遇"})
    assert_frozen(approved, cast.county, at=RefundStatus.PAYING)


# H-03
def test_a_strangers_line_goes_to_a_person_and_the_refund_stands_still(approved, cast):
    tell(approved, "accepted", returned={"T8": "重复"})
    assert "T8" in assert_frozen(approved, cast.county, at=RefundStatus.APPROVED).detail


# H-03
def test_what_is_said_of_a_frozen_refund_is_kept_and_changes_nothing(approved, cast):
    tell(approved, "accepted", returned={"T8": "重复"})
    for event in ("accepted", "paid", "refused"):
        tell(approved, event)
        assert Callback.objects.latest("pk").effect == Effect.KEPT
    assert_frozen(approved, cast.county, at=RefundStatus.APPROVED)


# H-03
def test_a_refusal_that_names_its_only_line_is_no_contradiction(approved):
    for _ in range(2):
        tell(approved, "refused", returned={"T9": "参保人已享受医保待遇"})
        assert status() == RefundStatus.AGENCY_RETURNED
    assert not WorkItem.objects.exists()
