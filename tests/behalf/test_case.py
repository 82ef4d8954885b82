"""What the case offers about acting for the applicant (O-04): 转为代为发起, 撤销, and an account that two officers change."""

import pytest

from pension.models import ArrivalStatus, Payment, PensionRefund
from refunds.states import RefundStatus
from review.models import AccountProposal
from tests.accounts.factories import UserFactory
from tests.behalf.starting import OTHER_ACCOUNT, bounced, started, typed
from tests.pages import text
from tests.pension.factories import submitted
from tests.review.desk import signed_in

pytestmark = pytest.mark.django_db


def case(user, refund):
    return text(signed_in(user).get(f"/review/{refund.number}/"))


def press(user, refund, verb, **data):
    return signed_in(user).post(f"/review/{refund.number}/{verb}/", data, follow=True)


def propose(user, refund, **changes):
    said = typed(refund.lines.get().payment, account_number=OTHER_ACCOUNT, evidence="本人来电", **changes)
    return press(user, refund, "account", **said)


def state(refund):
    return PensionRefund.objects.get(pk=refund.pk).refund_status


def test_what_arrived_since_is_converted_with_one_press(cast):
    refund = submitted(cast.resident, office=cast.county)
    assert "转为代为发起" not in case(cast.reviewer, refund)
    Payment.objects.update(arrival_status=ArrivalStatus.ARRIVED)
    assert "转为代为发起" in case(cast.reviewer, refund)
    assert "转为代为发起" not in case(cast.auditor, refund)
    response = press(cast.reviewer, refund, "convert")
    again = PensionRefund.objects.exclude(pk=refund.pk).get()
    assert response.redirect_chain[-1][0] == f"/review/{again.number}/"
    assert "须由另一位税务人员审核" in text(response)
    assert press(cast.colleague, refund, "convert").status_code == 409


def test_it_is_taken_back_for_her_with_evidence(cast):
    refund = started(cast)
    assert "代为撤销" in case(cast.colleague, refund)
    assert press(cast.colleague, refund, "withdraw").status_code == 422
    assert "已代申请人撤销" in text(press(cast.colleague, refund, "withdraw", evidence="本人到窗口要求"))
    assert state(refund) == RefundStatus.NOT_APPLIED


def test_who_has_an_account_or_decided_or_only_reads_is_offered_nothing(cast):
    refund = bounced(cast)
    assert "代为更正账户" in case(cast.reviewer, refund)
    for user in (cast.colleague, cast.auditor):
        assert "代为更正账户" not in case(user, refund)
    UserFactory(resident=True, person=refund.applicant)
    assert "代为更正账户" not in case(cast.reviewer, refund)
    assert "已经注册" in text(signed_in(cast.reviewer).get(f"/review/{refund.number}/account/", follow=True))


def test_one_proposes_an_account_and_another_sends_it(cast):
    refund = bounced(cast)
    assert "由另一位税务人员确认" in text(propose(cast.reviewer, refund))
    assert state(refund) == RefundStatus.PAYMENT_FAILED
    assert "由您提出" in case(cast.reviewer, refund)
    assert press(cast.reviewer, refund, "account/decide", decision="confirm").status_code == 409
    words = case(cast.colleague, refund)
    assert "本人来电" in words
    assert "0026" in words
    assert OTHER_ACCOUNT not in words
    press(cast.colleague, refund, "account/decide", decision="confirm")
    assert state(refund) == RefundStatus.APPROVED
    proposal = AccountProposal.objects.get()
    assert (proposal.closed_by, proposal.agreed) == (cast.colleague, True)


@pytest.mark.parametrize("who", ["reviewer", "colleague"])
def test_it_is_taken_back_or_declined_and_proposed_again(cast, who):
    refund = bounced(cast)
    propose(cast.reviewer, refund)
    press(getattr(cast, who), refund, "account/decide", decision="decline")
    assert state(refund) == RefundStatus.PAYMENT_FAILED
    assert not AccountProposal.objects.get().agreed
    propose(cast.countersigner, refund)
    assert AccountProposal.objects.filter(closed_at=None).count() == 1


def test_two_proposals_do_not_wait_at_once(cast):
    refund = bounced(cast)
    propose(cast.reviewer, refund)
    again = propose(cast.countersigner, refund)
    assert again.status_code == 409
    assert "已有一位税务人员提出了新账户" in text(again)


def test_a_wrong_account_is_asked_for_again_and_nothing_is_proposed(cast):
    refund = bounced(cast)
    response = propose(cast.reviewer, refund, contact_phone="1")
    assert response.status_code == 422
    assert not AccountProposal.objects.exists()


def test_an_officer_elsewhere_meets_nothing(cast):
    refund = bounced(cast)
    for verb in ("convert", "withdraw", "account", "account/decide"):
        assert press(cast.outsider, refund, verb, evidence="x", decision="confirm").status_code == 404
