"""What people with an account have in hand, and what becomes of it when they are switched off or moved. Cases are known upstairs:
those rooms answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.dispatch import Signal

from accounts.models import OFFICER_ROLES, Role, TaxOffice, User

# Of `users`: how many cases each works on now, by key. Those without one may be missing.
in_hand = Signal()
# `users` leave together, to `office` or (None) altogether: what would stand still without each, as sentences by key.
left_alone = Signal()
# `user` leaves: what she works on goes to `to`, or (None) back to the queue. Inside the transaction, before she is gone. Answers
# how many went to her colleague, and how many back.
handed_on = Signal()

# How the portal stands; the roof answers with a `Standing`.
stands = Signal()


@dataclass(frozen=True)
class Standing:
    """Each part as (label, tone of its badge, words), and the jobs that gave up, as they are called."""

    parts: list[tuple[str, str, str]]
    failed: list[str]


@dataclass(frozen=True)
class Leaver:
    """Who leaves, what she works on, what would stand still, and to whom her cases may go."""

    user: User
    cases: int
    alone: list[str]
    colleagues: list[User] = field(default_factory=list)


def counted(users: Sequence[User]) -> Counter[Any]:
    """How many cases each works on, by key."""
    found: Counter[Any] = Counter()
    for counts in _answers(in_hand, users=users):
        found.update(counts)
    return found


def before(users: Sequence[User], *, office: TaxOffice | None) -> list[Leaver]:
    """What the administrator reads before these leave, to `office` or (None) altogether."""
    cases = counted(users)
    told = _answers(left_alone, users=users, office=office)
    others = User.objects.filter(is_active=True, role__in=OFFICER_ROLES - {Role.AUDITOR})
    others = others.filter(office__in={user.office_id for user in users}).exclude(pk__in=[user.pk for user in users])
    near = list(others.select_related("person").order_by("username"))
    return [
        Leaver(
            user,
            cases[user.pk],
            [sentence for alone in told for sentence in alone.get(user.pk, ())],
            [one for one in near if (one.role, one.office_id) == (user.role, user.office_id)],
        )
        for user in users
    ]


def left_behind(was: User) -> list[str]:
    """What stands still where somebody was who is elsewhere by now: `was` is her account as it was."""
    now = User.objects.select_related("office").get(pk=was.pk)
    told = _answers(left_alone, users=[was], office=now.office)
    return [sentence for alone in told for sentence in alone.get(was.pk, ())]


def hand_on(user: User, *, to: User | None, by: User | None) -> tuple[int, int]:
    """How many of her cases went to a colleague, and how many back to the queue. `by` is None where a list moved her."""
    answers = _answers(handed_on, user=user, to=to, by=by)
    return sum(given for given, _back in answers), sum(back for _given, back in answers)


def how_it_stands() -> Standing:
    """Of all who know something of it."""
    answers = _answers(stands)
    return Standing([part for one in answers for part in one.parts], [name for one in answers for name in one.failed])


def _answers(signal: Signal, **about: Any) -> list[Any]:
    answers: Any = signal.send(sender=User, **about)
    return [answer for _receiver, answer in answers]
