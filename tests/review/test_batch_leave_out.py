"""Single people of a batch are left out with a reason, the rest is passed, and a countersigner reads the same (O-06)."""

import pytest

from handoff.models import Delivery
from pension.models import PensionRefund
from refunds import actions, errors
from refunds.states import RefundStatus
from tests.house.test_fragments import htmx, is_whole
from tests.pages import find, find_all, swap, text, tree, without_tokens
from tests.review.batch import leave, lines_of, reason, region, url
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


# O-06
def test_those_left_out_are_not_passed_and_the_amount_is_that_of_the_rest(client, officer, batch):
    first, second, *rest = lines_of(batch)
    response = leave(client, batch, [first, second], remark="2021 年起领取", follow=True)
    words = text(region(response))
    assert "已排除 2 人 · 400.00 元" in words
    assert "将通过 3 人 · 600.00 元" in words
    assert words.count("已开始享受待遇，2021 年起领取") == 2
    assert "通过 3 人 600.00 元，不通过 2 人" in text(client.post(url(batch, "approve/"), follow=True))
    batch.refresh_from_db()
    assert (batch.people_count, batch.amount, batch.refund_status) == (3, 600, RefundStatus.APPROVED)
    assert [line["ticket_number"] for line in type(batch).instruction_lines_of([batch])[batch.pk]] == [
        line.payment.ticket_number for line in rest
    ]
    assert Delivery.objects.count() == 1


def test_before_the_pass_a_mark_gives_nothing_up_and_the_clerk_does_not_see_it(client, officer, batch, cast):
    lines = lines_of(batch)
    leave(client, batch, lines[:2])
    assert batch.lines.filter(live=True).count() == 5
    client.force_login(cast.clerk)
    assert "已开始享受待遇" not in text(client.get(f"/pension/village/progress/{batch.number}/"))


def test_somebody_left_out_can_be_taken_in_again(client, officer, batch):
    lines = lines_of(batch)
    leave(client, batch, lines[:3])
    words = text(region(client.post(url(batch, "people/take-in/"), {"line": [lines[0].pk]}, follow=True)))
    assert "将通过 3 人 · 600.00 元" in words
    assert list(batch.lines.filter(left_out=None).values_list("pk", flat=True).order_by("pk")) == [
        lines[0].pk, lines[3].pk, lines[4].pk,
    ]  # fmt: skip


def test_nobody_ticked_or_no_reason_is_said_and_what_was_filled_in_stays(client, officer, batch):
    line = lines_of(batch)[1]
    nobody = leave(client, batch, [], remark="我写的")
    assert nobody.status_code == 422
    assert "请先勾选要排除的人员" in text(nobody)
    assert 'value="我写的"' in nobody.content.decode()
    no_reason = leave(client, batch, [line], code="")
    assert "请选择排除的原因" in text(no_reason)
    ticked = find_all(region(no_reason), lambda _tag, attrs: attrs.get("name") == "line" and "checked" in attrs)
    assert [box["attrs"]["value"] for box in ticked] == [str(line.pk)]
    assert "请写明审核意见" in text(leave(client, batch, [line], code="proof"))
    assert "请先勾选要恢复的人员" in text(client.post(url(batch, "people/take-in/"), {"line": "x"}, follow=True))
    assert not batch.lines.filter(left_out__isnull=False).exists()


def test_the_links_of_a_page_that_answers_a_post_lead_back_to_the_case(client, officer, batch):
    for link in find_all(region(leave(client, batch, [])), lambda tag, _attrs: tag == "a"):
        assert link["attrs"]["href"].startswith((url(batch), "#"))


def test_people_of_another_batch_are_not_touched(client, officer, batch, cast):
    other = submit_batch(make_village(cast.clerk, people=2, month=2), cast.clerk)
    leave(client, batch, lines_of(other))
    assert not other.lines.filter(left_out__isnull=False).exists()


def test_with_everybody_left_out_the_officer_is_told_to_reject(client, officer, batch):
    leave(client, batch, lines_of(batch))
    response = client.post(url(batch, "approve/"))
    assert response.status_code == 409
    assert "请改用【不通过】" in text(response)
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPLIED


# O-06, O-03
def test_rejecting_rejects_everybody(client, officer, batch):
    leave(client, batch, lines_of(batch)[:1])
    client.post(url(batch, "reject/"), {"reason": "account_name", "remark": ""})
    assert not batch.lines.filter(live=True).exists()
    assert PensionRefund.objects.get().refund_status == RefundStatus.TAX_RETURNED
    assert text(region(client.get(url(batch)))).count("不通过") >= 5


@pytest.fixture
def referred(settings, batch, cast):
    """Two left out; the rest is above the limit, so it waits for the countersigner."""
    settings.COUNTERSIGN_LIMIT = "500.00"
    first, second = lines_of(batch)[:2]
    actions.leave_out(batch.number, by=cast.reviewer, lines=[first.pk, second.pk], reason=reason(), remark="")
    return actions.approve(batch.number, by=cast.reviewer)


