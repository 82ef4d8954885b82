"""What the applicant reads while results contradict each other, and how the way of an application tells what machines undid."""

import pytest

from refunds import actions
from refunds.states import RefundStatus
from tests.medical.factories import submitted as submitted_medical
from tests.pages import find_all, text, tree
from tests.pension.factories import submitted
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village

pytestmark = pytest.mark.django_db
CLARIFIED = "正在向人力资源和社会保障部门核实，不用您做什么"


@pytest.fixture
def refund(client, cast):
    client.force_login(cast.resident)
    refund = submitted(cast.resident, office=cast.county)
    return actions.approve(refund.number, by=cast.reviewer)


def steps(client, refund):
    page = tree(client.get(f"/refunds/{refund.number}/"))
    return [text(step) for step in find_all(page, lambda _tag, attrs: "timeline__title" in attrs.get("class", ""))]


def test_nobody_is_asked_for_an_account_while_a_failed_payment_is_being_clarified(client, refund):
    report(refund.number, events=["accepted", "bounced"])
    report(refund.number, events=["refused"], steps={"refused": 3})
    refund.refresh_from_db()
    assert (refund.refund_status, refund.disputed) == (RefundStatus.PAYMENT_FAILED, refund.number)
    page = client.get(f"/refunds/{refund.number}/")
    words = text(page)
    assert "正在向人力资源和社会保障部门核实" in words
    assert "不用您做什么" in words
    assert f"/refunds/{refund.number}/account/" not in page.content.decode()
    refused = client.get(f"/refunds/{refund.number}/account/", follow=True)
    assert "核实清楚之前不能办理这一步" in text(refused)
    assert steps(client, refund)[-1] == "结果不一致，正在向人社核实 （进行中）"
    assert CLARIFIED in text(client.get("/pension/progress/"))


def test_who_was_returned_is_not_led_to_apply_again_meanwhile(client, refund):
    report(refund.number, events=["refused"])
    assert "重新申请退费" in text(client.get(f"/refunds/{refund.number}/"))
    report(refund.number, events=["paid"], steps={"paid": 3})
    assert "重新申请退费" not in text(client.get(f"/refunds/{refund.number}/"))
    assert CLARIFIED in text(client.get("/pension/"))


def test_a_clerk_reads_it_beside_her_batch(client, cast):
    batch = submit_batch(make_village(cast.clerk, people=2), cast.clerk)
    actions.approve(batch.number, by=cast.reviewer)
    report(batch.number, events=["refused", "paid"], steps="in_order")
    client.force_login(cast.clerk)
    assert CLARIFIED in text(client.get("/pension/village/progress/"))


def test_an_insured_person_reads_it_in_place_of_the_answer(client, cast):
    refund = submitted_medical(cast.resident, office=cast.county)
    actions.approve(refund.number, by=cast.reviewer)
    report(refund.number, events=["refused", "paid"], steps="in_order")
    client.force_login(cast.resident)
    words = text(client.get("/medical/progress/"))
    assert "核实中 正在向" in words


def test_the_way_tells_what_the_bank_returned_and_paid_after_all(client, refund):
    report(refund.number, events=["accepted", "paid", "bounced"], steps="in_order")
    assert steps(client, refund)[-3:] == [
        "银行退汇，款项被退回 （未通过）", "等待您更正账户 （进行中）", "银行退付 （未开始）",
    ]  # fmt: skip
    report(refund.number, events=["paid"], steps={"paid": 4})
    assert steps(client, refund)[-1] == "银行已按原账户退付 （已完成）"
    assert "银行退付日期" in text(client.get(f"/refunds/{refund.number}/"))
