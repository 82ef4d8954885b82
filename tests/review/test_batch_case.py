"""A village batch as one case: totals, the people with search and marks, single people left out (O-06)."""

import pytest

from handoff.models import Delivery
from pension.models import Payment, PensionRefund
from refunds import actions, errors
from refunds.models import RejectReason
from refunds.states import RefundStatus, ReviewStatus
from tests.accounts.factories import PersonFactory, UserFactory
from tests.house.test_fragments import assert_following_is_reloading, htmx, is_whole
from tests.pages import by_id, find_all, swap, text, tree, without_tokens
from tests.pension.factories import PaymentFactory, submitted
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(cast):
    return make_village(cast.clerk, people=5)


@pytest.fixture
def batch(village, cast):
    return submit_batch(village, cast.clerk)


@pytest.fixture
def officer(client, cast):
    client.force_login(cast.reviewer)
    return cast.reviewer


def url(refund, verb=""):
    return f"/review/{refund.number}/{verb}"


def region(response):
    return by_id(tree(response), "people")


def lines_of(refund):
    return list(refund.lines.select_related("payment__person").order_by("pk"))


def reason(code="benefit_started"):
    return RejectReason.objects.get(code=code)


def leave(client, refund, lines, code="benefit_started", remark="", **more):
    data = {"line": [line.pk for line in lines], "reason": code, "remark": remark}
    return client.post(url(refund, "people/leave-out/"), data, **more)


def names(response):
    return [text(cell) for cell in find_all(region(response), lambda _tag, attrs: attrs.get("data-label") == "姓名")]


def of(lines):
    return [line.payment.person.name for line in lines]


def test_a_batch_is_one_case_with_its_totals_its_village_and_its_account(client, officer, batch, cast):
    words = text(client.get(url(batch)))
    village = cast.clerk.organisation
    for part in (
        "本批人员 5 人 · 1,000.00 元",
        "已排除 0 人 · 0.00 元",
        "将通过 5 人 · 1,000.00 元",
        "村集体补助",
        "**** 0018",
    ):
        assert part in words
    for part in (village.name, village.tax_number, village.social_number, "王会计", "139****0009"):
        assert part in words


def test_its_payments_are_one_line_and_not_one_for_each_person(client, officer, batch):
    rows = find_all(by_id(tree(client.get(url(batch))), "payments"), lambda tag, _attrs: tag == "tr")
    assert [text(row) for row in rows[1:]] == ["2022 1 村集体补助 2022-01-01 2022-12-31 5 1,000.00"]


def test_the_people_stand_there_with_masked_numbers(client, officer, batch):
    page = client.get(url(batch))
    people = [line.payment.person for line in lines_of(batch)]
    assert names(page) == [person.name for person in people]
    assert all(str(person.id_number) in text(page) for person in people)
    assert not any(person.id_number.reveal() in page.content.decode() for person in people)


@pytest.mark.parametrize("how", ["name", "number", "tail"])
def test_one_person_is_found_by_name_or_number_and_no_address_holds_a_whole_number(client, officer, batch, how):
    sought = lines_of(batch)[2].payment.person
    number = sought.id_number.reveal()
    typed = {"name": {"name": sought.name}, "number": {"number": number.lower()}, "tail": {"number": number[-8:]}}[how]
    response = client.post(url(batch, "people/search/"), typed)
    assert number not in response.url
    assert names(client.get(response.url)) == [sought.name]


def test_a_search_that_finds_nobody_says_how_to_search(client, officer, batch):
    for typed in ({"number": "12"}, {"number": "110101199001010007"}, {"name": "\0没有"}, {"number": "person-x"}):
        words = text(region(client.post(url(batch, "people/search/"), typed, follow=True)))
        assert "没有符合条件的人员" in words


@pytest.fixture
def marked(cast, village):
    """Of five: one has her own refund of the same year, one of another year, one stands there twice, one paid more."""
    own, other_year, twice, _same, more = (payment.person for payment in village.payments.order_by("pk"))
    submitted(UserFactory(person=own), office=cast.county, year=2022)
    submitted(UserFactory(person=other_year), office=cast.county, year=2021)
    Payment.objects.filter(person=more).update(amount="300.00")
    PaymentFactory(of_village=True, collective=village, office=cast.county, person=twice)
    return submit_batch(village, cast.clerk)


def shares(response):
    return [text(link) for link in find_all(region(response), lambda tag, attrs: tag == "a" and "?" in attrs["href"])]


