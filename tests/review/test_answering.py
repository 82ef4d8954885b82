"""A warning is answered by choice or in words before 通过; the answer stays with the evidence it answers (O-05)."""

import pytest
from django.db import ProgrammingError, transaction

from pension.models import Payment, PensionRefund
from refunds.states import RefundStatus, ReviewStatus
from review.models import CheckAnswer
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import PaymentFactory, submitted
from tests.review.answering import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(cast):
    """Two tickets of one year, and a name that is spelled otherwise."""
    refund = submitted(cast.resident, office=cast.county)
    PaymentFactory(person=cast.resident.person, amount="300")
    PensionRefund.objects.update(account_name=f"{cast.resident.person.name}某")
    return refund


def url(refund, verb=""):
    return f"/review/{refund.number}/{verb}"


def now(refund):
    return PensionRefund.objects.get(pk=refund.pk)


def test_passing_with_an_open_warning_is_refused_and_leads_to_it(client, officer, refund):
    response = client.post(url(refund, "approve/"))
    page = tree(response)
    assert response.status_code == 422
    assert now(refund).refund_status == RefundStatus.APPLIED
    box = by_id(page, "checks")
    assert {link["attrs"]["href"] for link in find_all(box, lambda tag, _attrs: tag == "a")} == {
        "#check-name",
        "#check-twice",
    }
    (focused,) = find_all(page, lambda _tag, attrs: "autofocus" in attrs)
    assert focused["attrs"]["name"] == "answer-name"
    assert not find_all(page, lambda tag, attrs: tag == "button" and "disabled" in attrs)


def test_answers_by_choice_and_in_words_pass_it_and_are_kept(client, officer, refund):
    sent = answers(refund, words="两笔都是本人缴的", name="same")
    assert client.post(url(refund, "approve/"), sent).status_code == 302
    assert now(refund).refund_status == RefundStatus.APPROVED
    by_code = {answer.code: answer for answer in CheckAnswer.objects.all()}
    assert str(by_code["name"]) == "同一人，写法不同"
    assert str(by_code["twice"]) == "两笔都是本人缴的"
    assert {answer.by for answer in by_code.values()} == {officer}


def test_the_half_that_was_answered_is_not_asked_again(client, officer, refund):
    sent = answers(refund, name="same")
    response = client.post(url(refund, "approve/"), {key: sent[key] for key in sent if key.endswith("name")})
    assert response.status_code == 422
    assert "结论：同一人，写法不同" in text(by_id(tree(response), "checks"))
    assert now(refund).warnings == 1
    assert client.post(url(refund, "approve/"), answers(refund)).status_code == 302


def test_other_evidence_is_asked_about_anew(client, officer, refund, cast):
    client.post(url(refund, "answer/"), answers(refund))
    assert now(refund).warnings == 0
    PaymentFactory(person=cast.resident.person, amount="200")
    response = client.post(url(refund, "approve/"))
    assert response.status_code == 422
    assert "另有 2 张" in text(response)


def test_an_answer_to_evidence_that_has_changed_meanwhile_does_not_count(client, officer, refund, cast):
    sent = answers(refund, words="写了半天的说明")
    PaymentFactory(person=cast.resident.person, amount="200")
    response = client.post(url(refund, "approve/"), sent)
    assert response.status_code == 422
    assert "核对结果在您打开之后有变化" in text(response)
    assert any(
        box["attrs"].get("value") == "写了半天的说明" for box in find_all(tree(response), lambda tag, _: tag == "input")
    )


def test_a_conclusion_against_it_is_kept_and_passes_nothing(client, officer, refund):
    response = client.post(url(refund, "approve/"), answers(refund, name="other"))
    assert response.status_code == 422
    assert "核对结论是“不是同一人”，不能通过" in text(response)
    assert now(refund).refund_status == RefundStatus.APPLIED
    assert client.post(url(refund, "approve/")).status_code == 422
    sent = answers(refund)  # nothing is open; she thinks again
    assert sent == {}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"answer-name": "nonsense"}, "请从列出的结论中选择一项"),
        ({"words-name": "身份证 420984196003150007 是本人"}, "这里不能写证件号码"),
        ({"words-name": "核对\0过"}, "有看不见的字符"),
        ({"words-name": "很" * 301}, "不能超过 300 个字"),
    ],
)
def test_what_cannot_be_taken_is_said_and_stays_typed(client, officer, refund, typed, words):
    sent = answers(refund)
    sent.pop("words-name")
    response = client.post(url(refund, "answer/"), sent | typed)
    assert response.status_code == 422
    assert words in text(response)
    assert not CheckAnswer.objects.filter(code="name").exists()


def test_a_resident_payment_that_arrived_cannot_be_passed_with_any_answer(client, officer, refund):
    Payment.objects.update(arrival_status="arrived")
    sent = answers(refund) | {"answer-arrived": "fine", "words-arrived": "就这样"}
    response = client.post(url(refund, "approve/"), sent)
    assert response.status_code == 422
    assert "这笔缴费现在已到账，不能按未到账通过" in text(response)
    assert now(refund).refund_status == RefundStatus.APPLIED


def test_the_countersigner_and_the_auditor_read_the_answers(client, officer, refund, cast):
    Payment.objects.filter(amount="1000").update(amount="10000.01")
    PensionRefund.objects.update(
        amount="10000.01", records_seen=Payment.pgh_event_model.objects.latest("pgh_id").pgh_id
    )
    refund.lines.update(amount="10000.01")
    client.post(url(refund, "approve/"), answers(refund, words="到村里核实过"))
    assert now(refund).review_status == ReviewStatus.COUNTERSIGN
    for who in (cast.countersigner, cast.auditor):
        client.force_login(who)
        assert f"结论：到村里核实过 （{officer.display_name}" in text(by_id(tree(client.get(url(refund))), "checks"))
    client.force_login(cast.countersigner)
    assert client.post(url(refund, "approve/")).status_code == 302


def test_nobody_answers_what_is_decided(client, officer, refund, cast):
    sent = answers(refund)
    client.post(url(refund, "approve/"), sent)
    assert client.post(url(refund, "answer/"), sent).status_code == 409
    assert CheckAnswer.objects.count() == 2


def test_an_answer_is_never_changed_or_deleted(client, officer, refund):
    client.post(url(refund, "answer/"), answers(refund))
    for change in (lambda rows: rows.update(words="x"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(CheckAnswer.objects.all())


def test_nobody_answers_what_concerns_herself(client, officer, refund, cast):
    PensionRefund.objects.update(submitted_by=officer)
    response = client.post(url(refund, "answer/"), answers(refund))
    assert response.status_code == 409
    assert "须由另一位税务人员核对" in text(response)
