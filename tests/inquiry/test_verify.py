"""查询中心 → 验证回执: number and code, and what the portal knows today."""

import pytest

from refunds.inquiry.codes import ALPHABET, code_of
from refunds.inquiry.standing import standing
from tests.inquiry.papers import decided
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import submitted
from tests.reports import report
from tests.village.batches import submit_batch
from tests.village.conftest import make_village
from tests.village.test_progress import partly_paid

pytestmark = pytest.mark.django_db
PAGE = "/inquiry/receipt/"


@pytest.fixture
def refund(cast):
    return submitted(cast.resident, office=cast.county)


def verified(client, number, code) -> str:
    answer = client.post(PAGE, {"number": number, "code": code})
    assert answer.status_code == 200
    return text(by_id(tree(answer), "standing"))


def test_the_right_code_is_answered_with_what_is_on_the_paper_masked(client, refund, cast):
    said = verified(client, refund.number, code_of(refund.number))
    person = cast.resident.person
    assert all(part in said for part in (refund.number, str(person.id_number), "1,000.00 元", "尾号 0018", "税务审核"))
    assert person.name not in said
    assert f"{person.name[0]}*" in said


@pytest.mark.parametrize("spoil", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "O")])
def test_it_does_not_matter_how_the_code_is_written(client, refund, spoil):
    assert refund.number in verified(client, f" {refund.number.lower()} ", spoil(code_of(refund.number)))


def test_it_says_the_state_of_today(client, refund, cast):
    code = code_of(refund.number)
    decided(refund, cast, "accepted", "paid")
    assert "退费成功" in verified(client, refund.number, code)
    report(refund.number, events=["bounced"], steps={"bounced": 3})
    assert "没有到账" in verified(client, refund.number, code)


def test_what_is_not_sure_is_not_shown_as_done(client, cast):
    """Of a batch whose money has come for some only; and of what is being clarified."""
    batch = submit_batch(make_village(cast.clerk, people=4), cast.clerk)
    partly_paid(batch, cast)
    side = by_id(tree(client.post(PAGE, {"number": batch.number, "code": code_of(batch.number)})), "standing")
    badges = find_all(side, lambda _tag, attrs: "badge" in attrs.get("class", "").split())
    assert [(text(one), one["attrs"]["class"]) for one in badges] == [("部分成功", "badge badge--waiting")]
    batch.disputed = batch.number
    assert standing(batch).code == "disputed"


def test_no_reason_and_nobodys_words_are_said(client, refund, cast):
    decided(refund, cast, "accepted", "bounced")
    assert "户名不符" not in verified(client, refund.number, code_of(refund.number))


@pytest.mark.parametrize("number", ["YL202611260000153", "ZZ1", "𠮷", "YL\0"])
def test_any_other_number_is_unknown(client, refund, number):
    answer = client.post(PAGE, {"number": number, "code": code_of(refund.number)})
    assert answer.status_code == 422
    assert refund.number not in text(answer)


def test_another_code_is_answered_as_another_number_is(client, refund):
    code = code_of(refund.number)
    wrong = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % len(ALPHABET)]
    answers = [
        client.post(PAGE, asked)
        for asked in ({"number": refund.number, "code": wrong}, {"number": "YL1", "code": code})
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "没有查到这份回执" in text(answers[0])
    assert text(by_id(tree(answers[0]), "main")) == text(by_id(tree(answers[1]), "main"))


def test_an_empty_form_is_asked_again(client, refund):
    answer = client.post(PAGE, {})
    assert answer.status_code == 422
    assert all(part in text(answer) for part in ("请填写申请单号", "请填写回执左下角的验证码"))
