"""申请退费 (P2-05, P2-06): form, check page, submission; what is typed is never lost."""

import uuid

import pytest

from pension.models import PensionRefund
from refunds.states import RefundStatus, ReviewStatus
from tests.medical.reading import buttons, said, values
from tests.pages import by_id, find_all, text, tree
from tests.pension.factories import ACCOUNT, PaymentFactory, submitted

pytestmark = pytest.mark.django_db
URL = "/pension/apply/"
GOOD = {
    "account_type": "card",
    "account_number": ACCOUNT,
    "bank": "103",
    "contact_name": "刘秀兰",
    "contact_phone": "13900000001",
}


@pytest.fixture
def payment(client, cast):
    client.force_login(cast.resident)
    return PaymentFactory(person=cast.resident.person, office=cast.county)


def fill(payment, also=None, **changes):
    payments = [payment.pk, also.pk] if also else payment.pk
    return {"payment": payments, "step": "fill", "key": str(uuid.uuid4()), **GOOD, **changes}


# P1-04, P2-05
def test_nothing_ticked_says_what_to_do(client, payment):
    assert "请先勾选要退费的缴费记录" in text(client.get(URL))


# P1-05, P2-06, I-13
@pytest.mark.parametrize(("on", "button"), [("pc", "提交"), ("phone", "确定")])
def test_it_asks_the_five_things_of_the_manual(client, payment, on, button):
    page = tree(client.get(URL, {"payment": payment.pk}))
    asked = [said(label) for label in find_all(page, lambda tag, attrs: tag == "label" and "for" in attrs)]
    for label in ("账户类型", "银行账号", "银行类别", "联系人名称", "联系人电话"):
        assert any(words.startswith(label) for words in asked), label
    assert button in buttons(page, on)


# P1-05, P2-06, I-04
def test_the_name_on_the_account_is_shown_and_never_typed(client, payment, cast):
    page = tree(client.get(URL, {"payment": payment.pk}))
    assert cast.resident.person.name in text(by_id(page, "main"))
    assert not find_all(page, lambda tag, attrs: attrs.get("name") == "account_name")


# P1-05, P2-06, I-13
def test_first_the_answers_are_shown_again_and_nothing_is_stored(client, payment):
    words = text(client.post(URL, fill(payment)))
    assert all(part in words for part in ("尚未提交", "6228 4804 0256 4890 018", "农业银行", "确认并提交退费申请"))
    assert not PensionRefund.objects.exists()


# P1-05, P1-06, P2-06
def test_confirming_stores_one_application_and_shows_its_number(client, payment, cast):
    data = fill(payment, step="confirm")
    response = client.post(URL, data, follow=True)
    refund = PensionRefund.objects.get()
    assert response.redirect_chain == [(f"/pension/submitted/{data['key']}/", 302)]
    assert refund.number in text(response)
    assert (refund.refund_status, refund.review_status) == (RefundStatus.APPLIED, ReviewStatus.PENDING)
    assert (refund.applicant, refund.office, refund.amount) == (cast.resident.person, cast.county, payment.amount)
    assert refund.account_name == cast.resident.person.name
    assert refund.account_number.reveal("in a test") == ACCOUNT


def test_sending_the_same_form_twice_is_one_application(client, payment):
    data = fill(payment, step="confirm")
    first, second = client.post(URL, data), client.post(URL, data)
    assert first.url == second.url
    assert PensionRefund.objects.count() == 1


def test_several_payments_go_together_or_not_at_all(client, payment, cast):
    other = PaymentFactory(person=cast.resident.person, office=cast.county, year=2021)
    taken = submitted(cast.resident, other)
    both = fill(payment, other, step="confirm")
    assert "正在退费或已经退费" in text(client.post(URL, both))
    assert list(PensionRefund.objects.all()) == [taken]
    third = PaymentFactory(person=cast.resident.person, office=cast.county, year=2022)
    client.post(URL, fill(payment, third, step="confirm"))
    assert PensionRefund.objects.count() == 3


def test_going_back_to_change_keeps_what_was_typed(client, payment):
    page = tree(client.post(URL, fill(payment, step="edit")))
    assert by_id(page, "id_account_number")["attrs"]["value"] == ACCOUNT


# P1-05, P2-06
@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("account_number", "", "请填写银行账号"),
        ("account_number", "1234567", "银行账号为 8 到 30 位数字"),
        ("account_number", "62284804O2564890018", "银行账号为 8 到 30 位数字"),
        ("account_number", "9" * 61, "银行账号为 8 到 30 位数字"),
        ("account_type", "gold", "请从列表中选择账户类型"),
        ("bank", "", "请选择银行类别"),
        ("bank", "999", "请从列表中选择银行类别"),
        ("contact_name", "", "请填写联系人名称"),
        ("contact_name", "刘\0兰", "联系人名称"),
        ("contact_phone", "123", "联系人电话应为"),
    ],
)
def test_each_mistake_has_a_sentence_at_its_field_and_in_the_summary(client, payment, field, typed, sentence):
    response = client.post(URL, fill(payment, **{field: typed}))
    assert response.status_code == 422
    page = tree(response)
    summary = find_all(page, lambda tag, attrs: "data-error-summary" in attrs)[0]
    assert sentence in text(summary)
    assert text(response).count(sentence) >= 2 or "\0" in typed
    assert text(find_all(page, lambda tag, attrs: tag == "title")[0]).startswith("错误：")


