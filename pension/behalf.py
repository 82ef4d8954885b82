"""代为发起 (O-04): which payments of a person an officer may start, and the application that this becomes."""

from pension.applications import taken, why_not
from pension.codes import ArrivalStatus, PaymentType
from pension.models import Payment, PensionRefund
from refunds import records
from refunds.said import MOST_STARTABLE, Startable
from refunds.visibility import area_of


def startable(person, *, by) -> list[Startable]:
    """Those of this officer's area, arrived ones too (P1-11); what is in a live refund, or the village's to ask for, is not."""
    found = Payment.objects.of_person(person.pk).filter(area_of(by)).with_refund().select_related("office")
    payments = list(found.order_by("-year", "-id")[: MOST_STARTABLE + 1])
    refunds = PensionRefund.objects.in_bulk([payment.refund_id for payment in payments if payment.refund_id])
    live = set(taken(payments))
    return [_startable(payment, refunds.get(payment.refund_id), payment.pk in live) for payment in payments]


def started(payment: Payment, said: dict) -> PensionRefund:
    """An unsaved application for it, to the account that was typed."""
    refund = PensionRefund.of_payment(payment)
    refund.set_account(said)
    return refund


def restarted(refund: PensionRefund) -> PensionRefund:
    """The same again, unsaved: same payment, same account, same person to call."""
    again = PensionRefund.of_payment(refund.lines.select_related("payment").get().payment)
    again.set_account_of(refund)
    again.account_type, again.contact_name = refund.account_type, refund.contact_name
    return again


def why_not_again(refund: PensionRefund) -> str:
    """Why a resident cannot apply for the same payment as it is now."""
    payment = refund.lines.select_related("payment__office").get().payment
    if payment.person_id != refund.applicant_id:
        return records.NOT_HERS
    return "" if payment.is_applicable else why_not(payment)


def has_arrived(refund: PensionRefund) -> bool:
    """Whether a resident's payment arrived after she applied: she may not ask for it any more (P1-11). The two types of a
    village may be arrived (I-15)."""
    own = refund.organisation_id is None and not refund.on_behalf
    return own and refund.lines.filter(payment__arrival_status=ArrivalStatus.ARRIVED).exists()


def _startable(payment, refund, live) -> Startable:
    standing = payment.get_arrival_status_display()
    if payment.payment_type != PaymentType.PERSONAL:
        standing = f"{payment.get_payment_type_display()}，{standing}"
    period = f"{payment.period_start} — {payment.period_end}"
    return Startable(payment, payment.ticket_number, period, standing, _why_not(payment, refund, live))


def _why_not(payment, refund, live) -> str:
    said = f"养老 {payment.year} 年 {payment.amount} 元"
    if live and refund:
        return f"{said}已在申请 {refund.number} 中，{refund.status_label}。"
    if payment.why_void:
        return payment.why_void
    if payment.payment_type != PaymentType.PERSONAL and payment.arrival_status == ArrivalStatus.ARRIVED:
        return f"{said}是{payment.get_payment_type_display()}，已到账，由村组(单位)申请退费。"
    return ""
