"""转为代为发起: what arrived after a resident applied is started again for her, in one transaction (O-04, P1-11)."""

import pytest

from pension.models import ArrivalStatus, Payment, PensionRefund
from refunds import actions, errors
from refunds.states import RefundStatus, ReviewStatus
from tests.behalf.starting import started
from tests.inbox.reading import kinds, told
from tests.pension.factories import ACCOUNT, submitted
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(cast):
    """Of a payment that arrived meanwhile."""
    refund = submitted(cast.resident, office=cast.county)
    Payment.objects.update(arrival_status=ArrivalStatus.ARRIVED)
    return refund


def test_the_old_one_ends_and_a_new_one_with_the_same_data_stands_in_its_place(cast, refund):
    again = PensionRefund.objects.get(number=actions.convert(refund.number, by=cast.reviewer).number)
    old = PensionRefund.objects.get(pk=refund.pk)
    assert (old.refund_status, old.review_status) == (RefundStatus.NOT_APPLIED, ReviewStatus.WITHDRAWN)
    assert (again.refund_status, again.review_status) == (RefundStatus.APPLIED, ReviewStatus.PENDING)
    assert again.lines.get().payment == old.lines.get().payment
    assert again.account_number.reveal("in a test") == ACCOUNT
    assert again.contact_phone.reveal("in a test") == "13900000000"
    same = (
        "applicant",
        "office",
        "amount",
        "year",
        "due_on",
        "account_name",
        "bank_code",
        "account_type",
        "contact_name",
    )
    assert [getattr(again, name) for name in same] == [getattr(old, name) for name in same]
    assert refund.number in again.evidence


def test_another_officer_reviews_it(cast, refund):
    again = actions.convert(refund.number, by=cast.reviewer)
    with pytest.raises(errors.NotAllowed):
        actions.approve(again.number, by=cast.reviewer)
    actions.approve(again.number, by=cast.colleague)


def test_the_applicant_is_told_of_both_and_may_take_the_new_one_back(cast, refund):
    again = actions.convert(refund.number, by=cast.reviewer)
    assert (kinds(refund), kinds(again)) == (["submit", "convert"], ["submit"])
    assert "转为税务机关代为发起" in told(refund, "convert").title
    actions.withdraw(again.number, by=cast.resident)


def test_what_the_applicant_may_still_ask_for_is_not_converted(cast):
    waiting = submitted(cast.resident, office=cast.county)
    batch = submit_batch(make_village(cast.clerk, people=2), cast.clerk)
    Payment.objects.filter(collective__isnull=False).update(arrival_status=ArrivalStatus.ARRIVED)
    for refund in (waiting, batch, started(cast, officer=cast.colleague)):
        with pytest.raises(errors.NotAllowed, match="不需要转为代为发起"):
            actions.convert(refund.number, by=cast.reviewer)


def test_what_was_decided_is_not_converted(cast, refund):
    actions.withdraw(refund.number, by=cast.resident)
    with pytest.raises(errors.AlreadyDecided):
        actions.convert(refund.number, by=cast.reviewer)


def test_only_a_reviewer_of_the_office_converts(cast, refund):
    for user in (cast.auditor, cast.countersigner, cast.resident, cast.outsider):
        with pytest.raises(errors.RefundError):
            actions.convert(refund.number, by=user)
    assert PensionRefund.objects.count() == 1
