"""Two clerks in one draft: neither wipes what the other has typed, and each reads of the other."""

from datetime import timedelta

from django.db.models import Case, F, Value, When
from django.utils import timezone

from foundation import crypto
from pension.models import PensionRefund
from pension.village.models import DraftClerk

# Who has done nothing for so long is not there any more.
PRESENT = timedelta(minutes=15)
# What is typed into 退费维护区.
TYPED = (*PensionRefund.TYPED, "account_number", "contact_phone", "bank")


def marks_of(typed) -> dict[str, str]:
    """Under `was_<field>`, what each field said when a page last heard of us. Sealed: an account stands in no page again."""
    return {f"was_{name}": _mark(typed.get(name) or "") for name in TYPED}


def changed(typed) -> set[str]:
    """The fields that were typed into since. What stands in the others may be older than what a colleague has typed."""
    return {name for name in TYPED if typed.get(f"was_{name}") != _mark(typed.get(name, ""))}


def _mark(value) -> str:
    return crypto.blind_index(str(value).strip(), purpose="typed").hex()[:16]


def note_change(collective, *, by) -> None:
    """Whoever changes the draft has it before her, and its age counts from here."""
    _note(collective, by, changed_at=timezone.now())


def changes_of(collectives) -> dict:
    """By the key of a collective payment, whoever changed its draft last. One query."""
    rows = DraftClerk.objects.filter(collective__in=collectives, changed_at__isnull=False)
    return {row.collective_id: row for row in rows.select_related("user__person").order_by("changed_at")}


def come_in(collective, *, by) -> list[DraftClerk]:
    """Notes that this clerk has the draft before her. The others who are there now, the longest first."""
    _note(collective, by)
    there = DraftClerk.objects.filter(collective=collective, seen_at__gt=timezone.now() - PRESENT)
    return list(there.exclude(user=by).select_related("user__person").order_by("since"))


def _note(collective, by, **more) -> None:
    """She is there since she came, or since now when she was away for long."""
    now = timezone.now()
    since = Case(When(seen_at__gt=now - PRESENT, then=F("since")), default=Value(now))
    if not DraftClerk.objects.filter(collective=collective, user=by).update(since=since, seen_at=now, **more):
        first = {"since": now, "seen_at": now, **more}
        DraftClerk.objects.get_or_create(collective=collective, user=by, defaults=first)
