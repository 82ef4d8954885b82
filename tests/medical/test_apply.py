"""申请退费, the form: 城乡居民医疗社保费退费申请, on a phone 城乡居民医保社保退费信息填写 (M2-07, M1-04, M1-12, M1-13)."""

import pytest

from bankreports.codes import Currency
from bankreports.models import DepositAccountRecord
from medical import year
from medical.models import MedicalRefund, RefundReason
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, drafted, reported
from tests.medical.factories import EnrolmentFactory, PaymentFactory, applied, closed, typed
from tests.medical.reading import (
    APPLY,
    DIALOG,
    boxes,
    buttons,
    error_at,
    facts,
    options,
    said,
    selected,
    summary,
    ticked,
    values,
)
from tests.pages import by_id, find, text, tree

pytestmark = pytest.mark.django_db


def ask(client, *payments, **more):
    return client.get(APPLY, {"payment": [payment.pk for payment in payments], **more})


def fill(client, *payments, **changes):
    return client.post(APPLY, typed(*payments, **changes))


# M2-07, M1-13
@pytest.mark.parametrize(
    ("on", "title", "labels"),
    [
        ("pc", "城乡居民医疗社保费退费申请", ["退费信息", "纳税人名称", "纳税人识别号"]),
        ("phone", "城乡居民医保社保退费信息填写", ["退费信息", "姓名", "证件号码"]),
    ],
)
def test_it_asks_for_what_the_manual_asks_in_its_order(client, payment, account, on, title, labels):
    words = said(by_id(tree(ask(client, payment)), "main"), on)
    order = [title, *labels, "开户行所在地", "银行行别", "开户银行", "银行账号", "办理人电话", "退费理由"]
    places = [words.index(label) for label in order]
    assert places == sorted(places)


# M1-13: all but 办理人电话 and 退费理由 prefilled; I-43, I-45
def test_all_but_phone_and_reason_is_filled_in(client, payment, account, resident):
    page = ask(client, payment)
    words = text(by_id(tree(page), "main"))
    for part in ("鄂州市", "中国农业银行", "鄂州鄂城支行", "**** 0018", "380.00 元", resident.person.name):
        assert part in words
    assert facts(page)["纳税人识别号"] == str(resident.person.id_number)
    assert (values(page, "account"), ticked(page, "account")) == ([str(account.pk)], [str(account.pk)])
    assert "value" not in boxes(page, "contact_phone")[0]
    assert selected(page, "reason") == ""
    assert {"返回", "退费"} <= set(buttons(page))


# I-48
def test_the_reasons_are_a_list_and_one_that_is_switched_off_is_not_in_it(client, payment, account):
    active = RefundReason.objects.filter(active=True).values_list("pk", flat=True)
    assert options(ask(client, payment), "reason") == list(active)
    assert "died" not in active


# M2-07
def test_several_payments_are_counted_and_added_up(client, payment, account, enrolment):
    second = PaymentFactory(enrolment=enrolment, with_care=True)
    page = ask(client, payment, second)
    assert facts(page)["退回的缴费"] == "2 笔，2024 年度"
    assert facts(page)["退费金额合计"] == "775.00 元"
    assert set(values(page, "payment")) == {str(payment.pk), str(second.pk)}


# M2-07
def test_the_dialog_and_the_page_are_the_same_form(client, payment, account):
    fragment = client.get(APPLY, {"payment": payment.pk}, headers=DIALOG)
    assert b"<html" not in fragment.content
    assert text(fragment) in text(ask(client, payment))


# M2-07, M1-04: 核实信息无误, tick
@pytest.mark.parametrize("step", ["", "fill", "confirm"])
def test_nothing_ticked_says_what_to_do(client, resident, step):
    for response in (client.get(APPLY, {"step": step}), client.post(APPLY, {"step": step})):
        assert "请先勾选要退费的缴费记录" in text(response)


# M2-07
def test_somebody_elses_payment_does_not_exist(client, payment, account, cast):
    foreign = PaymentFactory(enrolment__person=cast.stranger.person)
    assert "请先勾选" in text(ask(client, foreign))
    assert "请先勾选" in text(fill(client, foreign, account=account, step="confirm"))
    fill(client, payment, foreign, account=account, step="confirm")
    assert MedicalRefund.objects.get().payment == payment


# M2-04
@pytest.mark.parametrize("beyond", ["before 2023", "next year"])
def test_a_year_that_is_not_covered_cannot_be_applied_for(client, account, enrolment, beyond):
    old = PaymentFactory(enrolment=enrolment, year=2022 if beyond == "before 2023" else year.current() + 1)
    assert "请先勾选" in text(ask(client, old))
    assert "请先勾选" in text(fill(client, old, account=account, step="confirm"))
    assert not MedicalRefund.objects.exists()


# M2-07
@pytest.mark.parametrize(
    "nonsense", ["\0", "9" * 18, "9" * 19, "9" * 400, "-1", "１２", "1.0", "x", "", "1 OR 1=1", " 1"]
)
def test_nonsense_is_never_an_error(client, payment, account, nonsense):
    for name in ("payment", "key", "step", "account", "contact_phone", "reason", "words"):
        assert client.get(APPLY, {name: nonsense}).status_code in (200, 409, 422), name
        for data in (typed(payment, account=account) | {name: nonsense}, {name: nonsense}):
            assert client.post(APPLY, data).status_code in (200, 409, 422), name
    assert not MedicalRefund.objects.exists()


