"""退费进度 and 退费明细 (P3-17 … P3-21): one row per batch, withdrawn whole; what became of each person."""

import io

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import Person
from pension.models import PensionRefund
from refunds import actions
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.accounts.factories import UserFactory
from tests.medical.reading import buttons, links
from tests.pages import by_id, find_all, headings, text, tree
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
URL = "/pension/village/progress/"


@pytest.fixture
def batch(village, cast):
    return submit_batch(village, cast.clerk, people=4)


def states(client):
    cells = find_all(tree(client.get(URL)), lambda tag, attrs: tag == "td" and "is-status" in attrs.get("class", ""))
    return [text(cell) for cell in cells]


# P3-17
def test_the_progress_of_a_ticked_payment_is_that_of_its_batches(client, batch, cast):
    other = submit_batch(make_village(cast.clerk, people=2, month=2), cast.clerk)
    form = find_all(tree(client.get("/pension/village/")), lambda tag, attrs: attrs.get("action") == URL)[0]
    assert "退费进度" in text(form)
    page = client.get(URL, {"collective": other.collective_id})
    assert text(find_all(tree(page), lambda tag, _attrs: tag == "h1")[0]) == "村组(单位)城乡养老退费进度"
    assert other.number in text(page)
    assert batch.number not in text(page)


# P3-18
def test_the_filter_and_the_buttons_of_the_manual(client, batch, cast):
    assert {"查询", "撤销退费", "返回"} <= set(buttons(client.get(URL)))
    assert batch.number in text(client.get(URL, {"status": "未申请"}))
    assert batch.number not in text(client.get(URL, {"status": "退费成功"}))


# P3-18
def test_it_has_the_columns_of_the_manual_in_order(client, batch):
    assert headings(client.get(URL)) == [
        "序号", "选择 全选本页", "纳税人名称", "单位社保号", "缴费金额", "退费人数", "所属期起", "所属期止",
        "人社处理状态", "税务审核状态", "税务审核结果",
    ]  # fmt: skip


# P3-18, O-06, H-02, I-09, I-10, I-11
def test_the_three_states_are_those_of_the_manual(client, batch, village, cast):
    assert states(client) == ["未申请 等待税务审核", "待审核", "--"]
    actions.approve(batch.number, by=cast.reviewer)
    assert states(client) == ["未申请 税务已通过，等待移交", "审核完成", "通过 4 人 800.00 元"]
    report(batch.number, events=["accepted"])
    assert states(client) == ["银行退付中", "审核完成", "通过 4 人 800.00 元"]
    rest = submit_batch(village, cast.clerk)
    actions.reject(rest.number, by=cast.reviewer, reason=RejectReason.objects.first(), remark="")
    assert states(client)[:3] == ["未申请", "审核完成", "不通过 不退 1 人 200.00 元"]


# P3-19, I-18
def test_withdrawing_one_means_the_whole_batch(client, batch):
    preview = text(client.get(f"{URL}withdraw/", {"batch": batch.number}))
    assert "同一批的 4 人会全部撤销" in preview
    assert "撤销成功：1 批 4 人" in text(client.post(f"{URL}withdraw/", {"batch": batch.number}, follow=True))
    assert not batch.lines.filter(live=True).exists()
    assert PensionRefund.objects.get(pk=batch.pk).refund_status == RefundStatus.NOT_APPLIED


# P3-20, I-10
def test_a_decided_batch_is_refused_clearly(client, batch, cast):
    actions.approve(batch.number, by=cast.reviewer)
    for response in (
        client.get(f"{URL}withdraw/", {"batch": batch.number}),
        client.post(f"{URL}withdraw/", {"batch": batch.number}),
    ):
        assert "税务审核状态为“待审核”才能撤销" in text(response)
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPROVED


# P3-19
def test_nothing_ticked_says_what_to_do(client, batch):
    assert "请先勾选待审核的批次" in text(client.get(f"{URL}withdraw/"))


def test_after_withdrawing_the_same_people_can_be_saved_again(client, batch, village, cast):
    actions.withdraw(batch.number, by=cast.clerk)
    assert submit_batch(village, cast.clerk, people=4).people_count == 4


# P3-21, I-32
def test_the_number_of_people_leads_to_the_detail_with_its_columns(client, batch):
    link = find_all(tree(client.get(URL)), lambda tag, attrs: attrs.get("href", "").endswith(f"{batch.number}/"))[0]
    page = client.get(link["attrs"]["href"])
    assert headings(page)[:7] == ["序号", "姓名", "证件号码", "个人编号", "缴费金额", "税款所属期起", "税款所属期止"]
    assert len(find_all(by_id(tree(page), "lines"), lambda tag, attrs: tag == "tr")) == 5


