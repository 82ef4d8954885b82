"""A row of a known ticket that says something else is a correction: the ledger follows, and whatever it touches is told."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Person
from handoff import deliveries, desk
from handoff.models import Delivery, Proposal, WorkItem
from inbox.models import Message
from medical.feeds import PaymentFeed as MedicalFeed
from pension.feeds import PaymentFeed
from pension.models import Payment, PensionRefund
from pension.village import drafts
from refunds import actions, errors
from refunds.models import RejectReason
from tests.accounts.factories import UserFactory
from tests.feeds import data
from tests.feeds.correcting import ALL, N, applied, correct, fresh, item, payment, row
from tests.invariants import violations
from tests.reports import report
from tests.review.answering import warned
from tests.village.batches import submit_batch


@pytest.mark.parametrize(
    ("column", "value", "field", "was"),
    [
        ("缴费金额", "300.00", "amount", "500.00"),
        ("缴费年度", "2021", "year", "2022"),
        ("税款所属期止", "2022-06-30", "period_end", "2022-12-31"),
        ("缴费月份", "3", "month", "None"),
        ("记录状态", "作废", "record_status", "normal"),
        ("记录状态", "冲正", "record_status", "normal"),
        ("原票证号码", "342999", "original_ticket", ""),
    ],
)
def test_the_ledger_follows_and_its_history_keeps_what_it_said(load, column, value, field, was):
    load(row(), data.payment(N + 4))
    assert "新增 0，更新 1，未变 1，拒绝 0" in load({**row(), column: value}, data.payment(N + 4))
    kept = payment().events.get()
    assert (str(getattr(kept, field)), Payment.objects.count()) == (was, 2)
    assert "更新 0，未变 2" in load({**row(), column: value}, data.payment(N + 4))
    assert payment().events.count() == 1


def test_another_person_under_a_known_ticket_is_followed_too(load):
    load(row())
    other = {name: data.payment(N + 1)[name] for name in ("缴费人姓名", "证件号码", "手机号")}
    assert "更新 1" in correct(load, **other)
    assert payment().person.name == data.payment(N + 1)["缴费人姓名"]
    assert payment().events.get().person.name == row()["缴费人姓名"]


def test_a_file_without_the_new_columns_or_with_empty_cells_says_nothing_of_them(load):
    correct(load, 记录状态="作废")
    assert "未变 1" in load(row())
    assert "未变 1" in correct(load, 记录状态="", 原票证号码="")
    assert not payment().stands


def test_what_a_new_ticket_takes_the_place_of_stands_no_more_whichever_comes_first(load):
    new = data.payment(N + 1, person=N, 原票证号码=row()["票证号码"], 缴费金额="300.00")
    load(row())
    load(new)
    assert (payment().record_status, payment(N + 1).record_status) == ("void", "normal")
    assert "更新 0，未变 2" in load({**row(), "记录状态": "正常"}, new)
    Payment.objects.all().delete()
    load(new)
    load({**row(), "记录状态": "正常"})
    assert payment().record_status == "void"


@pytest.mark.parametrize("order", [(0, 1, 2, 0), (2, 1, 0), (1, 2, 0)])
def test_of_a_chain_of_tickets_only_the_last_stands_whichever_row_comes_again(load, order):
    tickets = [row()["票证号码"], "342777", "342778"]
    chain = [
        {**row(), "票证号码": a, "原票证号码": b, "记录状态": "正常"}
        for a, b in zip(tickets, ["", *tickets], strict=False)
    ]
    for place in order:
        load(chain[place])
    assert [Payment.objects.get(ticket_number=one).stands for one in tickets] == [False, False, True]


def test_a_reversal_ends_what_it_reverses_and_may_be_written_as_less_than_nothing(load):
    load(row())
    load(data.payment(N + 1, person=N, 记录状态="冲正", 原票证号码=row()["票证号码"], 缴费金额="-500.00"))
    assert payment().record_status == payment(N + 1).record_status == "reversed"
    assert payment(N + 1).amount == Decimal("500.00")


def test_a_village_payment_moves_with_its_people_and_an_empty_one_is_gone(load):
    rows = [data.payment(n) for n in (N + 3, N + 103)]
    load(*rows)
    before = payment(N + 3).collective_id
    load(*({**one, "缴费月份": "2"} for one in rows))
    assert payment(N + 3).collective.month == payment(N + 103).collective.month == 2
    assert not Payment.objects.filter(collective=before).exists()
    assert [payment(N + 3).collective] == list(
        type(payment(N + 3).collective).objects.filter(year=payment(N + 3).year, month=2)
    )
    assert not type(payment(N + 3).collective).objects.filter(pk=before).exists()


def test_an_application_that_waits_is_marked_stands_still_and_cannot_be_passed(load, refund, officers):
    correct(load, 缴费金额="300.00")
    now = fresh(refund)
    assert now.corrected == "缴费金额由 500.00 元更正为 300.00 元"
    assert ("corrected" in now.marks, bool(now.paused_on)) == (True, True)
    assert warned(now)["corrected"].stops
    with pytest.raises(errors.Corrected):
        actions.approve(now.number, by=officers[0])
    assert actions.approve_all([now.number], by=officers[0], objections=lambda rows: {}).passed == []
    told = Message.objects.get(number=now.number, kind="correct")
    assert "500.00 元更正为 300.00 元" in told.body
    assert now.events.filter(pgh_context__action="correct").count() == 1


def test_when_the_record_says_again_what_it_said_the_clock_goes_on(load, refund, officers):
    correct(load, 缴费金额="300.00")
    load(row())
    now = fresh(refund)
    assert (now.corrected, now.paused_on, "corrected" in now.marks) == ("", None, False)
    assert Message.objects.filter(number=now.number, kind="correct_back").exists()
    actions.approve(now.number, by=officers[0])


def test_the_applicant_takes_it_back_and_applies_again_in_two_presses(load, refund, client):
    correct(load, 缴费金额="300.00")
    client.force_login(refund.submitted_by)
    address = reverse("refunds:reapply", args=[refund.number])
    assert address in client.get(reverse("refunds:detail", args=[refund.number])).text
    page = client.get(address)
    assert "300.00" in page.text
    assert "500.00" in page.text
    client.post(address)
    again = PensionRefund.objects.exclude(pk=refund.pk).get()
    assert (fresh(refund).review_status, again.review_status, again.amount) == (
        "withdrawn",
        "pending",
        Decimal("300.00"),
    )
    assert (again.corrected, bytes(again.account_index)) == ("", bytes(refund.account_index))


def test_what_was_taken_back_cannot_be_applied_for_again(load, refund, client):
    correct(load, 记录状态="作废")
    client.force_login(refund.submitted_by)
    address = reverse("refunds:reapply", args=[refund.number])
    assert "已作废" in client.get(address).text
    client.post(address)
    assert fresh(refund).review_status == "pending"
    actions.withdraw(refund.number, by=refund.submitted_by)
    assert "已作废" in client.get(reverse("pension:apply"), {"payment": payment().pk}).text


def test_a_batch_is_passed_without_those_whose_payments_were_corrected(load, officers):
    rows = [data.payment(n) for n in (N + 3, N + 103, N + 203)]
    load(*rows)
    clerk = UserFactory(clerk=True, organisation=payment(N + 3).organisation)
    batch = submit_batch(payment(N + 3).collective, clerk)
    load(rows[0], {**rows[1], "缴费金额": "100.00"}, {**rows[2], "记录状态": "作废", "死亡日期": "2024-01-02"})
    batch = fresh(batch)
    assert batch.corrected == "2 人的缴费记录有更正（作废或冲正 1 人，金额更正 1 人）"
    with pytest.raises(errors.Corrected):
        actions.approve(batch.number, by=officers[0])
    corrected = list(batch.people.find(name="", number="", only="corrected"))
    assert len(corrected) == 2
    assert [len(one.marks) for one in batch.people.describe(corrected)] == [1, 2]
    reason = RejectReason.objects.filter(active=True).first()
    actions.leave_out(batch.number, by=officers[0], lines=[line.pk for line in corrected], reason=reason)
    assert (fresh(batch).corrected, fresh(batch).paused_on) == ("", None)
    passed = actions.approve(batch.number, by=officers[0])
    assert (passed.amount, passed.people_count) == (Decimal("200.00"), 1)


def test_a_draft_follows_what_is_corrected(load):
    rows = [data.payment(n) for n in (N + 3, N + 103)]
    load(*rows)
    clerk = UserFactory(clerk=True, organisation=payment(N + 3).organisation)
    collective = payment(N + 3).collective
    drafts.add(collective, by=clerk)
    load({**rows[0], "缴费金额": "100.00"}, {**rows[1], "记录状态": "作废"})
    assert drafts.chosen(drafts.of_payment(collective)) == drafts.Chosen(1, Decimal("100.00"))


def test_a_correction_between_the_page_and_the_press_is_noticed(load):
    load(row())
    shown = payment()
    correct(load, 缴费金额="300.00")
    with pytest.raises(errors.RecordChanged):
        applied(shown)
    assert applied(payment()).amount == Decimal("300.00")


def test_what_is_decided_and_not_sent_is_held_until_it_is_settled(load, refund, officers):
    actions.approve(refund.number, by=officers[0])
    delivery = Delivery.objects.get(number=refund.number)
    correct(load, 缴费金额="300.00")
    assert deliveries.send(delivery.pk) is None
    assert Delivery.objects.get(pk=delivery.pk).sent_at is None
    desk.propose(item(), Proposal.RECALL, by=officers[0])
    desk.confirm(item(), by=officers[1])
    assert fresh(refund).refund_status == "tax_returned"
    assert not WorkItem.objects.filter(closed_at=None).exists()
    assert applied(payment()).amount == Decimal("300.00")


def test_what_is_corrected_back_is_sent_after_all(load, refund, officers):
    actions.approve(refund.number, by=officers[0])
    correct(load, 缴费金额="300.00")
    load(row())
    assert not WorkItem.objects.filter(closed_at=None).exists()
    assert fresh(refund).corrected == ""


def test_what_is_sent_becomes_an_item_that_offers_to_stop_it(load, refund, officers):
    actions.approve(refund.number, by=officers[0])
    report(refund.number, events=["accepted"])
    correct(load, 记录状态="作废")
    desk.propose(item(), Proposal.STOP, by=officers[0])
    assert "请求停付" in item().detail


def test_the_officer_reads_on_the_case_and_on_the_item_what_was_corrected(load, refund, officers, client):
    correct(load, 缴费金额="300.00")
    client.force_login(officers[0])
    page = client.get(reverse("review:case", args=[refund.number])).text
    assert "500.00 元更正为 300.00 元" in page
    assert "计时已暂停" in page
    load(row())
    actions.approve(refund.number, by=officers[0])
    report(refund.number, events=["accepted"])
    correct(load, 缴费金额="300.00")
    page = client.get(reverse("review:item", args=[item().pk])).text
    assert "请求停付" in page
    report(refund.number, events=["paid"])
    page = client.get(reverse("review:item", args=[item().pk])).text
    assert "登记退回金额" in page
    assert "200.00" in page


@pytest.mark.parametrize(
    ("changes", "due"),
    [({"缴费金额": "300.00"}, "200.00"), ({"记录状态": "冲正"}, "500.00"), ({"缴费金额": "800.00"}, None)],
)
def test_what_is_paid_becomes_an_item_with_the_difference_in_yuan(load, refund, officers, changes, due):
    actions.approve(refund.number, by=officers[0])
    report(refund.number, events=["accepted", "paid"])
    correct(load, **changes)
    assert item().amount_due == (due and Decimal(due))
    assert f"{due or '300.00'} 元" in item().detail
    assert violations() == []
    if due:
        desk.enter_returned(item(), Decimal(due), by=officers[0], note="已退回")
    else:
        desk.settle_elsewhere(item(), by=officers[0], note="已补")
    assert not WorkItem.objects.filter(closed_at=None).exists()


@pytest.mark.breaks_on_purpose
def test_what_was_paid_too_much_and_no_item_asks_back_is_found_in_the_night(load, refund, officers):
    actions.approve(refund.number, by=officers[0])
    report(refund.number, events=["accepted", "paid"])
    correct(load, 缴费金额="300.00")
    WorkItem.objects.update(amount_due=None)
    assert any("but for what a work item asks back" in words for words in violations())


def test_what_is_paid_while_it_was_to_be_stopped_is_the_difference(load, refund, officers):
    actions.approve(refund.number, by=officers[0])
    report(refund.number, events=["accepted"])
    correct(load, 缴费金额="300.00")
    report(refund.number, events=["paid"])
    assert item().amount_due == Decimal("200.00")


def test_what_the_bank_returned_is_not_sent_again_with_the_old_amount(load, refund, officers):
    actions.approve(refund.number, by=officers[0])
    report(refund.number, events=["accepted", "bounced"])
    correct(load, 缴费金额="300.00")
    assert not fresh(refund).can_correct_account
    desk.propose(item(), Proposal.RECALL, by=officers[0])
    desk.confirm(item(), by=officers[1])
    assert applied(payment()).amount == Decimal("300.00")


def test_a_decision_taken_back_after_a_correction_knows_of_it(load, refund, officers, settings):
    settings.DECISION_GRACE_SECONDS = 60
    reason = RejectReason.objects.filter(active=True).first()
    actions.reject(refund.number, by=officers[0], reason=reason)
    correct(load, 缴费金额="300.00")
    assert fresh(refund).corrected == ""
    actions.undo(refund.number, by=officers[0])
    assert fresh(refund).corrected


def test_a_payment_that_arrives_after_the_application_leads_to_an_officer(load, refund):
    correct(load, 到账状态="已到账")
    now = fresh(refund)
    assert ("arrived" in now.marks, now.corrected, now.warnings > 0) == (True, "", True)


def test_somebody_who_died_is_marked_before_anybody_passes(load, refund):
    correct(load, 死亡日期="2024-05-06")
    assert Person.objects.get(pk=refund.applicant_id).deceased_on.isoformat() == "2024-05-06"
    assert "deceased" in fresh(refund).marks
    assert "未变 1" in load(row())
    assert Person.objects.get(pk=refund.applicant_id).deceased_on


@pytest.mark.parametrize(
    ("changes", "columns", "stays"),
    [
        ({"死亡日期": ""}, ALL, False),
        ({}, PaymentFeed.columns, True),
        ({"死亡日期": "2024-13-01"}, ALL, True),
        ({"死亡日期": "2024-05-06", "缴费金额": "x"}, ALL, True),
    ],
    ids=["an empty cell", "no column", "a cell that cannot be read", "a row that is refused"],
)
def test_only_an_empty_cell_takes_a_death_back_and_then_the_case_is_looked_at_again(
    load, refund, changes, columns, stays
):
    correct(load, 死亡日期="2024-05-06")
    told = load({**row(), **changes}, data.payment(N + 1, person=N), columns=columns)
    assert ("撤回 1 人" in told) is not stays
    assert ("deceased" in fresh(refund).marks, fresh(refund).warnings > 0) == (stays, stays)
    person = Person.objects.get(pk=refund.applicant_id)
    assert bool(person.deceased_on) is stays
    kept = [str(event.deceased_on) for event in person.events.order_by("pgh_id")]
    assert kept == (["None"] if stays else ["None", "2024-05-06"])


def test_of_several_rows_of_one_person_a_day_counts_and_not_the_empty_cells(load):
    load({**row(), "死亡日期": "2024-05-06"}, data.payment(N + 1, person=N))
    assert payment().person.deceased_on.isoformat() == "2024-05-06"


def test_a_batch_is_looked_at_again_when_one_of_its_people_died_or_did_not(load):
    rows = [data.payment(n) for n in (N + 3, N + 103)]
    load(*rows)
    clerk = UserFactory(clerk=True, organisation=payment(N + 3).organisation)
    batch = submit_batch(payment(N + 3).collective, clerk)
    load({**rows[0], "死亡日期": "2024-01-02"})
    assert "deceased" in fresh(batch).marks
    load({**rows[0], "死亡日期": ""})
    assert "deceased" not in fresh(batch).marks


def test_several_tickets_of_one_year_are_marked(load, refund):
    load({**row(), "票证号码": "342777"})
    assert "twice" in fresh(refund).marks


@pytest.mark.parametrize("order", ["at once", "void first"])
def test_what_takes_the_place_of_a_paid_ticket_is_named_and_the_next_officer_asked(load, refund, officers, order):
    actions.approve(refund.number, by=officers[0])
    report(refund.number, events=["accepted", "paid"])
    another_year = {"缴费年度": "2020", "税款所属期起": "2020-01-01", "税款所属期止": "2020-12-31"}
    new = {**row(), **another_year, "票证号码": "342777", "原票证号码": row()["票证号码"]}
    if order == "void first":
        correct(load, 记录状态="作废")
        assert "代替" not in item().detail
    load(new)
    assert "由票证 342777（500.00 元）代替" in item().detail
    again = applied(Payment.objects.get(ticket_number="342777"))
    check = warned(again)["twice"]
    assert f"原票证 {row()['票证号码']}，500.00 元，未到账，{refund.number} 退费成功" in check.evidence


def test_a_ticket_that_takes_its_own_place_is_refused(load):
    assert "拒绝 1" in correct(load, 原票证号码=row()["票证号码"])


def test_two_tickets_that_take_each_others_place_are_refused(load):
    pair = [{**row(), "票证号码": a, "原票证号码": b} for a, b in (("342777", "342778"), ("342778", "342777"))]
    assert "拒绝 2" in load(*pair)
    assert "新增 1" in load({**row(), "票证号码": "342777"})
    assert "新增 1" in load({**row(), "票证号码": "342778", "原票证号码": "342777"})
    assert "拒绝 1" in load(pair[0])
    assert "拒绝 3" in load(*({**row(), "票证号码": f"34{a}", "原票证号码": f"34{b}"} for a, b in ("12", "23", "31")))


def test_what_takes_the_place_of_a_ticket_nobody_knows_is_said(load):
    assert "1 行的原票证号码在系统里没有" in correct(load, 原票证号码="342777")


def test_the_medical_feed_takes_the_same_columns():
    assert set(MedicalFeed.optional) == set(PaymentFeed.optional) == {"记录状态", "原票证号码", "死亡日期"}
