"""Whoever is switched off or moved hands on what she works on, and what would stand still is said before it is confirmed."""

import pytest
from django.urls import reverse

from accounts.models import Change
from pension.models import PensionRefund
from refunds import actions
from tests.accounts.factories import OfficeFactory, UserFactory
from tests.pages import text
from tests.pension.factories import submitted

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def administrator(client, cast):
    user = UserFactory(administrator=True, office=cast.province)
    client.force_login(user)
    return user


@pytest.fixture
def taken(cast):
    refund = submitted(cast.resident, office=cast.county)
    actions.take(refund.number, by=cast.reviewer)
    return refund


def ask(client, user, **typed):
    return client.post(reverse("administration:account", args=[user.username]), {"do": "disable"} | typed)


def confirm(client, *users, **typed):
    typed = {"do": "disable", "confirmed": "yes", "username": [user.username for user in users]} | typed
    return client.post(reverse("administration:leaving"), typed, follow=True)


def fresh(refund):
    return PensionRefund.objects.get(pk=refund.pk)


def test_nothing_is_done_before_it_is_said_how_many_cases_she_has(client, cast, administrator, taken):
    page = text(ask(client, cast.reviewer))
    assert "手上的件 交给谁" in " ".join(page.split())
    assert f"{cast.colleague.display_name}，今天之内由其办理" in page
    assert fresh(taken).taken_by == cast.reviewer
    cast.reviewer.refresh_from_db()
    assert cast.reviewer.is_active


@pytest.mark.parametrize("typed", [{"do": "disable"}, {"do": "move"}])
def test_her_cases_go_back_to_the_queue_and_that_is_on_record(client, cast, administrator, taken, typed):
    typed |= {"office": OfficeFactory().pk}
    assert "手上的 1 件：1 件放回队列" in text(confirm(client, cast.reviewer, **typed))
    assert fresh(taken).taken_by is None
    assert Change.objects.filter(after="1 件放回队列", about=cast.reviewer).exists()
    assert actions.take_next(by=cast.colleague) == taken


def test_her_cases_go_to_the_colleague_who_is_chosen(client, cast, administrator, taken):
    to = {f"to-{cast.reviewer.username}": cast.colleague.username}
    assert f"1 件转交给{cast.colleague.display_name}" in text(confirm(client, cast.reviewer, **to))
    assert fresh(taken).taken_by == cast.colleague
    kept = fresh(taken).events.order_by("-pgh_id").first().pgh_context
    assert (kept["from_name"], kept["to_name"]) == (cast.reviewer.display_name, cast.colleague.display_name)


def test_what_the_colleague_may_not_decide_goes_back_to_the_queue(client, cast, administrator):
    refund = submitted(UserFactory(resident=True, person=cast.colleague.person), office=cast.county)
    actions.take(refund.number, by=cast.reviewer)
    to = {f"to-{cast.reviewer.username}": cast.colleague.username}
    assert "1 件放回队列" in text(confirm(client, cast.reviewer, **to))
    assert fresh(refund).taken_by is None


def test_several_leave_together_and_none_is_offered_the_cases_of_another(client, cast, administrator, taken):
    typed = {"do": "disable", "username": [cast.reviewer.username, cast.colleague.username]}
    page = text(client.post(reverse("administration:leaving"), typed))
    assert f"{cast.colleague.display_name}，今天之内" not in page
    assert f"{cast.county.name}此后没有审核人，上级也没有：1 件在等的申请将无人审核" in page
    confirm(client, cast.reviewer, cast.colleague)
    for user in (cast.reviewer, cast.colleague):
        user.refresh_from_db()
        assert not user.is_active


def test_it_is_said_who_decides_when_the_last_reviewer_leaves(client, cast, administrator):
    UserFactory(reviewer=True, office=cast.province)
    page = text(ask(client, cast.outsider))
    assert f"{cast.elsewhere.name}此后没有审核人，申请由{cast.province.name}审核" in page
    assert "此后没有审核人" not in text(ask(client, cast.reviewer))


def test_what_nobody_would_countersign_is_said(client, cast, administrator):
    refund = submitted(cast.resident, office=cast.county, amount="10000.01")
    actions.approve(refund.number, by=cast.reviewer)
    assert "1 件待复核的申请将无人复核" in text(ask(client, cast.countersigner))
    UserFactory(countersigner=True, office=cast.province)
    assert "无人复核" not in text(ask(client, cast.countersigner))


def test_a_village_without_another_clerk_is_said(client, cast, administrator):
    assert f"{cast.clerk.organisation.name}此后没有经办人" in text(ask(client, cast.clerk))
    UserFactory(clerk=True, organisation=cast.clerk.organisation)
    assert "此后没有经办人" not in text(ask(client, cast.clerk))


def test_nobody_ticked_is_said_and_changes_nothing(client, cast, administrator):
    page = client.post(reverse("administration:leaving"), {"do": "disable", "confirmed": "yes"}, follow=True)
    assert "请先勾选工作人员" in text(page)
    assert not Change.objects.exists()


def test_her_own_account_stays_when_it_is_among_those_ticked(client, cast, administrator):
    assert "须由另一位管理员处理" in text(confirm(client, administrator, cast.auditor))
    administrator.refresh_from_db()
    cast.auditor.refresh_from_db()
    assert (administrator.is_active, cast.auditor.is_active) == (True, False)


def test_more_than_can_be_done_at_once_changes_nobody_and_says_so(client, cast, administrator):
    """Whoever would be left out of it would stay in unseen."""
    names = [cast.reviewer.username, *(f"nobody{n}" for n in range(50))]
    typed = {"do": "disable", "confirmed": "yes", "username": names}
    page = client.post(reverse("administration:leaving"), typed, follow=True)
    assert "一次最多勾选 50 人，没有做任何更改" in text(page)
    cast.reviewer.refresh_from_db()
    assert cast.reviewer.is_active
