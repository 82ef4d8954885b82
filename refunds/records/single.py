"""The same for schemes whose application is of one payment (`payment`), which it `holds` while it is live."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F

from refunds import errors
from refunds.records import Changed, compared, newest_correction, successors


def changes_of(
    refunds: Sequence[Any], *, said: Mapping[str, str], owner: Callable[[Any], Any], beside: str = "payment"
) -> dict[UUID, Changed]:
    """What the ledger says by now against each, by key; `owner` is the key of whose a payment is, and `beside` what it has to be
    read with. Three queries at most."""
    if not refunds:
        return {}
    wanted = type(refunds[0])._default_manager.filter(pk__in=[refund.pk for refund in refunds], holds=True)
    rows = list(wanted.filter(payment__events__pgh_id__gt=F("records_seen")).distinct().select_related(beside))
    events = defaultdict(list)
    if rows:
        history = type(rows[0].payment).events.rel.related_model.objects
        for event in history.filter(pgh_obj__in={row.payment_id for row in rows}).order_by("pgh_id"):
            events[event.pgh_obj_id].append(event)
    found = {}
    new = successors(type(rows[0].payment), [row.payment for row in rows]) if rows else {}
    for row in rows:
        then = next(event for event in events[row.payment_id] if event.pgh_id > row.records_seen)
        owner_is_same = owner(row.payment) == row.applicant_id
        change = compared(row.amount, then, row.payment, said=said, owner_is_same=owner_is_same, successors=new)
        if change.words:
            found[row.pk] = change
    return found


def take_record(refund: Any, *, owner: Callable[[Any], Any]) -> None:
    """With the payment held against the feed until this is stored: what it corrects, it corrects before or after. Raises
    RecordChanged when it says something else than was shown."""
    shown, ledger = refund.payment, type(refund.payment)
    held = ledger.objects.select_for_update(no_key=True, of=("self",)).get(pk=shown.pk)
    if not held.stands or (held.amount, owner(held)) != (shown.amount, owner(shown)):
        raise errors.RecordChanged
    refund.records_seen = newest_correction(ledger)
