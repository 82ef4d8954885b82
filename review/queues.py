"""The officers' queues: what is whose, oldest first, across all schemes."""

import uuid
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from accounts.identity import IdType, fold_number, id_index
from accounts.models import Person, Role
from handoff.models import WorkItem
from refunds import schemes
from refunds.states import ReviewStatus

# Counting stops here: a queue that long is "999+" to whoever looks at it.
MANY = 1000
# Stands in an address for a number that nobody here has.
UNKNOWN = "unknown"


@dataclass(frozen=True)
class QueueLink:
    """One line of the rail."""

    code: str
    label: str
    count: str
    url: str
    current: bool


# Which queues an officer works in, first one first: (code, label, review status or None for everything submitted).
PENDING = ("pending", "待审核", ReviewStatus.PENDING)
COUNTERSIGN = ("countersign", "待复核", ReviewStatus.COUNTERSIGN)
EVERYTHING = ("all", "全部申请", None)
QUEUES = {
    Role.REVIEWER: (PENDING, COUNTERSIGN, EVERYTHING),
    Role.COUNTERSIGNER: (COUNTERSIGN, PENDING, EVERYTHING),
    Role.AUDITOR: (EVERYTHING, PENDING, COUNTERSIGN),
}


def queue_of(user, code: str):
    """(code, label, status) of the named queue, or of the user's first."""
    queues = QUEUES[user.role]
    return next((queue for queue in queues if queue[0] == code), queues[0])


def waiting(user, status) -> list:
    """One queryset per scheme of what the user sees in that state; None for everything submitted."""
    rows = [scheme.model.objects.visible_to(user) for scheme in schemes.every()]
    if status is not None:
        rows = [row.filter(review_status=status) for row in rows]
    return [row.select_related("office", "applicant", "organisation") for row in rows]


def find(user, text: str) -> dict:
    """What was typed into the search box, as query parameters that may stand in an address.

    A 证件号码 is looked up by its blind index and becomes the person's own key; it never stands in a URL itself.
    """
    text = fold_number(text)
    if not text:
        return {}
    if schemes.of_number(text):
        return {"number": text[:30]}
    indexes = [id_index(id_type, text) for id_type in IdType]
    person = Person.objects.filter(id_index__in=indexes).values_list("pk", flat=True).first()
    # Whether somebody is known elsewhere is not this officer's to learn.
    known = person and any(rows.filter(applicant_id=person).exists() for rows in waiting(user, None))
    return {"person": str(person) if known else UNKNOWN}


def narrowed(querysets, *, number: str, person: str) -> list:
    """Only the application with that number, or those of that person (a key as `find` gives it)."""
    if number:
        querysets = [rows.filter(number=number.replace("\0", "")) for rows in querysets]
    if person:
        try:
            key = uuid.UUID(person)
        except ValueError:
            return [rows.none() for rows in querysets]
        querysets = [rows.filter(applicant_id=key) for rows in querysets]
    return querysets


def following(user, refund):
    """The next case of the same queue after `refund`, or the oldest one left, or None."""
    _code, _label, status = queue_of(user, "")
    found = []
    for rows in waiting(user, status):
        rows = rows.exclude(pk=refund.pk).order_by("submitted_at", "id")
        found.append(rows.filter(submitted_at__gte=refund.submitted_at).first() or rows.first())
    found = [row for row in found if row]
    later = [row for row in found if row.submitted_at >= refund.submitted_at]
    return min(later or found, key=lambda row: row.submitted_at, default=None)


def work_items(user):
    """Open 移交异常 of the user's office; those that belong to no office go to the offices above."""
    open_items = WorkItem.objects.filter(closed_at=None)
    if user.role == Role.REVIEWER:
        return open_items.filter(office_id=user.office_id)
    return open_items.filter(Q(office=None) | Q(office__path__startswith=user.office.path))


def rail(request) -> list[QueueLink]:
    """The queues with their counts, for the left rail. One query per queue and scheme, each bounded."""
    user = request.user
    here = request.resolver_match
    current = queue_of(user, request.GET.get("queue", ""))[0] if here and here.view_name == "review:queue" else ""
    links = [
        QueueLink(code, label, _count(user, status), f"{reverse('review:queue')}?queue={code}", code == current)
        for code, label, status in QUEUES[user.role]
    ]
    at_items = bool(here) and here.view_name.startswith("review:items")
    items = QueueLink("items", "移交异常", _shown(work_items(user)[:MANY].count()), reverse("review:items"), at_items)
    return [*links, items]


def _count(user, status) -> str:
    if status is None:
        return ""
    return _shown(sum(rows.select_related(None)[:MANY].count() for rows in waiting(user, status)))


def _shown(count: int) -> str:
    return f"{MANY - 1}+" if count >= MANY else str(count)
