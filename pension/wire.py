"""The lines of a pension refund on the wire (design.md section 7): what an agency is sent, and what its answer does to them.

In SQL and without model instances: a village batch has up to 10,000 lines.
"""

from django.db import connection

from accounts.models import Person
from foundation import crypto, masks

RETURN = """
    UPDATE pension_pensionrefundline line SET outcome = 'returned', outcome_reason = answer.reason, live = false
    FROM pension_payment payment, unnest(%s::text[], %s::text[]) AS answer (ticket_number, reason)
    WHERE payment.ticket_number = answer.ticket_number AND line.payment_id = payment.id
    AND line.refund_id = %s AND line.live AND line.outcome = ''"""

# What an instruction says of a line, in the order of `_line`.
SAID = (
    "amount",
    "payment__person_id",
    "payment__person__id_number",
    "payment__person__name",
    "payment__person__id_type",
    "payment__ticket_number",
    "payment__personal_number",
    "payment__period_start",
    "payment__period_end",
)


def instruction_lines(refund) -> list[dict]:
    """The lines that the refund holds, with full numbers."""
    rows = refund.lines.filter(live=True).order_by("id").values_list(*SAID)
    return [_line(position, *row) for position, row in enumerate(rows.iterator(2000), start=1)]


def return_lines(refund, returned: dict[str, str]) -> None:
    """Those that are open are returned and free again; reason by ticket number. One statement for all of them."""
    with connection.cursor() as cursor:
        cursor.execute(RETURN, [list(returned), list(returned.values()), refund.pk])


def disputed(refund, returned: dict[str, str]) -> list[str]:
    """The ticket numbers that do not stand as returned in this refund: unknown, left out, or paid by now."""
    if not returned:
        return []
    agreed = refund.lines.filter(outcome="returned", payment__ticket_number__in=list(returned))
    return sorted(set(returned) - set(agreed.values_list("payment__ticket_number", flat=True)))


def _line(position, amount, person, id_number, name, id_type, ticket_number, personal_number, start, end) -> dict:
    context = crypto.sealed_context(Person, "id_number", person)
    return {
        "line": position,
        "ticket_number": ticket_number,
        "name": name,
        "id_type": id_type,
        "id_number": crypto.Sealed(mask=masks.id_number, blob=bytes(id_number), context=context).reveal(
            "the agency finds the person by number"
        ),
        "personal_number": personal_number,
        "amount": str(amount),
        "period_start": start.isoformat(),
        "period_end": end.isoformat(),
    }
