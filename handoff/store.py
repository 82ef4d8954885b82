"""Deliveries as they are stored: found, locked, and what they were made of."""

from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from handoff.models import Delivery
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


def of_application(number: str) -> QuerySet[Delivery]:
    """All handoffs of an application, the first one first. Whoever changes one has locked the application."""
    return known().filter(number=number).order_by("created_at")


def instruction_of(delivery: Delivery) -> Instruction:
    """What answers are held against. Nothing can have been paid before it was approved."""
    tickets = {ticket: Decimal(amount) for ticket, amount in delivery.tickets.items()}
    return Instruction(tickets, since=timezone.localdate(delivery.created_at))
