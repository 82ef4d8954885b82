"""What an agency has taken and says nothing of for a month."""

from datetime import timedelta

import pytest
from django.utils import timezone

from handoff.models import Delivery, WorkItem, WorkItemKind
from handoff.tasks import sweep
from tests.reports import report
from tests.review.desk import handed_off

pytestmark = pytest.mark.django_db


def test_it_is_somebodys_work_until_there_is_a_result(cast, agency):
    approved = handed_off(cast)
    report(approved.number, events=["accepted"])
    month = timezone.now() - timedelta(days=31)
    Delivery.objects.filter(number=approved.number).update(sent_at=month, acknowledged_at=month)
    sweep(0)
    sweep(0)
    item = WorkItem.objects.get(kind=WorkItemKind.SILENT)
    assert (item.number, item.closed_at) == (approved.number, None)
    report(approved.number, events=["paid"], steps={"paid": 3})
    sweep(0)
    item.refresh_from_db()
    assert item.closed_at
