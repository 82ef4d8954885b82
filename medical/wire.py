"""The one line of a medical refund on the wire (design.md section 7)."""


def instruction_line(refund) -> dict:
    """The payment with full numbers; amounts in yuan as text."""
    payment, person = refund.payment, refund.applicant
    return {
        "line": 1,
        "ticket_number": payment.ticket_number,
        "name": person.name,
        "id_type": person.id_type,
        "id_number": person.id_number.reveal("the agency finds the person by number"),
        "personal_number": payment.enrolment.social_number,
        "agency_code": payment.enrolment.agency_code,
        "amount": str(refund.amount),
        "medical_amount": str(payment.medical_amount),
        "care_amount": str(payment.care_amount) if payment.care_amount is not None else None,
        "period_start": payment.period_start.isoformat(),
        "period_end": payment.period_end.isoformat(),
    }
