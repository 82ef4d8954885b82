"""A letter takes two officers, whichever way they come to it, and each of them has seen what it says."""

import pytest

from handoff.items import open_item
from handoff.models import Delivery, Inquiry, WorkItemKind
from refunds.states import RefundStatus
from tests.pages import text
from tests.review.desk import item_of, look, press, shown
from tests.review.letters import enter, paid_otherwise, state, today, written

pytestmark = pytest.mark.django_db


def test_nobody_confirms_what_she_entered_herself_from_another_item(cast, agency):
    refund, item = paid_otherwise(cast, agency)
    open_item(WorkItemKind.UNKNOWN_EVENT, Delivery.objects.get(), refund, "对方回传了系统不认识的结果")
    other = item_of(refund, WorkItemKind.UNKNOWN_EVENT)
    enter(cast.reviewer, item, written(refund, "paid", amount="180.00", paid_on=today()))
    enter(cast.colleague, other, written(refund, "refused", reason="社保系统核验未通过"))
    press(cast.colleague, item, "confirm")
    assert state(refund) == (RefundStatus.REFUNDED, "")
    assert [one.asked_by for one in Inquiry.objects.filter(settled=True)] == [cast.reviewer]


def test_what_the_second_officer_has_not_seen_she_does_not_confirm(cast, agency):
    refund, item = paid_otherwise(cast, agency)
    enter(cast.reviewer, item, written(refund, "paid", amount="180.00", paid_on=today()))
    seen = shown(look(cast.colleague, item))
    enter(cast.reviewer, item, written(refund, "paid", amount="280.00", paid_on=today()))
    answer = press(cast.colleague, item, "confirm", seen=seen)
    assert answer.status_code == 409
    assert "处理意见在您打开页面之后换过" in text(answer)
    assert state(refund) == (RefundStatus.PAYING, refund.number)
    press(cast.colleague, item, "confirm", seen=shown(answer))
    assert state(refund) == (RefundStatus.REFUNDED, "")
