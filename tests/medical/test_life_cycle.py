"""Every transition is walked by a medical refund, and no other combination of states can be stored (M1-14, O-02, O-03)."""

import pytest
from django.db import IntegrityError, transaction

from handoff.models import Delivery
from medical.models import MedicalRefund
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import ALLOWED, RefundStatus, ReviewResult, ReviewStatus
from tests.accounts.factories import UserFactory
from tests.bankreports.factories import OTHER_ACCOUNT
from tests.medical.agency import receipt, tell
from tests.medical.factories import account_of, applied, submitted
from tests.medical.reading import links, ticked
from tests.pages import find, text, tree
from tests.refunds.walking import declared, walked
from tests.reports import report

pytestmark = pytest.mark.django_db


# What people and agencies do; what the desk of 移交异常 does is walked beside its own tests.
BY_THE_DESK = {
    "pay_undone",
    "stand_by_decision",
    "undo",
    "undo_referral",
    "reopen_review",
    "stop",
    "give_way",
    "set_apart",
    "fail_review",
    "repair",
    "pass_review",
}


# M1-14, O-02, O-03, O-05
def test_every_declared_transition_is_walked(cast):
    def start(**payment):
        return submitted(UserFactory(), office=cast.county, **payment)

    def approved():
        return actions.approve(start().number, by=cast.reviewer)

    with walked(MedicalRefund) as names:
        withdrawn = start()
        actions.withdraw(withdrawn.number, by=withdrawn.submitted_by)
        actions.reject(start().number, by=cast.reviewer, reason=RejectReason.objects.first())
        # An account of its own: what goes to one account counts together.
        big = start(medical_amount="10000.01", number=OTHER_ACCOUNT)
        actions.approve(big.number, by=cast.reviewer)
        actions.send_back(big.number, by=cast.countersigner, remark="再核")
        actions.approve(big.number, by=cast.reviewer)
        actions.countersign(big.number, by=cast.countersigner)
        refused = approved()
        receipt(refused)
        tell(refused, "refused")
        report(approved().number, events=["bounced"])
        paid = approved()
        report(paid.number, events=["accepted", "paid", "bounced", "paid", "bounced"], steps="in_order")
        other = account_of(paid.submitted_by, OTHER_ACCOUNT)
        actions.correct_account(paid.number, by=paid.submitted_by, account=other)
        report(paid.number, events=["accepted", "paid"])
    assert names == declared(MedicalRefund) - BY_THE_DESK


# the database itself
def test_the_database_refuses_every_other_combination_of_states(cast):
    refund = submitted(cast.resident, office=cast.county)
    allowed = {(str(r), str(v), str(w)) for r, v, w in ALLOWED}
    others = {(str(r), str(v), str(w)) for r in RefundStatus for v in ReviewStatus for w in ReviewResult} - allowed
    for r, v, w in others:
        with pytest.raises(IntegrityError), transaction.atomic():
            MedicalRefund.objects.filter(pk=refund.pk).update(refund_status=r, review_status=v, review_result=w)


# the database itself
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": -1},
        {"applicant": None},
        {"reject_reason": "other"},
        {"number": None},
        {"account_name": ""},
    ],
)
def test_the_database_refuses_what_no_refund_can_be(cast, wrong):
    refund = submitted(cast.resident, office=cast.county)
    with pytest.raises(IntegrityError), transaction.atomic():
        MedicalRefund.objects.filter(pk=refund.pk).update(**wrong)


# O-05: first the tax office, then the medical insurance (I-34)
def test_the_limit_is_passed_by_two_people_and_counts_both_amounts(cast):
    refund = submitted(cast.resident, office=cast.county, medical_amount="9990.00", care_amount="10.01")
    assert actions.approve(refund.number, by=cast.reviewer).review_status == ReviewStatus.COUNTERSIGN
    assert not Delivery.objects.exists()
    actions.countersign(refund.number, by=cast.countersigner)
    assert Delivery.objects.count() == 1


# O-03
def test_a_rejection_sends_nothing_and_leads_back_to_the_very_payment(client, cast, resident, payment):
    refund = applied(resident, payment)
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.filter(about="").first())
    assert not Delivery.objects.exists()
    page = client.get(f"/refunds/{refund.number}/")
    assert "税务退回" in text(page)
    form = client.get(links(page)["重新申请退费"])
    assert find(tree(form), lambda tag, attrs: attrs.get("name") == "payment")["attrs"]["value"] == str(payment.pk)
    assert ticked(form, "account")


# H-03, design.md section 4
def test_a_refusal_by_the_medical_insurance_says_why_and_frees_the_payment(client, cast, resident, payment):
    refund = applied(resident, payment)
    actions.approve(refund.number, by=cast.reviewer)
    tell(refund, "refused")
    words = text(client.get(f"/refunds/{refund.number}/"))
    assert all(part in words for part in ("医保退回", "原因：参保人已享受医保待遇", "下一步"))
    assert "人社" not in words
    assert applied(resident, payment).number != refund.number


# I-44
@pytest.mark.parametrize("events", [[], ["accepted"], ["accepted", "paid"], ["accepted", "bounced"]])
def test_while_the_money_may_still_come_nobody_can_ask_for_it_again(cast, resident, payment, events):
    refund = applied(resident, payment)
    actions.approve(refund.number, by=cast.reviewer)
    for event in events:
        tell(refund, event)
    with pytest.raises(errors.AlreadyClaimed):
        applied(resident, payment)


# O-01
def test_nobody_decides_on_her_own_refund(cast):
    own = submitted(UserFactory(person=cast.reviewer.person), office=cast.county)
    for decide in (actions.approve, actions.reject):
        reason = {"reason": RejectReason.objects.first()} if decide is actions.reject else {}
        with pytest.raises(errors.NotAllowed):
            decide(own.number, by=cast.reviewer, **reason)
    actions.approve(own.number, by=cast.colleague)
