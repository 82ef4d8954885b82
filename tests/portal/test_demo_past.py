"""The demo's neighbours applied over the last weeks, and everything that is written down says so."""

import pytest
from django.utils import timezone

from foundation.numbers import check_digit
from inbox.models import Message
from refunds import actions
from refunds.parameters import calendar
from refunds_portal.demo.past import AGES, spread
from tests.accounts.factories import UserFactory
from tests.medical.factories import submitted as medical
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


def test_a_queue_has_cases_that_are_overdue_nearly_due_and_far_from_it(cast):
    refunds = [submitted(UserFactory(resident=True), office=cast.county) for _ in AGES]
    spread()
    for refund in refunds:
        refund.refresh_from_db()
    left = [calendar.left(refund.due_on) for refund in refunds]
    assert len([days for days in left if days < 0]) == 2
    assert len([days for days in left if 0 <= days <= 3]) >= 4
    assert max(left) > 20
    assert all(refund.submitted_at <= timezone.now() for refund in refunds)


@pytest.mark.parametrize("apply", [submitted, medical])
def test_number_history_and_message_are_of_the_day_of_the_application(cast, apply):
    refund = apply(UserFactory(resident=True), office=cast.county)
    spread()
    refund.refresh_from_db()
    day = timezone.localdate(refund.submitted_at)
    digits = refund.number[2:-1]
    assert digits.startswith(f"{day:%Y%m%d}")
    assert refund.number[-1] == str(check_digit(digits))
    assert refund.due_on == calendar.deadline(refund.submitted_at).day
    row, message = refund.events.get(), Message.objects.get()
    assert (row.number, row.pgh_created_at) == (refund.number, refund.submitted_at)
    assert (message.number, message.created_at) == (refund.number, refund.submitted_at)
    assert refund.due_on.isoformat() in message.body


def test_what_was_decided_today_stays_todays(cast):
    refund = submitted(UserFactory(resident=True), office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    spread()
    assert type(refund).objects.get(pk=refund.pk).number == refund.number
