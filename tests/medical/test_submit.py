"""退费: one application for each ticked payment, all or none, and never twice for one press (M2-13, M1-14)."""

import uuid

import pytest

from medical.models import MedicalRefund
from refunds import actions
from refunds.models import RejectReason
from refunds.states import RefundStatus, ReviewStatus
from tests.bankreports.factories import ACCOUNT, OTHER_ACCOUNT, reported
from tests.medical.factories import EnrolmentFactory, PaymentFactory, applied, typed
from tests.medical.reading import APPLY, DIALOG, LIST, PROGRESS, buttons, links
from tests.pages import text

pytestmark = pytest.mark.django_db


def confirm(client, *payments, **changes):
    return client.post(APPLY, typed(*payments, **{"step": "confirm"} | changes))


# M2-13, M1-14: 系统提交退费申请待税务部门和医保部门审核 (I-34)
def test_confirming_stores_one_application_and_shows_its_number(client, payment, account, cast):
    data = typed(payment, account=account, step="confirm", reason="other", words="单位也交了")
    response = client.post(APPLY, data, follow=True)
    refund = MedicalRefund.objects.get()
    assert response.redirect_chain == [(f"/medical/submitted/{data['key']}/", 302)]
    assert refund.number.startswith("YB")
    assert refund.number in text(response)
    assert "汉川市税务局审核，通过后由医保核验，再由银行退到" in text(response)
    assert (refund.refund_status, refund.review_status) == (RefundStatus.APPLIED, ReviewStatus.PENDING)
    assert (refund.applicant, refund.office, refund.amount) == (cast.resident.person, cast.county, payment.amount)
    assert (refund.reason_id, refund.reason_words, refund.verified_at) == ("other", "单位也交了", None)


# M2-12, M2-13: what the report says is what goes onto the application
def test_the_account_is_taken_over_as_it_was_reported(client, payment, account, resident):
    confirm(client, payment, account=account, contact_phone="")
    refund = MedicalRefund.objects.get()
    assert refund.account_number.reveal("in a test") == ACCOUNT
    assert (refund.account_name, refund.bank_code, refund.branch) == (resident.person.name, "103", account.branch)
    assert (refund.division, refund.account_kind) == (account.division, account.account_kind.name)
    assert refund.contact_phone == resident.person.phone
    # Changed in the report afterwards, it stays what was submitted.
    reported(resident, OTHER_ACCOUNT, takes_refund=True)
    assert MedicalRefund.objects.get().account_number.reveal("in a test") == ACCOUNT


# M2-06, M2-13
def test_several_payments_are_one_application_each(client, payment, account, resident):
    elsewhere = PaymentFactory(enrolment=EnrolmentFactory(person=resident.person), year=2023, with_care=True)
    response = client.post(APPLY, typed(payment, elsewhere, account=account, step="confirm"), follow=True)
    refunds = list(MedicalRefund.objects.order_by("payment"))
    assert [refund.payment for refund in refunds] == [payment, elsewhere]
    assert [str(refund.amount) for refund in refunds] == ["380.00", "395.00"]
    assert refunds[1].office == elsewhere.office
    assert "2 笔退费申请已提交，合计 775.00 元" in text(response)
    assert all(refund.number in text(response) for refund in refunds)


# M2-13, I-44
def test_they_go_together_or_not_at_all(client, payment, account, enrolment, resident):
    other, third = PaymentFactory(enrolment=enrolment), PaymentFactory(enrolment=enrolment)
    taken = applied(resident, other)
    response = confirm(client, payment, other, third, account=account)
    assert response.status_code == 409
    assert "正在退费或已经退费" in text(response)
    assert MedicalRefund.objects.get() == taken
    confirm(client, payment, third, account=account)
    assert MedicalRefund.objects.count() == 3


# M2-13: a double click, or a lost answer
def test_the_same_form_twice_is_one_application(client, payment, account):
    data = typed(payment, account=account, step="confirm")
    first, second = (client.post(APPLY, data) for _ in range(2))
    assert first.url == second.url
    assert MedicalRefund.objects.count() == 1
    assert client.post(APPLY, data, headers=DIALOG).headers["HX-Redirect"] == first.url


# M2-13
def test_the_same_form_with_other_payments_stores_nothing_and_says_why(client, payment, account, enrolment):
    key, other = str(uuid.uuid4()), PaymentFactory(enrolment=enrolment)
    confirm(client, payment, account=account, key=key)
    for payments in ([other], [payment, other]):
        response = confirm(client, *payments, account=account, key=key)
        assert response.status_code == 409
        assert "这张申请表已经提交过别的缴费" in text(response)
    assert MedicalRefund.objects.count() == 1


