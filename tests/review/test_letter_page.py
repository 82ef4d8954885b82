"""The page of 登记书面答复: what cannot be is asked about at once, and nothing that was typed is dropped or breaks anything."""

from datetime import timedelta

import pytest
from django.utils import timezone

from handoff.models import Delivery, Inquiry, WorkItemKind
from pension.models import PensionRefundLine
from refunds import actions
from tests.pages import text
from tests.reports import report
from tests.review.desk import item_of, look, send
from tests.review.letters import enter, paid_otherwise, today, written

pytestmark = pytest.mark.django_db


def days_ago(days):
    return (timezone.localdate() - timedelta(days=days)).isoformat()


@pytest.mark.parametrize("dated", ["2001-01-01", "2000-01-01"])
def test_a_letter_is_not_older_than_what_it_is_about(cast, agency, dated):
    refund, item = paid_otherwise(cast, agency)
    page = enter(cast.reviewer, item, written(refund, "refused", reason="社保系统核验未通过"), dated=dated)
    assert page.status_code == 422
    assert "来函日期不能更早" in text(page)
    assert look(cast.reviewer, item).status_code == 200


def test_a_letter_tells_of_no_payment_that_came_after_it(cast, agency):
    refund, item = paid_otherwise(cast, agency)
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=9))
    page = enter(cast.reviewer, item, written(refund, "paid", amount="180.00", paid_on=days_ago(1)), dated=days_ago(2))
    assert (page.status_code, "退付日期不能晚于来函日期" in text(page)) == (422, True)


def test_the_reason_of_one_person_is_as_long_as_we_keep(cast, agency, batch):
    actions.approve(batch.number, by=cast.reviewer)
    send(batch)
    report(batch.number, events=["paid"], amount="1.00")
    first, *others = PensionRefundLine.objects.filter(refund=batch.pk).order_by("id")
    paid = {"amount": str(sum(line.payment.amount for line in others)), "paid_on": today()}
    typed = written(batch, "paid", returned=f"{first.payment.ticket_number} {'长' * 301}", **paid)
    page = enter(cast.reviewer, item_of(batch, WorkItemKind.CONTRADICTION), typed)
    assert (page.status_code, "每个人的原因不能超过 200 个字" in text(page)) == (422, True)


@pytest.mark.parametrize(
    ("event", "said"),
    [("", {"amount": "180.00"}), ("", {"reason": "户名不符"}), ("bounced", {"amount": "180.00", "reason": "户名不符"})],
)
def test_what_was_filled_in_and_would_not_count_is_asked_about(cast, agency, event, said):
    refund, item = paid_otherwise(cast, agency)
    page = enter(cast.reviewer, item, written(refund, event, **said))
    assert page.status_code == 422
    assert "请选择对方的结果" in text(page) or "只有“银行已退付”才填写" in text(page)
    assert not Inquiry.objects.exclude(letter="").exists()
