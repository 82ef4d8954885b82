"""The lines of a pension refund on the wire (design.md section 7): what an agency is sent, and what its answer does to them.

In SQL and without model instances: a village batch has up to 10,000 lines.
"""

from collections import defaultdict
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Person
from foundation import crypto, masks
from refunds.states import LineOutcome

# Lines that were left out were never sent, so nothing is said of them.
SETTLE = """
    UPDATE pension_pensionrefundline line
    SET outcome = said.outcome, outcome_reason = said.reason, live = said.outcome <> 'returned'
    FROM (
        SELECT payment.id, CASE WHEN answer.ticket_number IS NULL THEN %(outcome)s ELSE 'returned' END AS outcome,
            coalesce(answer.reason, %(reason)s) AS reason
        FROM unnest(%(among)s::text[]) AS sent (ticket_number)
        JOIN pension_payment payment ON payment.ticket_number = sent.ticket_number
        LEFT JOIN unnest(%(tickets)s::text[], %(reasons)s::text[]) AS answer (ticket_number, reason)
            ON answer.ticket_number = sent.ticket_number
    ) said
    WHERE line.payment_id = said.id AND line.refund_id = %(refund)s AND line.left_out_id IS NULL
    AND (line.outcome, line.outcome_reason, line.live)
        IS DISTINCT FROM (said.outcome, said.reason, said.outcome <> 'returned')"""

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


def instruction_lines(held: QuerySet) -> dict[UUID, list[dict]]:
    """The lines `held`, with full numbers, by the primary key of their application. One query."""
    lines: dict[UUID, list[dict]] = defaultdict(list)
    for refund, *row in held.order_by("refund", "id").values_list("refund_id", *SAID).iterator(2000):
        lines[refund].append(_line(len(lines[refund]) + 1, *row))
    return lines


def settle(refund, outcome, returned: dict[str, str], *, among: list[str], reason: str) -> None:
    """What was said of the lines with the ticket numbers `among`, in one statement however many they are."""
    values = {"refund": refund.pk, "outcome": outcome, "reason": reason if outcome == LineOutcome.RETURNED else ""}
    values |= {"among": among, "tickets": list(returned), "reasons": list(returned.values())}
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, values)


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
