"""What officers tell each other on a case: notes, who looks at it now, and who was faster."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from refunds import actions
from refunds.models import RejectReason
from review.models import Note, Watching
from tests.pages import by_id, text, tree
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def url(refund, verb=""):
    return f"/review/{refund.number}/{verb}"


def test_a_note_is_read_by_colleagues_and_never_by_the_applicant(client, officer, refund, cast):
    client.post(url(refund, "note/"), {"note": "电话核实过，卡是本人的"})
    for who in (cast.colleague, cast.countersigner, cast.auditor):
        client.force_login(who)
        words = text(by_id(tree(client.get(url(refund))), "notes"))
        assert "电话核实过，卡是本人的" in words
        assert officer.display_name in words
    client.force_login(cast.resident)
    assert "电话核实过" not in text(client.get(f"/refunds/{refund.number}/"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "请写明备注内容"), ("打 13900000001 找他", "这里不能写证件号码"), ("很" * 301, "备注不能超过 300 个字")],
)
def test_a_note_without_words_or_with_a_number_is_not_kept_and_stays_typed(client, officer, refund, typed, words):
    response = client.post(url(refund, "note/"), {"note": typed})
    assert response.status_code == 422
    assert words in text(response)
    assert typed in text(by_id(tree(response), "id_note"))
    assert not Note.objects.exists()


def test_a_note_is_never_changed_or_deleted(client, officer, refund):
    client.post(url(refund, "note/"), {"note": "第一次"})
    for change in (lambda rows: rows.update(text="x"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(Note.objects.all())


def test_a_colleague_who_has_it_open_is_named_for_five_minutes(client, officer, refund, cast):
    client.get(url(refund))
    assert "也在看这件申请" not in text(client.get(url(refund)))
    client.force_login(cast.colleague)
    assert f"{officer.display_name} 也在看这件申请" in text(client.get(url(refund)))
    Watching.objects.filter(by=officer).update(at=timezone.now() - timedelta(minutes=5, seconds=1))
    assert "也在看这件申请" not in text(client.get(url(refund)))


def test_an_auditor_leaves_no_trace_and_old_looks_are_forgotten(client, officer, refund, cast):
    client.get(url(refund))
    Watching.objects.update(at=timezone.now() - timedelta(minutes=6))
    client.get(url(submitted(cast.stranger, office=cast.county)))
    client.force_login(cast.auditor)
    client.get(url(refund))
    assert Watching.objects.count() == 1


@pytest.mark.breaks_on_purpose  # the agency answers without a message
def test_who_comes_second_reads_who_decided_and_why_also_after_the_agency_moved_on(client, officer, refund, cast):
    actions.approve(refund.number, by=cast.colleague)
    with transaction.atomic():
        actions.acknowledge(actions.locked(refund.number), by="hrss")
    words = text(client.post(url(refund, "reject/"), {"reason": "other", "remark": "我写的意见"}))
    assert f"{cast.colleague.display_name}已于" in words
    assert "办理：税务审核通过" in words
    assert "我写的意见" in words


def test_who_comes_second_reads_the_reason_of_the_rejection(client, officer, refund, cast):
    reason = RejectReason.objects.get(code="account_name")
    actions.reject(refund.number, by=cast.colleague, reason=reason, remark="户名少一个字")
    words = text(client.post(url(refund, "approve/"), {"words-name": "我核对过"}))
    assert f"办理：税务审核未通过。原因：{reason.label}，户名少一个字" in words
    assert "我核对过" in words


def test_the_words_for_the_applicant_stand_beside_each_reason_before_it_is_chosen(client, officer, refund):
    words = text(by_id(tree(client.get(url(refund))), "decide"))
    reasons = RejectReason.objects.filter(active=True)
    assert 1 < reasons.count() <= 12
    for reason in reasons:
        assert f"原因：{reason.label}，（您写的审核意见）。下一步：{reason.next_step}" in words
