"""Deliveries as they are stored: found, locked, and what they were made of."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from handoff.models import Delivery, DeliveryStatus, WorkItem, WorkItemKind
from handoff.story import Instruction
from refunds import actions
from refunds.models import RefundApplication


def known() -> QuerySet[Delivery]:
    """All deliveries, without the message itself: that of 10,000 people is 4 MB, and only sending needs it."""
    return Delivery.objects.defer("body")


def locked(delivery: Delivery) -> tuple[RefundApplication, Delivery]:
    """(application, delivery), both locked in this order."""
    refund = actions.locked(delivery.number)
    return refund, known().select_for_update().get(pk=delivery.pk)


def to_send() -> QuerySet[Delivery]:
    """What has to get there still, without what stands still: frozen, or held back by a correction of the tax core system that an
    item tells of."""
    held = WorkItem.objects.filter(kind=WorkItemKind.CORRECTED, number=OuterRef("number"), closed_at=None)
    waiting = known().filter(status__in=(DeliveryStatus.WAITING, DeliveryStatus.UNKNOWN), frozen=False)
    return waiting.exclude(Exists(held))


def of_application(number: str) -> QuerySet[Delivery]:
    """All handoffs of an application, the first one first. Whoever changes one has locked the application."""
    return known().filter(number=number).order_by("created_at")


def of_dispute(number: str) -> list[Delivery]:
    """All handoffs of an application and of those that are frozen with it, the first one first."""
    return list(known().filter(number__in=[number, *actions.frozen_with(number)]).order_by("created_at"))


def instruction_of(delivery: Delivery) -> Instruction:
    """What answers are held against. Nothing can have been paid before it was approved; 更正账户 leaves the decision as it was."""
    tickets = {ticket: Decimal(amount) for ticket, amount in delivery.tickets.items()}
    decided_at = delivery.created_at if delivery.attempt == 1 else _decided_at(delivery)
    return Instruction(tickets, since=timezone.localdate(decided_at))


def _decided_at(delivery: Delivery) -> datetime:
    """When the first handoff was made that has left; before it a decision can have been taken back."""
    sent = of_application(delivery.number).exclude(sent_at=None).values_list("created_at", flat=True).first()
    return min(sent or delivery.created_at, delivery.created_at)
