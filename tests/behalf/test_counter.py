"""代为发起, the pages (O-04): found by the whole number, four steps that come back with what was typed, sent once."""

import pytest

from medical.models import MedicalRefund
from pension.models import PensionRefund
from review.models import LookUp, LookUpKind
from tests.accounts.factories import PersonFactory
from tests.bankreports.factories import reported
from tests.behalf.starting import EVIDENCE, bounced, start, typed
from tests.injury.factories import PaymentFactory as InjuryPaymentFactory
from tests.injury.models import InjuryRefund
from tests.medical.factories import PaymentFactory as MedicalPaymentFactory
from tests.pages import text
from tests.pension.factories import CollectivePaymentFactory, PaymentFactory, submitted

pytestmark = pytest.mark.django_db
FIND = "/review/on-behalf/"


@pytest.fixture
def person():
    return PersonFactory(name="吴美英")


@pytest.fixture
def payment(cast, person):
    return PaymentFactory(person=person, office=cast.county, arrived=True, year=2022, amount="300.00")


@pytest.fixture
def counter(client, cast):
    client.force_login(cast.reviewer)
    return client


def page_of(person) -> str:
    return f"{FIND}{person.pk}/"


def look_for(counter, number):
    return counter.post(FIND, {"number": number})


def number_of(person) -> str:
    return person.id_number.reveal("in a test")


# O-04
def test_a_person_is_found_by_her_whole_number_which_stands_in_no_address(counter, person, payment):
    number = number_of(person)
    response = look_for(counter, f" {number[:6]} {number[6:]} ")
    assert response.url == page_of(person)
    words = text(counter.get(response.url))
    assert payment.ticket_number in words
    assert "已到账" in words
    assert "没有注册" in words
    assert number not in words


def test_whoever_paid_elsewhere_or_nowhere_looks_the_same(counter, cast, person):
    stranger = PersonFactory()
    PaymentFactory(person=person, office=cast.elsewhere, arrived=True)
    said = [text(look_for(counter, number_of(one))) for one in (person, stranger)]
    assert all("没有查到这个证件号码的缴费" in words for words in said)
    assert counter.get(page_of(person)).status_code == 404


def test_every_look_up_is_kept_and_they_are_bounded(counter, cast, person, payment, settings):
    settings.LOOKUPS_PER_HOUR = 2
    look_for(counter, number_of(person))
    look_for(counter, number_of(PersonFactory()))
    kept = LookUp.objects.order_by("id").values_list("by", "kind", "found")
    assert list(kept) == [(cast.reviewer.pk, LookUpKind.DOCUMENT, 1), (cast.reviewer.pk, LookUpKind.DOCUMENT, 0)]
    response = look_for(counter, number_of(person))
    assert response.status_code == 429
    assert "现在已用完" in text(response)


@pytest.mark.parametrize("number", ["", "4209", "\0", "号" * 50])
def test_what_is_no_number_is_asked_for_again(counter, number):
    assert look_for(counter, number).status_code == 422


def test_a_payment_that_may_not_is_not_listed_and_says_why(counter, cast, person):
    live = submitted(cast.resident, PaymentFactory(person=cast.resident.person, office=cast.county))
    of_village = PaymentFactory(
        person=cast.resident.person,
        office=cast.county,
        of_village=True,
        arrived=True,
        collective=CollectivePaymentFactory(organisation=cast.clerk.organisation),
    )
    page = counter.get(page_of(cast.resident.person))
    words = text(page)
    assert f"已在申请 {live.number} 中" in words
    assert "由村组(单位)申请退费" in words
    assert "没有可以发起退费的缴费" in words
    assert of_village.ticket_number not in words


def test_a_press_starts_it_and_the_case_says_that_another_reviews_it(counter, cast, payment):
    response = counter.post(page_of(payment.person), typed(payment), follow=True)
    refund = PensionRefund.objects.get()
    assert response.redirect_chain[-1][0] == f"/review/{refund.number}/"
    assert (refund.submitted_by, refund.evidence, refund.applicant) == (cast.reviewer, EVIDENCE, payment.person)
    assert "须由另一位税务人员审核" in text(response)


def test_a_double_press_starts_one(counter, payment):
    data = typed(payment)
    first, second = (counter.post(page_of(payment.person), data) for _ in range(2))
    assert first.url == second.url
    assert PensionRefund.objects.count() == 1


