"""参考时限 stands still while a case is being clarified (design.md section 4, Clock)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from pension.models import PensionRefund
from refunds.actions.base import save
from refunds.parameters import calendar
from tests.pages import text
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


def change(refund, by, disputed):
    with transaction.atomic():
        refund.disputed = disputed
        return save(refund, "dispute" if disputed else "settle", by=by)


def test_it_goes_on_by_as_many_working_days_later(cast):
    refund = submitted(cast.resident, office=cast.county)
    due = refund.due_on
    assert change(refund, cast.colleague, "YL202601010000017").paused_on == timezone.localdate()
    began = timezone.localdate() - timedelta(days=14)
    refund.paused_on = began
    stood = calendar.left(timezone.localdate(), began)
    refund = change(refund, cast.colleague, "")
    assert stood > 0
    assert (refund.due_on, refund.paused_on) == (calendar.after(due, stood), None)


def test_what_stands_still_is_neither_late_nor_urgent(client, cast):
    refund = submitted(cast.resident, office=cast.county)
    yesterday = timezone.localdate() - timedelta(days=1)
    PensionRefund.objects.update(due_on=yesterday, paused_on=yesterday)
    client.force_login(cast.reviewer)
    assert refund.number not in text(client.get("/review/?queue=pending&segment=over"))
    assert "计时暂停" in text(client.get("/review/"))
