"""A third scheme goes from the list to the bank's answer, through review and handoff as they are."""

import json

import httpx
import pytest
from django.core.management import CommandError, call_command

from handoff.models import Delivery
from refunds.states import RefundStatus
from tests.feeds import data
from tests.injury.factories import ACCOUNT, PaymentFactory, submitted, typed
from tests.injury.feeds import PaymentFeed
from tests.injury.models import InjuryPayment, InjuryRefund
from tests.injury.scheme import INJURY
from tests.jobs import run_queued
from tests.pages import find_all, text, tree
from tests.reports import report

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(cast):
    return PaymentFactory(person=cast.resident.person, office=cast.county)


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def hidden(page) -> dict[str, str]:
    """What a page sends on by itself."""
    boxes = find_all(tree(page), lambda tag, attrs: tag == "input" and attrs.get("type") == "hidden")
    return {box["attrs"]["name"]: box["attrs"].get("value", "") for box in boxes}


def apply(client, user, payment) -> InjuryRefund:
    """From the list through the form and the check page to the result, as a person does."""
    client.force_login(user)
    assert str(payment.ticket_number) in text(client.get("/injury/"))
    client.get("/injury/apply/", {"payment": payment.pk})
    check = client.post("/injury/apply/", typed(payment))
    assert "尚未提交" in text(check)
    assert "6228 4804 0256 4890 018" in text(check)
    result = client.post("/injury/apply/", hidden(check) | {"step": "confirm"}, follow=True)
    assert "1 笔退费申请已提交" in text(result)
    return InjuryRefund.objects.latest("submitted_at")


def decide(client, officer, refund, verb="approve", **data):
    client.force_login(officer)
    assert refund.number in text(client.get("/review/"))
    case = client.get(f"/review/{refund.number}/")
    assert INJURY.label in text(case)
    assert refund.payment.ticket_number in text(case)
    return client.post(f"/review/{refund.number}/{verb}/", data)


def status(refund) -> str:
    return InjuryRefund.objects.get(pk=refund.pk).refund_status


def test_from_the_list_to_the_answer_of_the_bank(client, cast, payment, agency):
    refund = apply(client, cast.resident, payment)
    assert refund.number.startswith("GS")
    decide(client, cast.reviewer, refund)
    assert status(refund) == RefundStatus.APPROVED
    assert run_queued() == []
    assert status(refund) == RefundStatus.AGENCY_PROCESSING
    (taken,) = httpx.get(f"{agency.url}/control/seen").json()["instructions"]
    assert taken["instruction_id"] == f"{refund.number}-1"
    report(refund.number, events=["accepted", "paid"])
    assert status(refund) == RefundStatus.REFUNDED
    client.force_login(cast.resident)
    assert "退费成功" in text(client.get("/injury/progress/"))
    assert "退费成功" in text(client.get(f"/refunds/{refund.number}/"))


def test_what_the_agency_is_told(cast, refund, client):
    decide(client, cast.reviewer, refund)
    told = json.loads(Delivery.objects.get().body.reveal("in a test"))
    assert (told["scheme"], told["amount"]) == ("injury", "120.00")
    assert (told["payee"]["account_number"], told["lines"][0]["ticket_number"]) == (
        ACCOUNT,
        refund.payment.ticket_number,
    )


def test_it_is_on_the_menus_of_the_portal_and_among_the_persons_applications(client, cast, refund):
    client.force_login(cast.resident)
    assert INJURY.menu in text(client.get("/tax-service/"))
    assert INJURY.choice in text(client.get("/social-refund/"))
    for page in ("/inquiry/", "/"):
        assert refund.number in str(tree(client.get(page))), page


def test_the_same_payment_twice_is_refused(client, cast, payment):
    apply(client, cast.resident, payment)
    again = client.post("/injury/apply/", typed(payment, step="confirm"))
    assert again.status_code == 409
    assert "正在退费或已经退费" in text(again)
    assert InjuryRefund.objects.count() == 1


def test_what_the_officer_rejects_is_applied_for_again(client, cast, payment):
    refund = apply(client, cast.resident, payment)
    decide(client, cast.reviewer, refund, "reject", reason="other", remark="请补充材料")
    assert status(refund) == RefundStatus.TAX_RETURNED
    again = apply(client, cast.resident, payment)
    assert (again.number != refund.number, status(again)) == (True, RefundStatus.APPLIED)


def test_what_the_agency_refuses_is_applied_for_again(client, cast, payment):
    refund = apply(client, cast.resident, payment)
    decide(client, cast.reviewer, refund)
    report(refund.number, events=["refused"])
    assert status(refund) == RefundStatus.AGENCY_RETURNED
    client.force_login(cast.resident)
    page = text(client.get(f"/refunds/{refund.number}/"))
    assert "人社退回" in page
    assert "社保系统核验未通过" in page
    assert apply(client, cast.resident, payment).payment == payment


def test_what_the_bank_could_not_pay_goes_to_another_account(client, cast, refund):
    decide(client, cast.reviewer, refund)
    report(refund.number, events=["accepted", "bounced"])
    client.force_login(cast.resident)
    page = client.get(f"/refunds/{refund.number}/account/")
    assert "银行账户名称" in text(page)
    corrected = {"account_number": "6228480402564890026", "bank": "103", "number_checked": "on"}
    client.post(f"/refunds/{refund.number}/account/", corrected | {"step": "confirm"})
    assert status(refund) == RefundStatus.APPROVED
    told = json.loads(Delivery.objects.get(instruction_id=f"{refund.number}-2").body.reveal("in a test"))
    assert told["payee"]["account_number"] == "6228480402564890026"
    report(refund.number, events=["paid"])
    assert status(refund) == RefundStatus.REFUNDED


def test_it_is_taken_back_while_nobody_has_decided(client, cast, refund):
    client.force_login(cast.resident)
    client.post(f"/refunds/{refund.number}/withdraw/")
    assert status(refund) == RefundStatus.NOT_APPLIED


def test_its_payments_come_by_feed(tmp_path, places, run):
    row = data.payment(1) | {"费款所属期起": "2024-01-01", "费款所属期止": "2024-12-31", "缴费年度": "2024"}
    rows = [{column: row[column] for column in PaymentFeed.columns}]
    file = data.write(tmp_path / "injury.csv", rows, PaymentFeed.columns)
    for _ in range(2):  # the same file twice changes nothing
        run("load_payments", "injury", file)
        assert [paid.ticket_number for paid in InjuryPayment.objects.all()] == [row["票证号码"]]


def test_its_first_migration_is_its_models():
    try:
        call_command("makemigrations", "injury", "--check", "--dry-run", verbosity=0)
    except (CommandError, SystemExit) as error:
        pytest.fail(f"the migration of tests/injury is not its models: {error}")