def test_somebody_was_faster_and_what_was_typed_is_good_for_another_payment(counter, cast, payment):
    other = PaymentFactory(person=payment.person, office=cast.county, year=2020)
    rival = start(cast.colleague, payment)
    response = counter.post(page_of(payment.person), typed(payment, contact_phone="07121234567"))
    assert response.status_code == 422
    words = text(response)
    assert "请先选择退哪一笔" in words
    assert f"已在申请 {rival.number} 中" in words
    assert other.ticket_number in words
    assert "07121234567" in response.content.decode()
    assert PensionRefund.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"account_number": "6228480402564890019"}, "校验位对不上"),
        ({"account_number": ""}, "请填写银行账号"),
        ({"proof": ""}, "请写明看过哪些材料"),
        ({"proof": "存折 6228480402564890018"}, "不能写证件号码、手机号或银行账号"),
        ({"how": "phone"}, "请从列表中选择申请人怎么提出的"),
        ({"consent": ""}, "取得同意后勾选"),
        ({"signed": ""}, "请申请人签字后再提交"),
        ({"payment": "pension:0"}, "请先选择退哪一笔"),
        ({"payment": "nothing"}, "请先选择退哪一笔"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(counter, payment, changed, words):
    response = counter.post(page_of(payment.person), typed(payment, contact_phone="07121234567") | changed)
    assert response.status_code == 422
    assert words in text(response)
    assert "payment" in changed or "07121234567" in response.content.decode()
    assert not PensionRefund.objects.exists()


def test_the_account_is_checked_as_it_is_typed(counter, cast, payment):
    submitted(cast.resident, office=cast.county)
    words = text(counter.post(page_of(payment.person), typed(payment, step="check", proof="", consent="")))
    assert "户名与退费人一致" in words
    assert "另一退费人的申请也用这个账户" in words
    assert "此人第一次用这个账户" in words
    assert not PensionRefund.objects.filter(applicant=payment.person).exists()


def test_the_paper_shows_what_she_signs_and_brings_it_back(counter, payment):
    paper = counter.post(page_of(payment.person), typed(payment, step="print", consent="", signed=""))
    words = text(paper)
    assert "叁佰元整" in words
    assert "6228 4804 0256 4890 018" in words
    assert payment.ticket_number in words
    assert number_of(payment.person) not in words
    back = counter.post(page_of(payment.person), typed(payment, step="edit"))
    assert back.status_code == 200
    assert "身份证原件、邮储存折" in back.content.decode()
    assert not PensionRefund.objects.exists()


def test_of_several_payments_one_is_chosen_first(counter, cast, payment):
    other = PaymentFactory(person=payment.person, office=cast.county, year=2021)
    page = page_of(payment.person)
    assert "收款账户" not in text(counter.get(page))
    assert "收款账户" in text(counter.post(page, {"payment": f"pension:{other.pk}", "step": "choose"}))


def test_a_medical_payment_goes_to_a_reported_account_or_the_page_says_what_to_do(counter, cast):
    payment = MedicalPaymentFactory(enrolment__person=cast.resident.person, office=cast.county)
    page = page_of(cast.resident.person)
    words = text(counter.get(page))
    assert "还没有报告过存款账户" in words
    assert "帮本人在窗口注册" in words
    record = reported(cast.resident)
    said = {"payment": f"medical:{payment.pk}", "account": record.pk, "reason": "duplicate", "step": "submit"}
    evidence = {"how": "self", "proof": "身份证原件", "consent": "on", "signed": "on"}
    counter.post(page, said | evidence)
    refund = MedicalRefund.objects.get()
    assert (refund.evidence, refund.reason_id) == ("本人到窗口；身份证原件", "duplicate")


def test_a_third_scheme_needs_no_edit_here(counter, cast):
    payment = InjuryPaymentFactory(person=PersonFactory(), office=cast.county)
    page = page_of(payment.person)
    assert payment.ticket_number in text(counter.get(page))
    counter.post(page, typed(payment, payment=f"injury:{payment.pk}"))
    assert InjuryRefund.objects.get().evidence == EVIDENCE


def test_a_countersigner_starts_it_for_somebody_of_an_office_below(client, cast, payment):
    client.force_login(cast.countersigner)
    client.post(page_of(payment.person), typed(payment))
    assert PensionRefund.objects.get().submitted_by == cast.countersigner


def test_what_only_an_officer_can_go_on_with_is_listed(counter, cast):
    waits, signs_in = bounced(cast), bounced(cast, cast.resident.person)
    words = text(counter.get(FIND))
    assert waits.number in words
    assert signs_in.number not in words


def test_the_auditor_reads_and_looks_nobody_up(client, cast, person, payment):
    client.force_login(cast.auditor)
    assert "查找" not in text(client.get(FIND))
    assert look_for(client, number_of(person)).status_code == 403


def test_payments_that_are_not_listed_are_not_passed_over_in_silence(counter, cast, person, payment, monkeypatch):
    PaymentFactory(person=person, office=cast.county, arrived=True, year=2021, amount="200.00")
    assert "只列出最近的" not in text(counter.get(page_of(person)))
    for module in ("pension.behalf", "review.behalf.starting"):
        monkeypatch.setattr(f"{module}.MOST_STARTABLE", 1)
    page = text(counter.get(page_of(person)))
    assert "养老的缴费太多，只列出最近的" in page
    assert "300.00" in page
    assert "200.00" not in page