# M1-12: 选择银行账户信息
def test_among_several_accounts_the_one_marked_for_refunds_is_chosen_first(client, payment, account, resident):
    marked = reported(resident, OTHER_ACCOUNT, takes_refund=True)
    page = ask(client, payment)
    assert values(page, "account") == [str(marked.pk), str(account.pk)]
    assert ticked(page, "account") == [str(marked.pk)]


# M1-12
def test_another_account_may_be_chosen(client, payment, account, resident):
    reported(resident, OTHER_ACCOUNT, takes_refund=True)
    fill(client, payment, account=account, step="confirm")
    assert MedicalRefund.objects.get().account_number.reveal("in a test") == ACCOUNT


# M1-12, M2-12
@pytest.mark.parametrize("why", ["draft", "closed", "foreign currency", "another's", "", "nonsense", "\0"])
def test_only_a_usable_account_of_ones_own_is_taken(client, payment, account, resident, cast, why):
    sent = why
    match why:
        case "draft":
            sent = drafted(resident, OTHER_ACCOUNT).pk
        case "closed":
            sent = reported(resident, OTHER_ACCOUNT).pk
            closed(resident, DepositAccountRecord.objects.get(pk=sent))
        case "foreign currency":
            sent = reported(resident, OTHER_ACCOUNT, currency=next(c for c in Currency.values if c != Currency.CNY)).pk
        case "another's":
            sent = reported(cast.stranger, OTHER_ACCOUNT).pk
    for step in ("fill", "confirm"):
        response = client.post(APPLY, typed(payment, step=step) | {"account": sent})
        assert response.status_code == 422
        assert error_at(response, "account") in ("请从列表中选择账户。", "请选择退到哪个账户。")
        assert values(response, "account") == [str(account.pk)]
    assert not MedicalRefund.objects.exists()


# M2-07, M2-13: each mistake has a sentence at its field and in the summary
@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"account": None}, "account", "请选择退到哪个账户"),
        ({"contact_phone": "123"}, "contact_phone", "办理人电话应为"),
        ({"contact_phone": "138\x000000001"}, "contact_phone", "办理人电话里有不能识别的字符"),
        ({"reason": ""}, "reason", "请选择退费理由"),
        ({"reason": "died"}, "reason", "请从列表中选择退费理由"),
        ({"reason": "nothing"}, "reason", "请从列表中选择退费理由"),
        ({"reason": "other", "words": ""}, "words", "退费理由选“其他”时，请用一两句话说明原因"),
        ({"reason": "other", "words": " \n\t　"}, "words", "请用一两句话说明原因"),
        ({"words": "重" * 201}, "words", "退费理由说明不能超过 200 个字"),
        ({"words": "重复\0缴费"}, "words", "退费理由说明里有不能识别的字符"),
        ({"words": "身份证 420984195001010008"}, "words", "不要写证件号码、手机号或银行账号"),
        ({"words": "身份证42098419500101000x"}, "words", "不要写证件号码"),
        ({"words": "请打13900000001"}, "words", "不要写证件号码"),
        ({"words": "请打１３９００００００１１"}, "words", "不要写证件号码"),
        ({"words": f"退到{ACCOUNT}"}, "words", "不要写证件号码"),
    ],
)
def test_each_mistake_is_explained_and_nothing_else_is_lost(client, payment, account, changes, field, sentence):
    for step in ("fill", "confirm"):
        data = typed(payment, account=account, step=step, reason="employee", words="已在单位参保") | changes
        response = client.post(APPLY, {name: value for name, value in data.items() if value is not None})
        page = tree(response)
        assert response.status_code == 422
        assert sentence in error_at(response, field)
        assert sentence in summary(response)
        assert text(find(page, lambda tag, attrs: tag == "title")).startswith("错误：")
        assert values(response, "payment") == [str(payment.pk)]
        assert values(response, "key") == [data["key"]]
        if field != "account":
            assert ticked(response, "account") == [str(account.pk)]
        if field != "reason":
            assert selected(response, "reason") == data["reason"]
        if field != "words":
            assert text(by_id(page, "id_words")) == data["words"]
        assert not MedicalRefund.objects.exists()


# M2-13: the browser counts a new line as one character and sends two
def test_two_hundred_characters_are_two_hundred_however_many_lines_they_stand_on(client, payment, account):
    words = "重" * 99 + "\r\n" + "复" * 100
    assert "尚未提交" in text(fill(client, payment, account=account, words=words))


# M2-07
def test_a_person_without_a_phone_is_asked_for_one(client, payment, account, resident):
    type(resident.person).objects.filter(pk=resident.person_id).update(phone=None, phone_index=None, last_four=None)
    client.force_login(type(resident).objects.get(pk=resident.pk))
    response = fill(client, payment, account=account, contact_phone="")
    assert error_at(response, "contact_phone") == "请填写办理人电话。"


# M2-07, I-44
def test_a_payment_already_applied_for_is_named_before_anything_is_filled_in(client, payment, resident, cast):
    applied(resident, payment)
    other = PaymentFactory(enrolment=EnrolmentFactory(person=resident.person), year=2023)
    words = text(ask(client, payment, other))
    assert "2024 年 380.00 元正在退费或已经退费" in words
    assert "请取消勾选后，再申请其余 1 笔" in words


# M2-07
def test_it_costs_the_same_queries_for_one_payment_as_for_twenty(client, payment, account, django_assert_num_queries):
    ask(client, payment)
    with django_assert_num_queries(8):
        ask(client, payment)
    more = [PaymentFactory(enrolment=payment.enrolment) for _ in range(19)]
    with django_assert_num_queries(8):
        ask(client, payment, *more)