def partly_paid(batch, cast):
    """One left out by the officer, one returned by HRSS, two paid."""
    lines = list(batch.lines.order_by("pk"))
    reason = RejectReason.objects.get(code="other")
    actions.leave_out(batch.number, by=cast.reviewer, lines=[lines[0].pk], reason=reason, remark="已去世")
    actions.approve(batch.number, by=cast.reviewer)
    returned = {lines[1].payment.ticket_number: "该人员已注销参保"}
    report(batch.number, events=["accepted", "paid"], returned=returned)
    return lines


# P3-21, O-06, H-01
def test_each_persons_result_is_told_and_the_counts_add_up(client, batch, cast):
    partly_paid(batch, cast)
    words = text(client.get(f"{URL}{batch.number}/"))
    assert "本批人数 4 人" in words
    assert "申请金额 800.00 元" in words
    assert "税务通过 3 人 600.00 元" in words
    assert "已退 2 人 400.00 元" in words
    assert "被退回 1 人 200.00 元" in words
    assert "不通过 1 人 200.00 元" in words
    assert "处理中 0 人" in words
    assert "其他原因，已去世" in words
    assert "该人员已注销参保" in words


def test_the_receipt_of_the_batch_is_one_click(client, batch, cast):
    page = f"{URL}{batch.number}/"
    assert batch.number in text(client.get(links(client.get(page))["打印申请回执"]))
    partly_paid(batch, cast)
    assert "400.00" in text(client.get(links(client.get(page))["打印退费回执"]))


def test_who_has_not_been_paid_is_one_click(client, batch, cast):
    lines = partly_paid(batch, cast)
    words = text(by_id(tree(client.get(f"{URL}{batch.number}/", {"outcome": "returned"})), "lines"))
    assert lines[1].payment.person.name in words
    assert lines[2].payment.person.name not in words


def test_those_not_paid_go_into_a_new_batch_in_one_step(client, batch, village, cast):
    partly_paid(batch, cast)
    response = client.post(f"{URL}{batch.number}/again/", follow=True)
    assert "已把 2 人放入新的退费" in text(response)
    assert "已选 2 人 · 400.00 元" in text(response)


def test_an_open_batch_cannot_be_applied_for_again(client, batch):
    assert "还没有审核完成" in text(client.post(f"{URL}{batch.number}/again/", follow=True))


def test_the_export_is_safe_and_masked(client, batch):
    person = batch.lines.first().payment.person
    Person.objects.filter(pk=person.pk).update(name="=1+1")
    response = client.get(f"{URL}{batch.number}/export/")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:7] == ["序号", "姓名", "证件号码", "个人编号", "缴费金额", "税款所属期起", "税款所属期止"]
    assert "=1+1" in [row[1] for row in rows]
    assert len(rows) == 6
    assert person.id_number.reveal("in a test") not in str(rows)


def test_another_village_sees_nothing(client, batch):
    client.force_login(UserFactory(clerk=True))
    assert batch.number not in text(client.get(URL))
    for verb in ("", "export/"):
        assert client.get(f"{URL}{batch.number}/{verb}").status_code == 404
    assert client.post(f"{URL}{batch.number}/again/").status_code == 404
    client.post(f"{URL}withdraw/", {"batch": batch.number})
    assert PensionRefund.objects.get().refund_status == RefundStatus.APPLIED


def test_the_members_own_page_shows_what_the_village_applied_for(client, batch):
    member = UserFactory(person=batch.lines.first().payment.person)
    client.force_login(member)
    words = text(by_id(tree(client.get("/pension/")), "rows"))
    assert "人社退费中" in words
    assert "由村组(单位)申请" in words
    assert client.get(f"/refunds/{batch.number}/").status_code == 404


@pytest.mark.parametrize("people", [3, 60])
def test_queries_do_not_grow_with_the_batch(client, cast, people, django_assert_max_num_queries):
    client.force_login(cast.clerk)
    refund = submit_batch(make_village(cast.clerk, people=people), cast.clerk)
    client.get(URL)
    with django_assert_max_num_queries(7):
        client.get(URL)
    with django_assert_max_num_queries(9):
        client.get(f"{URL}{refund.number}/")
