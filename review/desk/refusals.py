"""没有收下的消息: what an agency has signed and the portal could not take, for whoever finds out with the agency what it meant."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.guards import for_roles
from accounts.models import OFFICER_ROLES
from foundation import masks
from foundation.paging import page_of
from foundation.shortening import shortened
from handoff.models import RefusedMessage
from handoff.receiving.refused import excerpt
from refunds import schemes
from review.desk import sides
from review.queue import queues

PAGE_SIZE = 50
# What is new is looked for among so many of the newest, and so many stand on an item; the list has all.
NEWEST, BESIDE = 100, 20
LATELY = timedelta(days=7)


@require_safe
@for_roles(*OFFICER_ROLES)
def refusals(request):
    """All that one sees, the newest first. Their keys are in the order of time."""
    page = page_of(request, [_seen(request.user)], size=PAGE_SIZE, keys=("id",), newest_first=True)
    context = {"page": page, "agency_title": sides.agency_title, "subject": subject}
    return render(request, "review/refusals.jinja", context)


@require_safe
@for_roles(*OFFICER_ROLES)
def refusal(request, pk):
    """One of them, its words masked and cut, and the items that it is about."""
    message = queues.of_office(request.user, RefusedMessage.objects.all()).filter(pk=pk).first()
    if message is None:
        raise Http404
    about = queues.items_seen(request.user).filter(agency=message.agency, instruction_id=message.instruction_id)
    context = {
        "message": message,
        "subject": subject(message),
        "message_id": shortened(masks.in_text(message.message_id), 80),
        "said": excerpt(message.body.reveal("an officer reads what was refused, with its numbers masked")),
        "agency": sides.agency_title(message.agency),
        "items": about.order_by("-id")[:BESIDE],
        "has_application": _has_application(request.user, message.number),
    }
    return render(request, "review/refusal.jinja", context)


def subject(message: RefusedMessage) -> str:
    """What it is about; what is no instruction of ours may be anything, a number of a person too."""
    return message.number or masks.in_text(message.instruction_id) or "读不出是哪一笔"


def lately(user) -> str:
    """How many were refused lately, as far as anybody counts; the same cost however many there are."""
    newest = _seen(user).order_by("-id").values_list("received_at", flat=True)[:NEWEST]
    count = sum(1 for at in newest if timezone.now() - at < LATELY)
    return f"{NEWEST - 1}+" if count >= NEWEST else str(count)


def beside(user, item, handoffs) -> list[RefusedMessage]:
    """The newest of what was refused about any of the handoffs of an item, or of what nobody knows what it is about."""
    named = [one.instruction_id for one in handoffs] or [item.instruction_id]
    same = _seen(user).filter(agency=item.agency, instruction_id__in=named)
    return list(same.order_by("-id")[:BESIDE])


def _seen(user):
    """Without the message itself: it may be 8 MB."""
    return queues.of_office(user, RefusedMessage.objects.defer("body"))


def _has_application(user, number: str) -> bool:
    rows = (scheme.model.objects.visible_to(user).filter(number=number) for scheme in schemes.every())
    return bool(number) and any(row.exists() for row in rows)
