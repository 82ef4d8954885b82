"""申请退费 one question a page: the same forms, verbs and sentences as on the ordinary page (P2-05, M2-07)."""

from urllib.parse import quote

import pytest

from foundation import returning
from medical.models import MedicalRefund
from pension.models import PensionRefund
from refunds import actions
from refunds.models import RejectReason
from refunds.states import RefundStatus
from tests.bankreports.factories import reported
from tests.elder.reading import hidden, press, question, with_elder
from tests.injury.factories import PaymentFactory as InjuryPaymentFactory
from tests.injury.models import InjuryRefund
from tests.medical.conftest import account, enrolment, payment, resident  # noqa: F401
from tests.medical.factories import submitted as medical_submitted
from tests.medical.reading import links
from tests.pages import find_all, text, tree
from tests.pension.factories import ACCOUNT, PaymentFactory, submitted

pytestmark = pytest.mark.django_db
PENSION, MEDICAL, INJURY = "/pension/apply/", "/medical/apply/", "/injury/apply/"
MISTYPED = "6228480402564890019"


@pytest.fixture
def elder(client, cast):
    client.force_login(cast.resident)
    with_elder(client)
    return cast.resident


@pytest.fixture
def paid(elder, cast):
    return PaymentFactory(person=elder.person, office=cast.county)


def to_the_number(client, paid):
    """Up to the question of the account number."""
    page = press(client, PENSION, client.get(PENSION), payment=paid.pk)
    return press(client, PENSION, page)


def to_the_end(client, paid):
    page = press(client, PENSION, to_the_number(client, paid), account_number=ACCOUNT)
    page = press(client, PENSION, page, bank="103")
    return press(client, PENSION, press(client, PENSION, page))


def test_pension_is_one_question_a_page_and_then_a_number(client, paid, elder):
    asked, page = [], client.get(PENSION)
    for said in (
        {"payment": paid.pk},
        {},
        {"account_number": ACCOUNT},
        {"bank": "103"},
        {},
        {"contact_phone": "13900000001"},
    ):
        asked.append(question(page))
        page = press(client, PENSION, page, **said)
    assert asked == [
        "退哪几笔？",
        "退到银行卡，还是存折？",
        "卡号是多少？",
        "是哪家银行的？",
        "有事找谁？",
        "打哪个电话找您？",
    ]
    assert question(page) == "看一遍，对不对？"
    for said in ("还没有提交", "6228 4804 0256 4890 018", "农业银行", elder.person.name, "13900000001", "1,000.00 元"):
        assert said in text(page)
    assert not PensionRefund.objects.exists()
    done = press(client, PENSION, page, step="confirm", follow=True)
    refund = PensionRefund.objects.get()
    assert question(done) == "申请好了"
    assert refund.number in text(done)
    assert refund.account_number.reveal("in a test") == ACCOUNT
    # The address works tomorrow too, and what is sent twice is one application.
    assert press(client, PENSION, page, step="confirm").status_code == 302
    assert PensionRefund.objects.count() == 1


def test_medical_asks_for_its_own_things_and_says_what_must_be_known(client, elder, enrolment, payment, account):  # noqa: F811
    asked, page = [], client.get(MEDICAL)
    for said in ({"payment": payment.pk}, {}, {}, {"reason": "duplicate"}, {}):
        asked.append(question(page))
        page = press(client, MEDICAL, page, **said)
    assert asked == ["退哪几笔？", "退到哪张卡？", "打哪个电话找您？", "为什么要退？", "还有要说明的吗？"]
    assert "2024 年度待遇享受期已经开始" in text(page)
    assert "尾号 0018" in text(page)
    press(client, MEDICAL, page, step="confirm")
    assert MedicalRefund.objects.get().refund_status == RefundStatus.APPLIED


def test_whoever_was_returned_finds_what_she_said_before(client, elder, enrolment, payment, account, cast):  # noqa: F811
    refund = medical_submitted(elder, enrolment=enrolment, office=cast.county, words="交了两次", year=2025)
    actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.get(code="other"), remark="请补充材料")
    page = client.get(MEDICAL, {"payment": refund.payment_id})
    assert {"reason": "duplicate", "words": "交了两次"}.items() <= dict(hidden(page)).items()


def test_a_third_scheme_is_walked_without_knowing_it(client, elder, cast):
    paid = InjuryPaymentFactory(person=elder.person, office=cast.county)
    page = press(client, INJURY, client.get(INJURY), payment=paid.pk)
    assert question(page) == "打哪个电话找您？"
    page = press(client, INJURY, press(client, INJURY, page), account_number=ACCOUNT)
    assert question(page) == "银行类别"
    press(client, INJURY, press(client, INJURY, page, bank="103"), step="confirm")
    assert InjuryRefund.objects.count() == 1


def test_a_wrong_answer_is_said_on_its_own_page_in_the_words_of_the_form(client, paid):
    page = press(client, PENSION, to_the_number(client, paid), account_number="12")
    assert (page.status_code, question(page)) == (422, "卡号是多少？")
    assert "8 到 30 位数字" in text(page)
    assert "请选择银行类别" not in text(page)
    page = press(client, PENSION, page, account_number=MISTYPED)
    assert "校验位对不上" in text(page)
    page = press(client, PENSION, page, account_number=MISTYPED, number_checked="on")
    assert question(page) == "是哪家银行的？"


