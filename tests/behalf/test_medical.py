"""代为发起 of 医保 for a person who cannot sign in: she cannot report an account, so an officer types it (O-04, M1-12)."""

import uuid

import pytest

from bankreports.models import Division
from medical.models import MedicalRefund
from refunds import actions, schemes
from refunds.states import RefundStatus
from review.behalf import acting
from tests.accounts.factories import PersonFactory
from tests.bankreports.factories import reported
from tests.behalf.starting import OTHER_ACCOUNT
from tests.medical.factories import PaymentFactory
from tests.pages import text
from tests.pension.factories import ACCOUNT
from tests.reports import report
from tests.review.desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(cast):
    return PaymentFactory(enrolment__person=PersonFactory(), office=cast.county)


def filled_in(payment, **changes) -> dict:
    """What an officer sends from 代为发起."""
    place = Division.objects.get(code="420704")
    account = {"account_kind": "1200", "division": place.pk, "bank_class": "103", "branch": "中国农业银行华容支行"}
    said = {"payment": f"medical:{payment.pk}", "reason": "duplicate", "contact_phone": "13900000001"}
    evidence = {"how": "self", "proof": "身份证原件、存折", "consent": "on", "signed": "on"}
    usual = {"key": str(uuid.uuid4()), "step": "submit", "account_number": ACCOUNT}
    return usual | account | said | evidence | changes


def start(cast, payment, **changes):
    address = f"/review/on-behalf/{payment.enrolment.person_id}/"
    return signed_in(cast.reviewer).post(address, filled_in(payment, **changes))


def test_the_account_is_typed_and_stands_on_the_application(cast, payment):
    start(cast, payment)
    refund = MedicalRefund.objects.get()
    assert refund.account_number.reveal("in a test") == ACCOUNT
    assert (refund.account_name, refund.account_kind) == (payment.enrolment.person.name, "个人银行结算账户")
    assert (refund.branch, refund.division_id, refund.bank_code) == ("中国农业银行华容支行", "420704", "103")
    assert (refund.reason_id, refund.on_behalf) == ("duplicate", True)


def test_the_second_officer_is_told_that_nobody_reported_it(cast, payment):
    start(cast, payment)
    refund = MedicalRefund.objects.get()
    (reported,) = [check for check in refund.scheme.checks([refund])[refund.pk] if check.code == "reported"]
    assert (reported.holds, "由税务人员在窗口录入" in reported.evidence) == (False, True)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"account_number": ""}, "请填写银行账号"),
        ({"account_kind": "1110x"}, "请从列表中选择账户性质"),
        ({"account_kind": "T101"}, "请从列表中选择账户性质"),
        ({"branch": "中国工商银行华容支行"}, "请核对后改成同一家银行"),
        ({"division": ""}, "请选择行政区划"),
        ({"reason": ""}, "请选择退费理由"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(cast, payment, changes, sentence):
    answer = start(cast, payment, **changes)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert changes.get("branch", "中国农业银行华容支行") in answer.content.decode()
    assert not MedicalRefund.objects.exists()


def test_who_can_sign_in_reports_her_account_herself(cast):
    form = schemes.get("medical").behalf_form(cast.resident.person, None, initial={})
    assert "bank_class" not in form.fields


def test_of_who_reported_an_account_a_mistake_is_said_beside_it(cast):
    account = reported(cast.resident)
    payment = PaymentFactory(enrolment__person=cast.resident.person, office=cast.county)
    answer = start(cast, payment, account=account.pk, reason="")
    assert answer.status_code == 422
    assert "请选择退费理由" in text(answer)
    assert "请本人登录后到存款账户账号报告里添加或变更" in text(answer)


def test_after_the_bank_could_not_pay_two_officers_give_it_another_typed_account(cast, payment):
    start(cast, payment)
    number = MedicalRefund.objects.get().number
    actions.approve(number, by=cast.colleague)
    report(number, events=["bounced"])
    said = filled_in(payment, account_number=OTHER_ACCOUNT, evidence="本人到窗口，新卡原件")
    answer = signed_in(cast.reviewer).post(f"/review/{number}/account/", said, follow=True)
    assert "新账户已提出" in text(answer)
    acting.decide(number, agreed=True, by=cast.countersigner)
    refund = MedicalRefund.objects.get()
    assert refund.refund_status == RefundStatus.APPROVED
    assert refund.account_number.reveal("in a test") == OTHER_ACCOUNT
