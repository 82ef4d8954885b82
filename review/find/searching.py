"""What one box finds: people, villages and applications of the officer's area, each with its own index.

Whatever is typed, a bounded number of rows is looked at, and never more than `MOST` hits of a kind are shown.
"""

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Reverse

from accounts.models import Person
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

    def __len__(self) -> int:
        return len(self.people) + len(self.numbers) + len(self.villages)


def search(user, sought: Sought) -> Found:
    """Everything of the area that fits. Five queries and one per scheme at most."""
    found = Found(sought.said, sought.name)
    for kind, keys in (
        ("people", _people(user, sought, found)),
        ("numbers", _numbers(user, sought)),
        ("villages", _villages(user, sought)),
    ):
        found.more = found.more or len(keys) > MOST
        setattr(found, kind, [str(key) for key in keys[:MOST]])
    return found


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


def _people(user, sought, found: Found) -> list[UUID]:
    fitting = candidates(sought)
    if fitting is None:
        return []
    keys = list(fitting.values_list("pk", flat=True)[: CANDIDATES + 1])
    found.more = len(keys) > CANDIDATES
    known = area.people(user, keys[:CANDIDATES])
    rows = Person.objects.filter(pk__in=known).order_by("name", "pk")
    return list(rows.values_list("pk", flat=True)[: MOST + 1]) if known else []


def _numbers(user, sought) -> list[str]:
    if not sought.is_number:
        return []
    scheme = schemes.of_number(sought.text)
    if scheme:
        return list(scheme.model.objects.visible_to(user).filter(number=sought.text).values_list("number", flat=True))
    if not sought.end:
        return []
    found = []
    for one in schemes.every():
        rows = ending(one.model.objects.visible_to(user), sought.end).order_by("-submitted_at", "-id")
        found += rows.values_list("submitted_at", "number")[: MOST + 1]
    return [number for _at, number in sorted(found, reverse=True)]


def _villages(user, sought) -> list[str]:
    named = Q(social_number=sought.text) | Q(tax_number=sought.text)
    if not sought.is_number:
        named = Q(name__startswith=sought.name)
    return list(area.villages(user).filter(named).order_by("name", "pk").values_list("pk", flat=True)[: MOST + 1])
