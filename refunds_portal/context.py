"""What every page knows: the one variable `portal`."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

from foundation import display
from inbox.models import Message
from review.queue.queues import rail
from review.shortcuts.declared import Keys, are_on


@dataclass
class Portal:
    """What every template may use as `portal.…`. Each value is made when it is first used."""

    request: HttpRequest

    demo = settings.DEMO
    hotline = settings.HOTLINE
    reference_days = settings.REFERENCE_WORKING_DAYS
    medical_first_year = settings.MEDICAL_FIRST_YEAR
    keys = Keys

    @cached_property
    def display(self) -> display.Display:
        """How large, and whether as 长辈模式."""
        return display.of(self.request)

    @property
    def user(self):
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def unread(self) -> str:
        """How many messages a taxpayer has not read; empty for none. Nobody else has any, and costs nothing."""
        told = self.user and self.user.is_taxpayer
        return Message.objects.visible_to(self.user).counted() if told else ""

    @property
    def single_keys(self) -> bool:
        """Whether this officer wants keys that work alone."""
        return are_on(self.user)

    @cached_property
    def queues(self) -> list:
        return rail(self.request) if self.user and self.user.is_officer else []


def portal(request):
    """Context processor: `portal`."""
    return {"portal": Portal(request)}
