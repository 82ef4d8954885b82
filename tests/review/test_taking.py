"""领取下一件, 放回队列, 转交: two officers never read the same case, and nobody decides what a colleague works on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pension.models import PensionRefund
from refunds import actions, errors
from refunds.way.steps import steps
from tests.accounts.factories import UserFactory
from tests.medical.factories import submitted as medical
from tests.pages import text
from tests.pension.factories import submitted
from tests.review.answering import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(cast):
    """The second is the more urgent one."""
    first, second = (submitted(UserFactory(), office=cast.county) for _ in range(2))
    PensionRefund.objects.filter(pk=second.pk).update(due_on=first.due_on - timedelta(days=3))
    return first, second


def url(refund, verb=""):
    return f"/review/{refund.number}/{verb}"


def test_the_next_case_is_the_most_urgent_one_that_nobody_has(client, cast, two):
    first, second = two
    client.force_login(cast.reviewer)
    assert client.post("/review/take-next/").url == url(second)
    client.force_login(cast.colleague)
    assert client.post("/review/take-next/").url == url(first)
    assert "现在没有可以领取的申请" in text(client.post("/review/take-next/", follow=True))


def test_a_taken_case_is_decided_by_nobody_else_and_the_refusal_names_the_holder(client, cast, two):
    refund = actions.take(two[0].number, by=cast.reviewer)
    client.force_login(cast.colleague)
    page = client.get(url(refund))
    assert f"{cast.reviewer.display_name}已领取这笔申请，还有 15 分钟" in text(page)
    assert "通过并看下一件" not in text(page)
    refusal = client.post(url(refund, "approve/"))
    assert refusal.status_code == 409
    assert f"{cast.reviewer.display_name}已领取这笔申请" in text(refusal)
    with pytest.raises(errors.Taken):
        actions.take(refund.number, by=cast.colleague)


def test_a_lease_ends_by_itself(cast, two):
    refund = actions.take(two[0].number, by=cast.reviewer)
    PensionRefund.objects.filter(pk=refund.pk).update(taken_until=timezone.now())
    assert actions.take(refund.number, by=cast.colleague).taken_by == cast.colleague


@pytest.mark.parametrize("change", [{"is_active": False}, {"office": "elsewhere"}])
def test_who_was_disabled_or_moved_holds_nothing(cast, two, change):
    refund = actions.take(two[0].number, by=cast.reviewer)
    for field, value in change.items():
        setattr(cast.reviewer, field, getattr(cast, value) if field == "office" else value)
    cast.reviewer.save()
    assert actions.approve(refund.number, by=cast.colleague).decided_by == cast.colleague
    assert actions.take_next(by=cast.colleague) is not None


def test_putting_back_and_leaving_let_go(client, cast, two):
    client.force_login(cast.reviewer)
    client.post("/review/take-next/")
    client.post(url(two[1], "put-back/"))
    assert not PensionRefund.objects.exclude(taken_by=None).exists()
    client.post("/review/take-next/")
    client.post("/accounts/logout/")
    assert not PensionRefund.objects.exclude(taken_by=None).exists()


def test_after_a_decision_the_next_case_is_taken(client, cast, two):
    first, second = two
    client.force_login(cast.reviewer)
    client.post("/review/take-next/")
    assert client.post(url(second, "approve/"), answers(second)).url == url(first)
    first.refresh_from_db()
    assert first.taken_by == cast.reviewer
    assert PensionRefund.objects.get(pk=second.pk).taken_by is None


def test_a_decision_taken_back_holds_nobody(cast, two, settings):
    settings.DECISION_GRACE_SECONDS = 60
    refund = actions.take(two[0].number, by=cast.reviewer)
    actions.approve(refund.number, by=cast.reviewer)
    assert actions.undo(refund.number, by=cast.reviewer).taken_by is None


def test_one_is_never_given_ones_own_case(cast):
    neighbour = UserFactory(resident=True, person=cast.reviewer.person)
    submitted(neighbour, office=cast.county)
    assert actions.take_next(by=cast.reviewer) is None
    assert actions.take_next(by=cast.colleague) is not None


def test_the_tab_one_works_on_decides_which_scheme_comes_next(client, cast, two):
    refund = medical(UserFactory(), office=cast.county)
    client.force_login(cast.reviewer)
    client.get("/review/?scheme=medical")
    assert client.post("/review/take-next/").url == url(refund)


def test_a_countersigner_hands_a_colleagues_cases_over(client, cast, two):
    refund = actions.take(two[0].number, by=cast.reviewer)
    client.force_login(cast.countersigner)
    assert cast.reviewer.display_name in text(client.get("/review/colleagues/"))
    page = f"/review/colleagues/{cast.reviewer.username}/"
    assert refund.number in text(client.get(page))
    client.post(f"{page}hand-over/", {"number": refund.number, "to": cast.colleague.username})
    refund.refresh_from_db()
    assert refund.taken_by == cast.colleague
    client.post(f"/review/colleagues/{cast.colleague.username}/hand-over/", {"number": refund.number, "to": "back"})
    refund.refresh_from_db()
    assert refund.taken_by is None


def test_what_a_countersigner_hands_over_stands_in_the_history_of_the_case(client, cast, two):
    refund = actions.take(two[0].number, by=cast.reviewer)
    actions.assign(refund.number, to=cast.colleague, by=cast.countersigner)
    actions.assign(refund.number, to=None, by=cast.countersigner)
    client.force_login(cast.colleague)
    page = text(client.get(url(refund)))
    given = f"原由{cast.reviewer.display_name}领取，现由{cast.colleague.display_name}办理"
    back = f"原由{cast.colleague.display_name}领取，放回队列"
    assert page.index(given) < page.index(back)
    who = f"{cast.countersigner.role_label} {cast.countersigner.display_name}"
    assert page.count(who) == 2
    assert "转交同事" not in [step.title for step in steps(refund)]  # it is no news for the applicant


def test_taking_and_putting_back_ones_own_case_is_no_history(cast, two):
    refund = actions.take(two[0].number, by=cast.reviewer)
    actions.put_back(refund.number, by=cast.reviewer)
    assert refund.events.count() == 1


def test_a_case_goes_to_nobody_who_may_not_decide_it(cast, two):
    with pytest.raises(errors.NotAllowed, match="看不到这笔申请"):
        actions.assign(two[0].number, to=cast.outsider, by=cast.countersigner)
    with pytest.raises(errors.NotAllowed, match="不能领取"):
        actions.assign(two[0].number, to=cast.countersigner, by=cast.countersigner)
    with pytest.raises(errors.NotAllowed, match="只有复核人"):
        actions.assign(two[0].number, to=cast.colleague, by=cast.reviewer)


def test_what_is_not_hers_is_not_said_to_be_put_back(client, cast, two):
    actions.take(two[0].number, by=cast.colleague)
    client.force_login(cast.reviewer)
    page = text(client.post(url(two[0], "put-back/"), follow=True))
    assert "不是您领取的，没有变动" in page
    assert "已放回队列" not in page
    assert PensionRefund.objects.get(pk=two[0].pk).taken_by == cast.colleague


def test_however_many_are_her_own_the_next_case_is_found(cast, monkeypatch):
    monkeypatch.setattr("refunds.actions.taking.ATTEMPTS", 1)
    herself = UserFactory(resident=True, person=cast.reviewer.person)
    for _ in range(3):
        submitted(herself, office=cast.county)
    other = submitted(UserFactory(resident=True), office=cast.county)
    assert actions.take_next(by=cast.reviewer).number == other.number


def test_a_list_of_a_colleague_that_is_longer_says_so(client, cast, two, monkeypatch):
    monkeypatch.setattr("review.queue.taking.SHOWN", 1)
    for refund in two:
        actions.take(refund.number, by=cast.reviewer)
    client.force_login(cast.countersigner)
    assert "1 以上" in text(client.get("/review/colleagues/"))
    assert "先列出最急的 1 件" in text(client.get(f"/review/colleagues/{cast.reviewer.username}/"))