def test_what_the_machine_noticed_is_counted_and_can_be_looked_at_alone(client, officer, marked):
    page = client.get(url(marked))
    assert shares(page)[:6] == [
        "全部 6",
        "有标记 4",
        "同年度另有退费 1",
        "批内重复 2",
        "金额与多数人不同 1",
        "已排除 0",
    ]
    lines = lines_of(marked)
    expected = {
        "marked": [lines[0], lines[2], lines[4], lines[5]],
        "other": [lines[0]],
        "twice": [lines[2], lines[5]],
        "amount": [lines[4]],
        "left_out": [],
    }
    for only, found in expected.items():
        assert names(client.get(url(marked), {"only": only})) == of(found)


def test_each_mark_says_its_evidence(client, officer, marked):
    words = text(region(client.get(url(marked))))
    other = PensionRefund.objects.get(applicant=lines_of(marked)[0].payment.person)
    assert f"同年度另有退费：{other.number} 人社退费中" in words
    assert words.count("批内重复，同一人有多笔") == 2
    assert words.count("多数人为 200.00 元") == 1


def test_a_refund_at_another_office_is_told_without_its_number(client, officer, cast, village):
    other = submitted(UserFactory(person=village.payments.first().person), office=cast.elsewhere, year=2022)
    words = text(region(client.get(url(submit_batch(village, cast.clerk)))))
    assert f"同年度另有退费：{cast.elsewhere.name}" in words
    assert other.number not in words


def test_those_left_out_are_not_passed_and_the_amount_is_that_of_the_rest(client, officer, batch):
    first, second, *rest = lines_of(batch)
    response = leave(client, batch, [first, second], remark="2021 年起领取", follow=True)
    words = text(region(response))
    assert "已排除 2 人 · 400.00 元" in words
    assert "将通过 3 人 · 600.00 元" in words
    assert words.count("已开始享受待遇，2021 年起领取") == 2
    assert "通过 3 人 600.00 元，不通过 2 人" in text(client.post(url(batch, "approve/"), follow=True))
    batch.refresh_from_db()
    assert (batch.people, batch.amount, batch.refund_status) == (3, 600, RefundStatus.APPROVED)
    assert [line["ticket_number"] for line in batch.instruction_lines()] == [
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
    assert "请选择不通过的原因" in text(no_reason)
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
    assert (referred.people, referred.amount, referred.refund_status) == (3, 600, RefundStatus.APPROVED)
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
    assert (referred.people, referred.amount) == (3, 600)
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


def test_a_single_persons_case_has_no_people(client, officer, cast):
    single = submitted(cast.resident, office=cast.county)
    assert by_id(tree(client.get(url(single))), "people") is None
    for verb in ("search", "leave-out", "take-in"):
        assert client.post(url(single, f"people/{verb}/")).status_code == 404


def test_another_batch_of_the_village_with_the_same_account_is_no_alarm(client, officer, batch, cast):
    submit_batch(make_village(cast.clerk, people=2, month=2), cast.clerk)
    assert "请核对" not in text(by_id(tree(client.get(url(batch))), "checks"))


def test_page_with_fragment_is_the_page_reloaded(client, officer, marked, monkeypatch):
    monkeypatch.setattr("review.people.PAGE_SIZE", 2)
    links = assert_following_is_reloading(client, url(marked), "people")
    assert len(links) == 7
    assert_following_is_reloading(client, url(marked) + "?only=marked&name=测试", "people")


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


def test_the_list_is_paged_by_key_and_a_page_stays_small(client, officer, cast):
    refund = submit_batch(make_village(cast.clerk, people=60), cast.clerk)
    first = client.get(url(refund))
    assert len(find_all(tree(first), lambda _tag, _attrs: True)) <= 3000
    (link,) = find_all(region(first), lambda tag, attrs: tag == "a" and "after=" in attrs.get("href", ""))
    assert names(first) + names(client.get(link["attrs"]["href"])) == of(lines_of(refund))


@pytest.mark.parametrize("people", [3, 300])
def test_nothing_costs_more_queries_in_a_larger_batch(
    client, officer, cast, settings, people, django_assert_num_queries
):
    settings.COUNTERSIGN_LIMIT = "100000.00"
    refund = submit_batch(make_village(cast.clerk, people=people), cast.clerk)
    line = lines_of(refund)[0]
    client.get(url(refund))
    with django_assert_num_queries(18):
        client.get(url(refund))
    with django_assert_num_queries(17):
        client.get(url(refund), {"number": line.payment.person.id_number.reveal()[-6:], "only": "marked"})
    with django_assert_num_queries(12):
        leave(client, refund, [line])
    with django_assert_num_queries(20):
        client.post(url(refund, "approve/"))


def test_somebody_twice_in_the_batch_is_one_person(client, officer, cast, village):
    twin = PersonFactory()
    PaymentFactory.create_batch(2, of_village=True, collective=village, office=cast.county, person=twin)
    refund = submit_batch(village, cast.clerk)
    assert names(client.get(url(refund), {"only": "twice"})) == [twin.name] * 2
    assert PensionRefund.objects.get().review_status == ReviewStatus.PENDING
