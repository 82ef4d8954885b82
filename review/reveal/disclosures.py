"""Which numbers of a case may be shown in full, to whom, and what is kept of each time."""

from typing import Any

from django.db.models import Count

from accounts.models import Person, Role
from refunds.way.steps import Step
from review.find.area import within
from review.models import DisclosedField, Disclosure

# So long a full number stays on the screen.
SECONDS = 60
MAY_SEE = (Role.REVIEWER, Role.COUNTERSIGNER)


def sealed(refund, field: str, member: Person | None = None):
    """The number behind `field`, still sealed; None where the case, or this member of the batch, has none."""
    person = member or refund.applicant
    known: dict[str, Any] = {
        DisclosedField.ID_NUMBER: person.id_number if person else None,
        DisclosedField.PHONE: person.phone if person else None,
    }
    if member is None:
        known[DisclosedField.ACCOUNT] = refund.account_number
        known[DisclosedField.CONTACT_PHONE] = refund.contact_phone
    return known.get(field)


def disclose(refund, field: str, *, purpose: str, words: str, by, member: Person | None = None) -> str:
    """The full number, once it is kept who was shown it and what for."""
    number = sealed(refund, field, member)
    said = {"purpose": purpose, "words": words, "person": member, "by": by}
    Disclosure.objects.create(number=refund.number, office_id=refund.office_id, field=field, **said)
    return number.reveal("an officer asked for it with a purpose, which is kept")


def with_disclosures(refund, steps: list[Step]) -> list[Step]:
    """The officers' timeline with every time a full number was shown. One query."""
    shown = Disclosure.objects.filter(number=refund.number).select_related("by__person", "by__office", "person")
    done = [(step.at, step) for step in steps if step.at]
    ahead = [step for step in steps if not step.at]
    done += [(one.at, _step(one)) for one in shown.order_by("at", "id")]
    return [*(step for _at, step in sorted(done, key=lambda row: row[0])), *ahead]


def _step(shown: Disclosure) -> Step:
    purpose = "，".join(filter(None, [shown.get_purpose_display(), shown.words]))
    return Step(
        state="done",
        title=f"{'打开' if shown.field == DisclosedField.PAPER else '显示完整'}{shown.what}",
        holder=f"{shown.by.office} {shown.by.display_name}",
        at=shown.at,
        note=f"用途：{purpose}",
    )


def seen_by(auditor):
    """Everything that was shown in an auditor's area, for the auditor's list: newest first by ("at", "id")."""
    return Disclosure.objects.filter(within(auditor)).select_related("by__person", "office")


def per_officer(rows):
    """How many of them each officer was shown: `by`, `purpose`, `disclosures`."""
    return rows.order_by().values("by", "purpose").annotate(disclosures=Count("pk"))