# M2-13
def test_anothers_key_is_of_no_use(client, payment, account, cast):
    key = str(uuid.uuid4())
    confirm(client, payment, account=account, key=key)
    client.force_login(cast.stranger)
    own = PaymentFactory(enrolment__person=cast.stranger.person)
    confirm(client, own, account=reported(cast.stranger), key=key)
    assert client.get(f"/medical/submitted/{key}/").status_code == 200
    assert own.ticket_number not in text(client.get(f"/medical/submitted/{key}/"))
    assert MedicalRefund.objects.filter(submission_key=key, applicant=cast.stranger.person).get().payment == own


# M1-14: 待税务部门和医保部门审核
@pytest.mark.parametrize("end", ["withdraw", "reject"])
def test_what_was_withdrawn_or_returned_can_be_applied_for_again(client, payment, account, resident, cast, end):
    refund = applied(resident, payment)
    if end == "withdraw":
        actions.withdraw(refund.number, by=resident)
    else:
        actions.reject(refund.number, by=cast.reviewer, reason=RejectReason.objects.first(), remark="")
    confirm(client, payment, account=account)
    assert MedicalRefund.objects.filter(payment=payment, refund_status=RefundStatus.APPLIED).count() == 1
    assert "正在退费或已经退费" in text(confirm(client, payment, account=account))


# M2-13
def test_amount_office_and_name_cannot_be_smuggled_in(client, payment, account, cast):
    extra = {"amount": "99999", "office": cast.elsewhere.pk, "account_name": "王五", "refund_status": "refunded"}
    extra |= {"account_number": OTHER_ACCOUNT, "applicant": str(cast.stranger.person_id), "verified_at": "2026-01-01"}
    client.post(APPLY, typed(payment, account=account, step="confirm") | extra)
    refund = MedicalRefund.objects.get()
    assert (refund.amount, refund.office, refund.applicant) == (payment.amount, cast.county, cast.resident.person)
    assert (refund.account_number.reveal("in a test"), refund.account_name) == (ACCOUNT, cast.resident.person.name)
    assert (refund.refund_status, refund.verified_at) == (RefundStatus.APPLIED, None)


# M2-13, M1-14
def test_the_result_is_there_tomorrow_submits_nothing_and_is_its_owners_alone(client, payment, account, cast):
    data = typed(payment, account=account, step="confirm")
    client.post(APPLY, data)
    url = f"/medical/submitted/{data['key']}/"
    pages = [client.get(url) for _ in range(3)]
    assert {page.status_code for page in pages} == {200}
    assert MedicalRefund.objects.count() == 1
    assert links(pages[0])["返回缴费列表"].startswith(LIST)
    assert links(pages[0])["返回缴费列表"].endswith("&year=2024")
    assert links(pages[0])["查看办理进度"] == f"/refunds/{MedicalRefund.objects.get().number}/"
    assert client.post(url).status_code == 405
    assert client.get(f"/medical/submitted/{uuid.uuid4()}/").status_code == 404
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404


# M2-14
def test_after_several_the_result_leads_to_the_progress_of_all(client, payment, account, enrolment):
    data = typed(payment, PaymentFactory(enrolment=enrolment), account=account, step="confirm")
    assert links(client.post(APPLY, data, follow=True))["查看办理进度"] == PROGRESS


# M2-13
def test_a_refusal_leads_to_the_progress_and_back(client, payment, account, resident):
    applied(resident, payment)
    page = confirm(client, payment, account=account)
    assert links(page)["进度查询"] == PROGRESS
    assert "确定" in buttons(page)


# M2-07, M2-13, M2-14: the account number, 证件号码 and the registered phone stay sealed all the way
def test_no_page_of_the_way_shows_a_full_number(client, payment, account, resident):
    person = resident.person
    data = typed(payment, account=account, contact_phone="")
    answers = [
        client.get(LIST, {"year": 2024}),
        client.get("/medical/enrolments/"),
        client.get(APPLY, {"payment": payment.pk}),
        client.post(APPLY, data | {"reason": ""}),
        client.post(APPLY, data),
        client.post(APPLY, data | {"step": "edit"}),
        client.post(APPLY, data | {"step": "confirm"}, follow=True),
        client.post(APPLY, typed(payment, account=account, step="confirm")),
        client.get(PROGRESS),
        client.get(f"/refunds/{MedicalRefund.objects.get().number}/"),
    ]
    for secret in (ACCOUNT, person.id_number.reveal("in a test"), person.phone.reveal("in a test")):
        for answer in answers:
            plain = answer.content.decode() + str(answer.headers)
            assert secret not in plain.replace(" ", "")
    assert "**** 0018" in answers[2].content.decode()
