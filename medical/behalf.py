"""代为发起 (O-04): which payments of a person an officer may start, and the application that this becomes."""

from accounts.models import Person
from bankreports import register
from medical import applications, year
from medical.models import MedicalRefund, Payment
from refunds import records
from refunds.said import MOST_STARTABLE, Startable
from refunds.visibility import area_of


def startable(person, *, by) -> list[Startable]:
    """Those of this officer's area, of the years that this function covers, and in no live refund."""
    found = Payment.objects.of_person(person.pk).filter(area_of(by)).with_refund()
    payments = list(found.select_related("office", "enrolment").order_by("-year", "-id")[: MOST_STARTABLE + 1])
    refunds = MedicalRefund.objects.in_bulk([payment.refund_id for payment in payments if payment.refund_id])
    live, years = set(applications.taken(payments)), set(year.offered())
    return [_startable(payment, refunds.get(payment.refund_id), payment.pk in live, years) for payment in payments]


def types_account(person: Person) -> bool:
    """Whether an officer types the account of this person: one who cannot sign in cannot report any (M1-12)."""
    return not person.has_account and not register.usable(person).exists()


def started(payment: Payment, said: dict) -> MedicalRefund:
    """An unsaved application for it, to the reported account that was chosen, or to the one that was typed."""
    refund = MedicalRefund.of_payment(payment)
    refund.set_account({"record": said["account"], "contact_phone": said["contact_phone"]})
    refund.reason, refund.reason_words = said["reason"], said["words"]
    return refund


def why_not_again(refund: MedicalRefund) -> str:
    """Why a resident cannot apply for the same payment as it is now."""
    if refund.payment.enrolment.person_id != refund.applicant_id:
        return records.NOT_HERS
    return refund.payment.why_void


def restarted(refund: MedicalRefund) -> MedicalRefund:
    """The same again, unsaved: same payment, same account and reason, same person to call."""
    again = MedicalRefund.of_payment(refund.payment)
    again.set_account_of(refund)
    again.account_kind, again.branch, again.division = refund.account_kind, refund.branch, refund.division
    again.reason, again.reason_words = refund.reason, refund.reason_words
    return again


def _startable(payment, refund, live, years) -> Startable:
    period = f"{payment.period_start} — {payment.period_end}"
    why_not = _why_not(payment, refund, live, years)
    return Startable(payment, payment.ticket_number, period, payment.enrolment.agency_name, why_not)


def _why_not(payment, refund, live, years) -> str:
    said = f"医保 {payment.year} 年 {payment.amount} 元"
    if live and refund:
        return f"{said}已在申请 {refund.number} 中，{refund.status_label}。"
    if payment.why_void:
        return payment.why_void
    if payment.year not in years:
        return f"{said}不在这里能退的年度内（{min(years)} 年及以后）。"
    return ""
