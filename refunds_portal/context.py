"""What every page knows: the one variable `portal`."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.utils.functional import cached_property

from accounts import sessions
from accounts.kept import whose
from inbox.models import Message, shown
from refunds_portal.pages import LARGE_TYPE_COOKIE
from review.queue.queues import rail
from review.shortcuts.declared import Keys, are_on


@dataclass
class Portal:
    """What every template may use as `portal.…`. Each value is made when it is first used."""

    request: HttpRequest

    demo = settings.DEMO
    hotline = settings.HOTLINE
    reference_days = settings.REFERENCE_WORKING_DAYS
    question_days = settings.QUESTION_WORKING_DAYS
    medical_first_year = settings.MEDICAL_FIRST_YEAR
    keys = Keys

    @property
    def large_type(self) -> bool:
        return self.request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"

    @property
    def user(self):
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def session_left(self) -> int:
        """Seconds until this sign-in ends if nobody does anything."""
        return sessions.seconds_left(self.request.session, self.user) if self.user else 0

    @cached_property
    def unread_in(self) -> Counter[str]:
        """How many messages a taxpayer has not read, by segment. Nobody else has any, and costs nothing."""
        told = self.user and self.user.is_taxpayer
        return Message.objects.visible_to(self.user).counted() if told else Counter()

    @property
    def unread(self) -> str:
        """How many in all; empty for none."""
        return shown(self.unread_in.total())

    @property
    def single_keys(self) -> bool:
        """Whether this officer wants keys that work alone."""
        return are_on(self.user)

    @cached_property
    def queues(self) -> list:
        return rail(self.request) if self.user and self.user.is_officer else []


def portal(request):
    """Context processor: `portal`; and with the token of a form, whom it is shown to."""
    return {"portal": Portal(request), "csrf_input": csrf_input(request) + whose.field(request)}