def test_the_limit_counts_what_would_be_passed(settings, client, officer, batch):
    settings.COUNTERSIGN_LIMIT = "600.00"
    leave(client, batch, lines_of(batch)[:2])
    client.post(url(batch, "approve/"))
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPROVED


def test_the_countersigner_reads_the_same_list_and_passes_the_rest(client, referred, cast):
    client.force_login(cast.countersigner)
    page = client.get(url(referred))
    assert "将通过 3 人 · 600.00 元" in text(page)
    assert not find_all(region(page), lambda _tag, attrs: attrs.get("type") == "checkbox")
    assert leave(client, referred, lines_of(referred)[2:3]).status_code == 403
    client.post(url(referred, "approve/"))
    referred.refresh_from_db()
    assert (referred.people_count, referred.amount, referred.refund_status) == (3, 600, RefundStatus.APPROVED)
    assert referred.lines.filter(live=True).count() == 3


def test_until_the_countersignature_nothing_is_given_up(referred, village, cast):
    assert referred.amount == 1000
    assert referred.lines.filter(live=True).count() == 5
    with pytest.raises(errors.RefundError):
        actions.leave_out(referred.number, by=cast.reviewer, lines=[], reason=reason(), remark="")


def test_after_being_sent_back_the_marks_can_be_changed(client, officer, referred, cast):
    actions.send_back(referred.number, by=cast.countersigner, remark="第一位应通过")
    lines = lines_of(referred)
    client.post(url(referred, "people/take-in/"), {"line": [lines[0].pk]})
    leave(client, referred, lines[4:], code="other", remark="已迁出")
    client.post(url(referred, "approve/"))
    actions.countersign(referred.number, by=cast.countersigner)
    referred.refresh_from_db()
    assert (referred.people_count, referred.amount) == (3, 600)
    assert set(referred.lines.filter(live=True).values_list("pk", flat=True)) == {
        line.pk for line in lines[:1] + lines[2:4]
    }


def test_the_timeline_says_how_many_did_not_pass(client, referred, cast):
    actions.countersign(referred.number, by=cast.countersigner)
    client.force_login(cast.clerk)
    words = text(client.get(f"/pension/village/progress/{referred.number}/"))
    assert "部分通过：2 人不通过，其余人员通过。" in words


@pytest.mark.parametrize("by_whom", ["auditor", "countersigner", "outsider", "clerk"])
def test_only_an_officer_of_the_office_who_reviews_may_leave_people_out(client, batch, cast, by_whom):
    client.force_login(getattr(cast, by_whom))
    for verb in ("leave-out", "take-in"):
        response = client.post(url(batch, f"people/{verb}/"), {"line": [lines_of(batch)[0].pk], "reason": "arrived"})
        assert response.status_code == (404 if by_whom == "outsider" else 403)
    assert not batch.lines.filter(left_out__isnull=False).exists()


def test_who_comes_too_late_is_told_and_led_to_the_case(client, officer, batch, cast):
    actions.approve(batch.number, by=cast.colleague)
    response = leave(client, batch, lines_of(batch)[:1], follow=True)
    assert "您的操作没有生效" in text(response)
    assert leave(client, batch, lines_of(batch)[:1], headers=htmx("people")).headers["HX-Redirect"] == url(batch)
    assert batch.lines.filter(live=True).count() == 5


def test_leaving_out_with_htmx_changes_only_the_list(client, officer, batch):
    page = client.get(url(batch))
    line = lines_of(batch)[0]
    fragment = leave(client, batch, [line], headers=htmx("people", url(batch)), follow=True)
    assert not is_whole(fragment)
    assert "已排除 1 人，通过时他们不通过" in text(fragment)
    after = client.get(url(batch), headers=htmx("people"))
    assert without_tokens(swap(page, after, "people")) == without_tokens(tree(client.get(url(batch))))
    refused = leave(client, batch, [], headers=htmx("people", url(batch)))
    assert (refused.status_code, refused.headers["HX-Push-Url"]) == (422, "false")
    assert not is_whole(refused)


def test_a_decision_is_on_the_people_its_page_showed(client, officer, cast):
    refund = submit_batch(make_village(cast.clerk, people=3), cast.clerk)
    seen = find(tree(client.get(url(refund))), lambda _tag, attrs: attrs.get("name") == "seen")["attrs"]["value"]
    lines = [lines_of(refund)[0].pk]
    actions.leave_out(refund.number, by=cast.colleague, lines=lines, reason=reason("other"), remark="无此人")
    response = client.post(url(refund, "approve/"), {"seen": seen})
    assert response.status_code == 409
    assert "排除的人员在您打开这件申请之后有变动" in text(response)
    now = find(tree(response), lambda _tag, attrs: attrs.get("name") == "seen")["attrs"]["value"]
    client.post(url(refund, "approve/"), {"seen": now})
    assert PensionRefund.objects.get().people_count == 2