def test_the_step_back_keeps_every_answer_typed_so_far(client, paid):
    page = press(client, PENSION, to_the_number(client, paid), account_number=ACCOUNT)
    back = press(client, PENSION, page, bank="103", walk_to="account_number")
    assert question(back) == "卡号是多少？"
    (box,) = find_all(tree(back), lambda tag, attrs: attrs.get("name") == "account_number")
    assert box["attrs"]["value"] == ACCOUNT
    assert ("bank", "103") in hidden(back)
    first = press(client, PENSION, back, account_number=ACCOUNT, walk_to="payment")
    assert question(first) == "退哪几笔？"
    assert find_all(tree(first), lambda tag, attrs: attrs.get("name") == "payment" and "checked" in attrs)
    assert {("account_number", ACCOUNT), ("bank", "103"), ("account_type", "card")} <= set(hidden(first))
    # Where it is not asked, it stands in no words.
    assert ACCOUNT not in text(first)


def test_a_check_page_that_was_ordinary_when_it_opened_is_submitted_all_the_same(client, paid):
    with_elder(client, "standard")
    filled = {
        "payment": paid.pk,
        "account_type": "card",
        "account_number": ACCOUNT,
        "bank": "103",
        "contact_name": "刘",
    }
    page = client.post(PENSION, filled | {"step": "fill"})
    with_elder(client)
    client.post(PENSION, dict(hidden(page)) | {"step": "confirm"})
    assert PensionRefund.objects.count() == 1


def test_one_answer_is_changed_from_the_last_page_and_leads_back_to_it(client, paid):
    page = press(client, PENSION, to_the_end(client, paid), walk_to="bank")
    assert question(page) == "是哪家银行的？"
    page = press(client, PENSION, page, bank="102")
    assert question(page) == "看一遍，对不对？"
    assert "工商银行" in text(page)


def test_nothing_ticked_is_said_on_the_page_of_the_payments(client, paid):
    PaymentFactory(person=paid.person, office=paid.office, year=2021)
    page = press(client, PENSION, client.get(PENSION))
    assert (page.status_code, question(page)) == (422, "退哪几笔？")
    assert "请先选一笔" in text(page)


def test_only_what_may_be_applied_for_is_offered(client, paid, elder, cast):
    submitted(elder, PaymentFactory(person=elder.person, office=cast.county, year=2020))
    PaymentFactory(person=elder.person, office=cast.county, year=2018, arrived=True)
    PaymentFactory(person=cast.stranger.person, office=cast.county, year=2017)
    words = text(client.get(PENSION))
    assert "2019 年，1,000.00 元 2019 年 9 月 6 日交，楚税通" in words
    assert not any(f"{year} 年，" in words for year in (2020, 2018, 2017))
    assert "现在没有能退的" in text(client.get(MEDICAL))


def test_a_payment_taken_meanwhile_is_said_in_the_sentence_of_the_ordinary_page(client, paid, elder):
    page = to_the_end(client, paid)
    submitted(elder, paid)
    answer = press(client, PENSION, page, step="confirm")
    assert answer.status_code == 409
    assert "正在退费或已经退费" in text(answer)


def test_who_has_no_account_yet_reports_one_and_comes_back_to_the_question(client, elder, enrolment, payment):  # noqa: F811
    page = client.get(MEDICAL, {"payment": payment.pk})
    assert question(page) == "先登记一张您本人的卡"
    client.get(links(page)["去登记"])
    reported(elder)
    offer(client)
    assert question(client.get(links(client.get("/"))["返回继续退费"])) == "退到哪张卡？"


def offer(client):
    """What the submission of a report does."""
    session = client.session
    session[returning.READY] = session.pop(returning.WANTED)
    session.save()


def test_another_account_is_reported_from_the_question(client, elder, enrolment, payment, account):  # noqa: F811
    page = client.get(MEDICAL, {"payment": payment.pk})
    where = links(page)["要退到别的卡，先去登记"]
    assert where.endswith(quote(f"{MEDICAL}?payment={payment.pk}", safe=""))


def test_leaving_lands_on_the_ordinary_form_with_every_answer_and_nothing_called_wrong(client, paid):
    page = press(client, PENSION, to_the_number(client, paid), account_number="12 34", leave_elder="1")
    assert (page.status_code, page.cookies["display"].value) == (200, "standard")
    (box,) = find_all(tree(page), lambda tag, attrs: attrs.get("name") == "account_number")
    assert box["attrs"]["value"] == "12 34"
    assert ("payment", str(paid.pk)) in hidden(page)
    assert "请选择银行类别。" not in text(page)
    assert "主导航" in page.content.decode()
    with_elder(client)
    nothing = client.post(PENSION, {"leave_elder": "1"})
    assert (nothing.status_code, nothing.url) == (302, "/pension/")


@pytest.mark.parametrize("payment_key", ["\0", "9" * 40, "x", "-1"])
def test_nonsense_is_asked_again(client, elder, payment_key):
    nonsense = {"walk_asked": "\0", "walk_to": "☃", "step": "confirm", "key": "?", "account_number": "\0"}
    page = client.post(PENSION, nonsense | {"payment": payment_key})
    assert question(page) == "现在没有能退的"


def test_nonsense_in_the_answers_is_asked_about(client, paid):
    nonsense = {
        "walk_asked": "contact_phone",
        "step": "confirm",
        "account_number": "\0" * 9,
        "bank": "\ud800".encode("utf-16", "surrogatepass"),
    }
    page = client.post(PENSION, nonsense | {"payment": paid.pk, "account_type": "\0"})
    assert (page.status_code, question(page)) == (422, "退到银行卡，还是存折？")


def test_the_account_stands_in_no_address(client, paid):
    page = to_the_end(client, paid)
    addresses = [
        value
        for node in find_all(tree(page), lambda _tag, _attrs: True)
        for key, value in node["attrs"].items()
        if key in ("href", "action")
    ]
    assert addresses
    assert not any(ACCOUNT in address for address in addresses)
