"""作业 and 移交事项, as the administrator sees them."""

import pytest
from django.urls import reverse
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Change
from handoff.items import open_for
from handoff.models import WorkItem, WorkItemKind
from tests.accounts.factories import UserFactory
from tests.handoff.test_chores import ends
from tests.jobs import queued
from tests.pages import text

pytestmark = pytest.mark.django_db
CHORE = "portal.fold_tallies"


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    return user


def again(client, job):
    return text(client.post(reverse("running:again", args=[job.pk]), follow=True))


def test_a_job_that_gave_up_runs_again_when_she_says_so_and_that_is_on_record(client, administrator):
    ends(CHORE)
    job = ProcrastinateJob.objects.get(status="failed")
    assert "已重新排队" in again(client, job)
    assert [one.pk for one in queued(CHORE)] == [job.pk]
    assert Change.objects.get().by == administrator
    assert client.post(reverse("running:again", args=[job.pk])).status_code == 404


def test_what_waits_already_is_not_queued_twice(client, administrator):
    ends(CHORE)
    job = ProcrastinateJob.objects.get(status="failed")
    app.tasks[CHORE].defer(timestamp=0)
    assert "已经在等待" in again(client, job)
    assert not Change.objects.exists()


def test_she_reads_what_waits_for_an_officer_and_can_settle_none(client, cast, administrator):
    open_for(WorkItemKind.UNANSWERED, "X-1", agency="hrss", refund=None, detail="没有回执")
    page = text(client.get(reverse("running:items")))
    assert "移交多次没有回执" in page
    assert "X-1" in page
    item = WorkItem.objects.get()
    assert client.get(reverse("review:item", args=[item.pk])).status_code == 403
