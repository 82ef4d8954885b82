"""查询中心 without a sign-in: number and last four digits of the phone, and the station only."""

import pytest

from refunds import actions
from refunds.inquiry.standing import SENTENCES, standing
from refunds.states import RefundStatus
from tests.inquiry.papers import decided
from tests.medical.factories import submitted as medical
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import submitted

pytestmark = pytest.mark.django_db
PAGE = "/inquiry/station/"


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def asked(client, number, tail="0000"):
    return client.post(PAGE, {"number": number, "tail": tail})


def stations(answer) -> list[str]:
    found = find_all(tree(answer), lambda tag, attrs: "tracker__station" in attrs.get("class", ""))
    return [text(station).replace(" ", "") for station in found]


def test_signed_out_the_inquiry_asks_for_a_number(client, db):
    page = client.get("/inquiry/")
    assert page.status_code == 200
    assert "联系电话后 4 位" in text(page)
    assert "验证回执" in text(page)


def test_it_says_where_the_application_is(client, refund, cast):
    assert stations(asked(client, refund.number)) == [
        "提交申请（已完成）", "税务审核（进行中）", "人社核验（未开始）", "银行退付（未开始）",
    ]  # fmt: skip
    decided(refund, cast, "accepted", "paid")
    answer = asked(client, refund.number.lower())
    assert "退费成功" in text(by_id(tree(answer), "standing"))
    assert stations(answer)[3] == "银行退付（已完成）"


def test_nothing_else_is_said(client, refund, cast):
    decided(refund, cast, "accepted", "bounced")
    words = text(asked(client, refund.number))
    person = cast.resident.person
    hidden = [person.name, str(person.id_number), "1,000", "0018", "户名不符", cast.county.name, "农业银行"]
    assert [one for one in hidden if one in words] == []


def test_a_wrong_phone_is_answered_as_a_number_that_nobody_has(client, refund):
    wrong, nobodys, of_no_scheme = asked(client, refund.number, "0001"), asked(client, "YL1"), asked(client, "ZZ9")
    assert [one.status_code for one in (wrong, nobodys, of_no_scheme)] == [422] * 3
    mains = {text(by_id(tree(one), "main")) for one in (wrong, nobodys, of_no_scheme)}
    assert len(mains) == 1
    assert "没有查到" in mains.pop()


def test_no_number_and_no_digits_are_asked_for_again(client, refund):
    answer = asked(client, "", "12")
    assert answer.status_code == 422
    assert all(part in text(answer) for part in ("请填写申请单号", "后 4 位数字"))


def test_every_state_has_its_words():
    assert set(SENTENCES) == set(RefundStatus)


def test_who_is_asked_about_a_contradiction_is_the_agency_of_the_scheme(cast):
    refund = medical(cast.resident, office=cast.county)
    refund.disputed = refund.number
    assert "正在向医保部门核实" in standing(refund).sentence


def test_what_was_withdrawn_is_said_to_be(client, refund, cast):
    actions.withdraw(refund.number, by=cast.resident)
    assert "已撤销" in text(by_id(tree(asked(client, refund.number)), "standing"))
