"""转为代为发起 against everybody who is faster: one wins, the other is told, and the payment is in one live refund."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from handoff.models import Delivery
from pension.models import ArrivalStatus, Payment, PensionRefund, PensionRefundLine
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus
from review.behalf import acting
from review.models import AccountProposal
from tests.behalf.starting import OTHER_ACCOUNT, bounced, typed
from tests.conftest import make_cast
from tests.pension.factories import submitted
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def refund(cast):
    refund = submitted(cast.resident, office=cast.county)
    Payment.objects.update(arrival_status=ArrivalStatus.ARRIVED)
    return refund


def live() -> int:
    return PensionRefundLine.objects.filter(live=True).count()


@pytest.mark.parametrize("_round", range(5))
def test_convert_against_withdraw_has_one_winner(cast, refund, _round):
    converted, withdrawn = race(
        lambda: actions.convert(refund.number, by=cast.reviewer),
        lambda: actions.withdraw(refund.number, by=cast.resident),
    )
    if isinstance(converted, errors.AlreadyDecided):
        assert (PensionRefund.objects.count(), live()) == (1, 0)
    else:
        assert isinstance(withdrawn, errors.NotWithdrawable)
        assert (PensionRefund.objects.count(), live()) == (2, 1)


@pytest.mark.parametrize("_round", range(5))
def test_convert_against_reject_has_one_winner(cast, refund, _round):
    converted, rejected = race(
        lambda: actions.convert(refund.number, by=cast.reviewer),
        lambda: actions.reject(refund.number, by=cast.colleague, reason=RejectReason.objects.first()),
    )
    assert isinstance(converted, errors.AlreadyDecided) is not isinstance(rejected, errors.AlreadyDecided)
    assert live() == int(not isinstance(converted, errors.RefundError))


@pytest.mark.parametrize("_round", range(5))
def test_convert_against_approve_has_one_winner(cast, refund, _round):
    converted, approved = race(
        lambda: actions.convert(refund.number, by=cast.reviewer),
        lambda: actions.approve(refund.number, by=cast.colleague),
    )
    passed = PensionRefund.objects.filter(refund_status=RefundStatus.APPROVED).count()
    assert isinstance(converted, errors.RefundError) is not isinstance(approved, errors.RefundError)
    assert (passed, Delivery.objects.count(), live()) == (int(not isinstance(approved, errors.RefundError)),) * 2 + (1,)


@pytest.mark.parametrize("_round", range(3))
def test_a_proposed_account_is_confirmed_or_taken_back_once(cast, _round):
    refund = bounced(cast)
    said = QueryDict(urlencode(typed(refund.lines.get().payment, account_number=OTHER_ACCOUNT)))
    acting.propose(refund.number, said, evidence="本人来电", by=cast.reviewer)
    confirmed, taken_back = race(
        lambda: acting.decide(refund.number, agreed=True, by=cast.colleague),
        lambda: acting.decide(refund.number, agreed=False, by=cast.reviewer),
    )
    assert isinstance(confirmed, errors.NotAllowed) is not isinstance(taken_back, errors.NotAllowed)
    agreed = AccountProposal.objects.get().agreed
    assert agreed is (PensionRefund.objects.get().refund_status == RefundStatus.APPROVED)
    assert agreed is not isinstance(confirmed, errors.NotAllowed)


def test_two_officers_who_convert_make_one_application(cast, refund):
    results = race(*(lambda by=by: actions.convert(refund.number, by=by) for by in (cast.reviewer, cast.colleague)))
    assert sum(isinstance(result, errors.AlreadyDecided) for result in results) == 1
    assert (PensionRefund.objects.count(), live()) == (2, 1)
