"""批量通过: only cases all of whose checks pass, seen as one number and one sum before they are decided, and one by one after."""

from dataclasses import dataclass
from decimal import Decimal

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import for_roles
from accounts.models import Role
from refunds import actions, errors
from refunds.parameters import values
from refunds.states import Queue
from review.checks.evaluating import checks_of
from review.queue import queues
from review.queue.filters import Filters

# What an excluded case is listed with; all of them are counted.
SHOWN = 50


@dataclass(frozen=True)
class Offer:
    """What one press would decide: the cases that may be passed together, and those that may not, with why."""

    good: list
    excluded: list
    truncated: bool

    @property
    def amount(self) -> Decimal:
        return sum((refund.amount for refund in self.good), Decimal())

    @property
    def above_limit(self) -> int:
        limit = values.value("countersign-limit")
        return sum(refund.amount > limit for refund in self.good)


@require_safe
@for_roles(Role.REVIEWER)
def bulk(request):
    """What would be passed: the most urgent `actions.MOST` cases of the narrowed queue that nobody else works on."""
    asked = request.GET or queues.remembered(request)
    filters = Filters(asked, user=request.user)
    filters.is_valid()
    offer = _offer(request.user, filters)
    context = {
        "offer": offer,
        "most": actions.MOST,
        "excluded": offer.excluded[:SHOWN],
        "tags": [words for words, _name in filters.tags()],
        "back": queues.back_url(request),
    }
    return render(request, "review/bulk.jinja", context)


@require_POST
@for_roles(Role.REVIEWER)
def pass_all(request):
    """通过 of the cases that were shown, and of no others; what each came to."""
    numbers = list(dict.fromkeys(request.POST.getlist("number")))
    if not numbers:
        return redirect("review:bulk")
    try:
        outcome = actions.approve_all(numbers, by=request.user, objections=_objections)
    except errors.RefundError as error:
        return render(
            request, "review/bulk_done.jinja", {"refused": error.message, "back": queues.back_url(request)}, status=409
        )
    context = {
        "refused": "",
        "outcome": outcome,
        "amount": sum((one.amount for one in outcome.passed), Decimal()),
        "back": queues.back_url(request),
    }
    return render(request, "review/bulk_done.jinja", context)


def _offer(user, filters) -> Offer:
    rows = []
    for found in queues.listed(user, "pending", Queue.REVIEW, filters.cleaned_data.get("scheme", "")):
        free = filters.narrow(found).exclude(actions.held(timezone.now()) & ~queues.Q(taken_by=user))
        rows += free.select_related("submitted_by").order_by("due_on", "id")[: actions.MOST + 1]
    rows.sort(key=lambda refund: (refund.due_on, refund.pk))
    truncated, rows = len(rows) > actions.MOST, rows[: actions.MOST]
    said = _objections(rows)
    good = [refund for refund in rows if not said.get(refund.pk)]
    return Offer(good, [(refund, said[refund.pk]) for refund in rows if said.get(refund.pk)], truncated)


def _objections(rows) -> dict:
    """Why a case is not passed with others: a batch, or a check that asks for an answer."""
    found = checks_of(rows)
    return {refund.pk: why for refund in rows if (why := _objection(refund, found[refund.pk]))}


def _objection(refund, checks) -> str:
    if refund.organisation_id:
        return "村组批量申请，请逐件办理"
    return "、".join(check.rule for check in checks if not check.holds)