@pytest.mark.parametrize(
    "typed", ["6228 4804 0256 4890 018", "６２２８４８０４０２５６４８９００１８", "6228-4804-0256-4890-018"]
)
def test_spaces_dashes_and_full_width_digits_are_understood(client, payment, typed):
    client.post(URL, fill(payment, account_number=typed, step="confirm"))
    assert PensionRefund.objects.get().account_number.reveal("in a test") == ACCOUNT


def test_a_card_number_with_a_wrong_check_digit_is_asked_about_but_not_blocked(client, payment):
    wrong = ACCOUNT[:-1] + "9"
    response = client.post(URL, fill(payment, account_number=wrong))
    assert "可能有一位输错了" in text(response)
    assert by_id(tree(response), "id_number_checked")
    client.post(URL, fill(payment, account_number=wrong, number_checked="on", step="confirm"))
    assert PensionRefund.objects.get().account_number.reveal("in a test") == wrong


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bank": "102"}, "这个账号的开头像是中国农业银行的卡，您选的是中国工商银行"),
        ({"account_type": "passbook"}, "您选的是存折，这个账号像是银行卡号"),
        ({"account_number": "95599000000000088000123"}, "卡号一般是 16 到 19 位，这个账号有 23 位"),
        ({"account_type": "social"}, ""),
    ],
)
def test_what_does_not_fit_the_card_is_said_on_the_check_page_and_never_in_the_way(client, payment, changes, sentence):
    words = text(client.post(URL, fill(payment, **changes)))
    assert "尚未提交" in words
    assert sentence in words
    assert ("请核对一次" in words or "请看卡面核对一次" in words) is bool(sentence)
    client.post(URL, fill(payment, **changes, step="confirm"))
    assert PensionRefund.objects.get().account_type == changes.get("account_type", "card")


def test_banks_that_keep_no_accounts_of_people_are_not_offered(client, payment):
    page = tree(client.get(URL, {"payment": payment.pk}))
    offered = {option["attrs"]["value"] for option in find_all(by_id(page, "id_bank"), lambda tag, _: tag == "option")}
    assert "103" in offered
    assert not {"201", "202", "203"} & offered
    assert "请从列表中选择银行类别" in text(client.post(URL, fill(payment, bank="203")))


def test_an_empty_phone_means_the_registered_one(client, payment, cast):
    client.post(URL, fill(payment, contact_phone="", step="confirm"))
    assert PensionRefund.objects.get().contact_phone == cast.resident.person.phone


# P1-11, P2-09
def test_an_arrived_payment_is_refused_even_when_the_request_is_forged(client, payment, cast):
    arrived = PaymentFactory(person=cast.resident.person, office=cast.county, arrived=True)
    assert "需联系税务人员发起退费申请" in text(client.post(URL, fill(arrived, step="confirm")))
    assert not PensionRefund.objects.exists()


def test_somebody_elses_payment_does_not_exist(client, payment, cast):
    foreign = PaymentFactory(person=cast.stranger.person)
    assert "请先勾选" in text(client.post(URL, fill(foreign, step="confirm")))
    assert not PensionRefund.objects.exists()


def test_amount_office_and_name_cannot_be_smuggled_in(client, payment, cast):
    extra = {"amount": "99999", "office": cast.elsewhere.pk, "account_name": "王五", "refund_status": "refunded"}
    client.post(URL, {**fill(payment, step="confirm"), **extra})
    refund = PensionRefund.objects.get()
    assert (refund.amount, refund.office, refund.account_name) == (
        payment.amount,
        cast.county,
        cast.resident.person.name,
    )
    assert refund.refund_status == RefundStatus.APPLIED


# P1-04, P2-05
def test_the_dialog_and_the_page_are_the_same_form(client, payment):
    fragment = client.get(URL, {"payment": payment.pk}, headers={"hx-request": "true", "hx-target": "dialog"})
    assert b"<html" not in fragment.content
    assert text(fragment) in text(client.get(URL, {"payment": payment.pk}))


def test_the_result_is_there_tomorrow_and_only_for_its_owner(client, payment, cast):
    data = fill(payment, step="confirm")
    client.post(URL, data)
    url = f"/pension/submitted/{data['key']}/"
    assert client.get(url).status_code == 200
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404


def test_no_page_of_the_way_shows_a_full_id_or_phone(client, payment, cast):
    person = cast.resident.person
    pages = [
        client.get("/pension/"),
        client.get(URL, {"payment": payment.pk}),
        client.post(URL, fill(payment, contact_phone="")),
        client.post(URL, fill(payment, contact_phone="", step="confirm"), follow=True),
    ]
    for page in pages:
        assert person.id_number.reveal("in a test").encode() not in page.content
        assert person.phone.reveal("in a test").encode() not in page.content
    assert ACCOUNT.encode() not in pages[-1].content


# I-44
def test_a_payment_already_applied_for_is_named_before_anything_is_filled_in(client, payment, cast):
    other = PaymentFactory(person=cast.resident.person, office=cast.county, year=2021)
    submitted(cast.resident, other)
    words = text(client.get(URL, {"payment": [payment.pk, other.pk]}))
    assert "已选 2 笔，其中 1 笔可申请，这次申请这 1 笔。2021 年 1,000.00 元已经申请" in words
    assert values(client.get(URL, {"payment": [payment.pk, other.pk]}), "payment") == [str(payment.pk)]
    # What has changed since the form was filled in is said, not left out.
    assert "请取消勾选后，再申请其余 1 笔" in text(
        client.post(URL, fill(payment) | {"payment": [payment.pk, other.pk]})
    )
