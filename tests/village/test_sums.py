"""What was paid of a batch is what is shown of it, wherever its sum stands (P3-18, P3-21, G-08)."""

import io

import pytest
from python_calamine import CalamineWorkbook

from inbox.models import Message
from pension.models import PensionRefund
from refunds import actions
from refunds.models import RejectReason
from tests.pages import by_id, find_all, text, tree
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.test_progress import URL, partly_paid, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(village, cast):
    batch = submit_batch(village, cast.clerk, people=4)
    partly_paid(batch, cast)
    return batch


def test_the_progress_says_what_was_asked_passed_returned_and_paid(client, batch):
    assert states(client) == [
        "部分成功 已到账 2 人 400.00 元，退回 1 人 200.00 元",
        "审核完成",
        "通过 3 人 600.00 元，不退 1 人 200.00 元",
    ]
    assert "800.00" in text(by_id(tree(client.get(URL)), "batches"))


def test_the_number_of_people_opens_as_many_rows(client, batch):
    link = find_all(tree(client.get(URL)), lambda tag, attrs: attrs.get("href", "").endswith(f"{batch.number}/"))[0]
    page = client.get(link["attrs"]["href"])
    rows = find_all(by_id(tree(page), "lines"), lambda tag, attrs: tag == "tr")
    assert text(link).startswith(str(len(rows) - 1))


def test_partly_paid_is_a_state_one_can_ask_for(client, batch, village, cast):
    whole = submit_batch(village, cast.clerk)
    actions.approve(whole.number, by=cast.reviewer)
    report(whole.number, events=["paid"])
    for status, there, gone in (("部分成功", batch, whole), ("退费成功", whole, batch)):
        words = text(by_id(tree(client.get(URL, {"status": status})), "batches"))
        assert there.number in words
        assert gone.number not in words


def test_the_home_page_says_the_same(client, batch):
    words = text(by_id(tree(client.get("/")), "news"))
    assert "申请 800.00 通过 600.00 退回 400.00 已到账 400.00" in words
    assert "税务通过 3 人 600.00 元，不退 1 人 200.00 元；已到账 2 人 400.00 元，退回 1 人 200.00 元" in words
    assert "部分成功" in words
    assert "部分成功 " in text(client.get("/inquiry/")) + " "


def test_the_export_has_each_sum_apart_and_adds_up(client, batch):
    response = client.get(f"{URL}{batch.number}/export/")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][-3:] == ["税务通过金额", "退回金额", "已到账金额"]
    assert rows[-1][:2] == ["合计", "4 人"]
    assert [rows[-1][4], *rows[-1][-3:]] == [800, 600, 200, 400]


def test_the_message_says_what_came_not_what_was_asked(batch, cast):
    told = Message.objects.filter(number=batch.number, kind="pay").latest("pk")
    assert "400.00 元" in told.title
    assert "部分成功" in told.title


def test_one_returned_by_the_tax_office_is_no_partial_success(client, village, cast):
    batch = submit_batch(village, cast.clerk, people=4)
    reason = RejectReason.objects.get(code="other")
    actions.leave_out(batch.number, by=cast.reviewer, lines=[batch.lines.first().pk], reason=reason, remark="")
    actions.approve(batch.number, by=cast.reviewer)
    report(batch.number, events=["paid"])
    assert states(client)[0] == "退费成功 已到账 3 人 600.00 元"
    assert PensionRefund.objects.get().amount == 600


def test_the_export_asks_the_same_however_many_people_there_are(client, batch, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(f"{URL}{batch.number}/export/")
