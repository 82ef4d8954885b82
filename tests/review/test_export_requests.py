"""导出申请: a long list leaves with a second person's word, once, and says whose it is (GB/T 35273-2020 7.1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from review.exports.answers import mark_of
from review.models import Export, ExportRequest
from tests.accounts.factories import UserFactory
from tests.pages import text
from tests.pension.factories import submitted
from tests.review.test_exports import lines

pytestmark = pytest.mark.django_db
EXPORT, PAGE = "/review/export/", "/review/exports/"
LIST = {"query": "queue=all", "format": "csv"}


@pytest.fixture(autouse=True)
def _three_are_many(settings, cast):
    settings.EXPORT_ROWS = 2
    for _ in range(3):
        submitted(UserFactory(resident=True), office=cast.county)


def asked(client, user: User, **said) -> ExportRequest:
    client.force_login(user)
    client.post(EXPORT, {**LIST, "why": "核对九月的退费", **said})
    return ExportRequest.objects.latest("pk")


def answered(client, user: User, one: ExportRequest, answer="agree"):
    client.force_login(user)
    return client.post(f"{PAGE}{one.pk}/", {"answer": answer}, follow=True)


def test_a_long_list_does_not_leave_on_one_persons_word(client, cast):
    client.force_login(cast.reviewer)
    page = client.post(EXPORT, LIST)
    assert page.status_code == 422
    assert "超过 2 行" in text(page)
    assert not Export.objects.exists()
    nothing = client.post(EXPORT, {**LIST, "why": " "})
    assert "请写明导出的用途" in text(nothing)
    assert not ExportRequest.objects.exists()


def test_a_colleague_agrees_and_it_leaves_once_with_her_name_on_it(client, cast):
    one = asked(client, cast.reviewer)
    assert (one.rows, one.words) == (3, "全部申请")
    assert client.post(EXPORT, {**LIST, "agreed": one.pk}).status_code == 422
    assert "已同意" in text(answered(client, cast.countersigner, one))
    client.force_login(cast.reviewer)
    assert "导出" in text(client.get(PAGE))
    file = lines(client.post(EXPORT, {**LIST, "agreed": one.pk}))
    assert len(file) == 4
    export = Export.objects.get()
    assert export.rows == 3
    who = f"{cast.reviewer.display_name}（{cast.reviewer.username}）"
    assert mark_of(export).startswith(f"导出编号 {export.pk}：{who}")
    assert client.post(EXPORT, {**LIST, "agreed": one.pk}).status_code == 422


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("another list", {"query": "queue=pending"}),
        ("no number", {"agreed": "x"}),
        ("a number of nothing", {"agreed": "9" * 30}),
    ],
)
def test_what_was_agreed_to_is_that_list(client, cast, what, changes):
    one = asked(client, cast.reviewer)
    answered(client, cast.countersigner, one)
    client.force_login(cast.reviewer)
    assert client.post(EXPORT, {**LIST, "agreed": one.pk, **changes}).status_code == 422, what


def test_nobody_uses_what_was_agreed_to_for_another_nor_after_a_day(client, cast):
    one = asked(client, cast.reviewer)
    answered(client, cast.countersigner, one)
    client.force_login(cast.colleague)
    assert client.post(EXPORT, {**LIST, "agreed": one.pk}).status_code == 422
    ExportRequest.objects.update(answered_at=timezone.now() - timedelta(days=1, minutes=1))
    client.force_login(cast.reviewer)
    assert client.post(EXPORT, {**LIST, "agreed": one.pk}).status_code == 422


def test_nobody_agrees_to_her_own_and_what_was_refused_stays_refused(client, cast):
    own = asked(client, cast.countersigner)
    assert "没有生效" in text(answered(client, cast.countersigner, own))
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRequest.objects.update(state="agreed", answered_by=cast.countersigner, answered_at=now)
    one = asked(client, cast.reviewer)
    answered(client, cast.countersigner, one, "refuse")
    assert "没有生效" in text(answered(client, cast.countersigner, one))
    client.force_login(cast.reviewer)
    assert client.post(EXPORT, {**LIST, "agreed": one.pk}).status_code == 422
    assert "未同意" in text(client.get(PAGE))


@pytest.mark.parametrize(("who", "status"), [("reviewer", 403), ("auditor", 403), ("outsider", 403)])
def test_only_a_countersigner_answers(client, cast, who, status):
    one = asked(client, cast.reviewer)
    client.force_login(getattr(cast, who))
    assert client.post(f"{PAGE}{one.pk}/", {"answer": "agree"}).status_code == status


def test_a_countersigner_of_elsewhere_does_not_know_of_it(client, cast):
    one = asked(client, cast.reviewer)
    stranger = UserFactory(countersigner=True, office=cast.elsewhere)
    assert answered(client, stranger, one).status_code == 404
    assert "没有导出申请" in text(client.get(PAGE))


def test_the_page_costs_the_same_however_many_there_are(client, cast, django_assert_max_num_queries):
    for _ in range(4):
        asked(client, cast.reviewer)
    client.force_login(cast.auditor)
    with django_assert_max_num_queries(8):
        assert "核对九月的退费" in text(client.get(PAGE))
