"""Looking for people by 证件号码. A whole number never stands in an address: the person's own key does.

Whether a stranger is in the system is nobody's to find out: only people in given rows are looked for, and whoever is
not among them is unknown.
"""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from accounts.identity import IdType, id_index
from accounts.models import Person
from foundation import keys
from foundation.numbers import fold_number

# A shorter end of an ID number would match half a village; a longer one is the number itself.
SHORTEST_TAIL, LONGEST_TAIL = 4, 8
# Opens what stands in an address for a whole number.
PERSON = "person-"
# And stands there for a number of somebody who is not known here.
UNKNOWN = "unknown"


def key_of(number: str, *, among: Iterable[QuerySet], person: str = "person") -> uuid.UUID | None:
    """The key of whoever has the whole `number` in one of the querysets `among`, whose field `person` names people."""
    number = fold_number(number)
    indexes = [id_index(id_type, number) for id_type in IdType]
    for rows in among:
        if found := rows.filter(**{f"{person}__id_index__in": indexes}).values_list(person, flat=True).first():
            return found
    return None


def addressable(number: str, *, among: QuerySet, person: str = "person") -> str:
    """A number searched for, in the form that may stand in a URL: a whole one becomes the person's own key."""
    number = fold_number(number)
    if len(number) <= LONGEST_TAIL:
        return number
    return f"{PERSON}{key_of(number, among=[among], person=person) or UNKNOWN}"


def is_whole(sought: str) -> bool:
    """Whether it stands (as `addressable` made it) for a whole number, which is never shown again."""
    return sought.startswith(PERSON)


def people_with(sought: str, *, among: QuerySet, person: str = "person") -> list[uuid.UUID]:
    """Whom `addressable` means: the one person it names, or those `among` the rows whose number ends like this.

    The rows are those of one village at most: every number of theirs is opened.
    """
    if is_whole(sought):
        return keys.uuids_in([sought.removeprefix(PERSON)])
    tail = fold_number(sought)
    if not SHORTEST_TAIL <= len(tail) <= LONGEST_TAIL:
        return []
    people = Person.objects.filter(pk__in=among.values(person)).only("id", "id_number")
    return [
        someone.pk
        for someone in people
        if someone.id_number.reveal("its end is compared among the members of one village").endswith(tail)
    ]
