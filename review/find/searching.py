"""What one box finds: people, villages and applications of the officer's area, each with its own index.

Whatever is typed, a bounded number of rows is looked at, and never more than `MOST` hits of a kind are shown.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Reverse

from accounts.models import Person
from foundation.postgres.together import fetched
from refunds import schemes
from review.find import area
from review.find.sought import Sought

MOST = 20
# Of the whole country, before it is known who belongs to the area: that many people of one name are too many.
CANDIDATES = 3_000


@dataclass
class Found:
    """Keys of what was found, as a session can keep them: people, application numbers, villages. `more`: not everything."""

    said: str
    text: str = ""
    people: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    villages: list[str] = field(default_factory=list)
    more: bool = False

    @property
    def counts(self) -> str:
        """How many of each kind, in words."""
        sizes = ((self.people, "人"), (self.numbers, "件申请"), (self.villages, "个村组"))
        return "，".join(f"{len(keys)} {unit}" for keys, unit in sizes if keys)

    @property
    def only(self) -> tuple[str, str] | None:
        """What opens the one hit, if there is one and no other."""
        opens = {"person": self.people, "number": self.numbers, "village": self.villages}
        every = [(name, key) for name, keys in opens.items() for key in keys]
        return every[0] if len(every) == 1 else None

    def __len__(self) -> int:
        return len(self.people) + len(self.numbers) + len(self.villages)


def search(user, sought: Sought) -> Found:
    """Everything of the area that fits, in one query."""
    fitting = candidates(sought)
    none = Person.objects.none()
    meant = none if fitting is None else fitting
    among: Any = meant.order_by().values("pk")[:CANDIDATES]
    people = Person.objects.filter(area.belongs(user), pk__in=among).order_by("name", "pk")
    found = fetched(
        [
            people.values_list("pk", flat=True)[: MOST + 1],
            # Whether there are more of that name than were looked at.
            meant.order_by().values_list("pk", flat=True)[CANDIDATES : CANDIDATES + 1],
            _villages(user, sought),
            *_numbers(user, sought),
        ]
    )
    numbers = sorted((row for rows in found[3:] for row in rows), reverse=True)
    kinds = {"people": found[0], "numbers": [number for _at, number in numbers], "villages": found[2]}
    shown = {kind: [str(key) for key in keys[:MOST]] for kind, keys in kinds.items()}
    more = bool(found[1]) or any(len(keys) > MOST for keys in kinds.values())
    return Found(sought.said, sought.name, **shown, more=more)


def candidates(sought: Sought):
    """People who fit, wherever they belong; None when nobody is meant."""
    conditions: list[tuple[object, Q]]
    if sought.is_number:
        conditions = [
            (sought.documents, Q(id_index__in=sought.documents)),
            (sought.phone, Q(phone_index=sought.phone)),
            (sought.tail, Q(last_four=sought.tail)),
        ]
    else:
        conditions = [
            (sought.name, Q(name__startswith=sought.name)),
            (sought.initials, Q(initials__contains=[sought.initials])),
        ]
    meant = [condition for given, condition in conditions if given]
    return Person.objects.filter(Q(*meant, _connector=Q.OR)) if meant else None


def ending(applications, end: str):
    """Those of the applications whose number ends like this, through the index over the reversed numbers."""
    return applications.annotate(backwards=Reverse("number")).filter(backwards__startswith=end[::-1])


def _numbers(user, sought) -> list[QuerySet]:
    """(when it was submitted, its number) of the applications that may be meant, of each scheme."""
    if not sought.is_number:
        return []
    scheme = schemes.of_number(sought.text)
    if scheme:
        found = [scheme.model.objects.visible_to(user).filter(number=sought.text)]
    elif sought.end:
        found = [ending(one.model.objects.visible_to(user), sought.end) for one in schemes.every()]
    else:
        found = []
    return [rows.order_by("-submitted_at", "-id").values_list("submitted_at", "number")[: MOST + 1] for rows in found]


def _villages(user, sought) -> QuerySet:
    named = Q(social_number=sought.text) | Q(tax_number=sought.text)
    if not sought.is_number:
        named = Q(name__startswith=sought.name)
    return area.villages(user).filter(named).order_by("name", "pk").values_list("pk", flat=True)[: MOST + 1]
