"""提示信息 (M2-08, M1-04, M1-05, I-23): without a reported account there is nowhere to refund to; the way back is kept."""

from urllib.parse import parse_qs, urlsplit

import pytest

from bankreports.codes import Currency
from medical.models import MedicalRefund
from tests.bankreports.factories import OTHER_ACCOUNT, drafted, reported, submit
from tests.medical.factories import EnrolmentFactory, PaymentFactory, closed, submitted, typed
from tests.medical.reading import APPLY, DIALOG, ENROLMENTS, buttons, facts, links, said, ticked, values
from tests.pages import text

pytestmark = pytest.mark.django_db


def ask(client, *payments):
    return client.get(APPLY, {"payment": [payment.pk for payment in payments]})


def way_back(page, label="确定") -> str:
    """Where the report leads back to."""
    report = urlsplit(links(page)[label])
    assert report.path == "/bankreports/"
    (address,) = parse_qs(report.query)["next"]
    return address


# M2-08, M1-05, I-23
@pytest.mark.parametrize(("on", "words"), [("pc", "未查询到存款报告账户信息"), ("phone", "未查询到存款账户报告信息")])
def test_each_channel_says_it_in_its_own_words(client, payment, on, words):
    page = ask(client, payment)
    assert "提示信息" in said(page, on)
    assert words in said(page, on)
    assert "确定" in buttons(page, on)
    assert not values(page, "account")


# M2-08
def test_the_prompt_opens_as_a_dialog(client, payment):
    fragment = client.get(APPLY, {"payment": payment.pk}, headers=DIALOG)
    assert b"<html" not in fragment.content
    assert text(fragment) in text(ask(client, payment))


# M2-08, M2-12, M1-12
def test_the_way_back_has_the_year_and_every_ticked_payment(client, payment, enrolment):
    second = PaymentFactory(enrolment=enrolment)
    back = way_back(ask(client, payment, second))
    asked = parse_qs(urlsplit(back).query)
    assert asked["year"] == ["2024"]
    assert set(asked["payment"]) == {str(payment.pk), str(second.pk)}
    assert set(ticked(client.get(back), "payment")) == set(asked["payment"])


# M2-08, M2-11, M2-12, I-42: the whole way, and it ends in 退费信息 with the account filled in
def test_from_the_prompt_to_the_report_and_back_to_the_very_payment(client, payment, resident):
    client.get(links(ask(client, payment))["确定"])
    drafted(resident)
    assert "暂存" in text(client.get("/bankreports/"))
    seen = values(client.get("/bankreports/check/"), "seen")[0]
    home = client.post("/bankreports/check/", {"seen": seen}, follow=True)
    assert home.redirect_chain[-1][0] == "/"
    page = client.get(links(home)["返回继续退费"])
    assert ticked(page, "payment") == [str(payment.pk)]
    assert ticked(ask(client, payment), "account")
    client.post(APPLY, typed(payment, account=reported_of(resident), step="confirm"))
    assert "返回继续退费" not in links(client.get("/"))


def reported_of(user):
    from bankreports import register

    return register.usable(user.person).get()


# M2-12, M2-01: whichever enrolment is chosen, or none
def test_the_way_back_leads_to_the_payments_own_enrolment(client, payment, resident):
    other = EnrolmentFactory(person=resident.person, agency_name="武汉市医疗保障局(医疗)")
    assert ticked(client.get(way_back(ask(client, payment))), "payment") == [str(payment.pk)]
    client.post(ENROLMENTS, {"enrolment": other.pk})
    page = client.get(way_back(ask(client, payment)))
    assert facts(page)["社保经办机构名称"] == payment.enrolment.agency_name
    assert ticked(page, "payment") == [str(payment.pk)]


# M2-08: what cannot take a refund is no account
@pytest.mark.parametrize("why", ["draft", "closed", "foreign currency", "another's"])
def test_an_account_that_cannot_be_refunded_to_is_none(client, payment, resident, cast, why):
    match why:
        case "draft":
            drafted(resident)
        case "closed":
            closed(resident, reported(resident))
        case "foreign currency":
            reported(resident, currency=next(code for code in Currency.values if code != Currency.CNY))
        case "another's":
            reported(cast.stranger)
    assert "未查询到存款报告账户信息" in text(ask(client, payment))


# M2-08: it was there when the form was opened
@pytest.mark.parametrize("step", ["fill", "edit", "confirm"])
def test_an_account_closed_meanwhile_ends_in_the_same_prompt(client, payment, account, resident, step):
    closed(resident, account)
    response = client.post(APPLY, typed(payment, account=account, step=step))
    assert "未查询到存款报告账户信息" in text(response)
    assert way_back(response)
    assert not MedicalRefund.objects.exists()


# M1-11: 提交, and it is usable at once
def test_once_submitted_the_account_is_there(client, payment, resident):
    drafted(resident)
    assert "未查询到" in text(ask(client, payment))
    submit(resident)
    assert ticked(ask(client, payment), "account")


# M2-08
def test_who_has_a_live_refund_of_it_is_told_that_and_not_sent_for_an_account(client, payment, resident):
    refund = submitted(resident)
    closed(resident, reported_of(resident))
    page = client.get(APPLY, {"payment": refund.payment_id})
    assert "正在退费或已经退费" in text(page)


# M2-07: somebody with accounts, who wants to use another
def test_from_the_form_too_one_is_led_back(client, payment, account, resident):
    back = way_back(ask(client, payment), "存款账户账号报告")
    reported(resident, OTHER_ACCOUNT)
    assert ticked(client.get(back), "payment") == [str(payment.pk)]
