"""Looking for people by 证件号码. A whole number never stands in an address: the keys of its people do.

Whether a stranger is in the system is nobody's to find out: only people in given rows are looked for, and whoever is
not among them is unknown. An end of a number is signed when it is searched for, so that nobody tries ends by typing
addresses; it is never longer than four digits, of which a mask shows three.
"""

import uuid
from collections.abc import Iterable

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from accounts.identity import IdType, id_index
from accounts.models import Person
from foundation import keys
from foundation.numbers import fold_number
from foundation.postgres.together import fetched

# A shorter end of an ID number would match half a village; a longer one would win back what a mask hides.
TAIL = 4
# Of a longer end only the last four digits are looked for, and the box shows them.
LONGEST_END = 8
# Opens what stands in an address for a whole number.
PERSON = "person-"
# And stands there for a number of somebody who is not known here.
UNKNOWN = "unknown"


def keys_of(number: str, *, among: Iterable[QuerySet], person: str = "person") -> list[uuid.UUID]:
    """The keys of all who have the whole `number` in one of the querysets `among`, whose field `person` names people: one, or as
    many as have it under different 证件类型."""
    number = fold_number(number)
    indexes = [id_index(id_type, number) for id_type in IdType]
    fitting = [rows.filter(**{f"{person}__id_index__in": indexes}) for rows in among]
    found = fetched(rows.order_by().values_list(person, flat=True).distinct()[: len(indexes)] for rows in fitting)
    return sorted({key for keys in found for key in keys})


def written(people: Iterable[uuid.UUID]) -> str:
    """Such keys as they stand in an address."""
    return ",".join(map(str, people)) or UNKNOWN


def read(text: str) -> list[uuid.UUID]:
    """And read from there; nobody for what is none."""
    return keys.uuids_in(text.split(","))


def addressable(number: str, *, among: QuerySet, person: str = "person") -> str:
    """A number searched for, in the form that may stand in a URL: a whole one becomes the keys of its people."""
    number = fold_number(number)
    if not number:
        return ""
    if is_end(number):
        return _signer().sign(number[-TAIL:])
    return f"{PERSON}{written(keys_of(number, among=[among], person=person))}"


def is_end(number: str) -> bool:
    """Whether it can only be the end of a number; such searches are few (`review.find.lookups`)."""
    return TAIL <= len(fold_number(number)) <= LONGEST_END


def is_stale(sought: str) -> bool:
    """Whether it stands for nobody any more: an end that was not signed here, or with a key that is gone."""
    return bool(sought) and not is_whole(sought) and not said(sought)


def is_whole(sought: str) -> bool:
    """Whether it stands (as `addressable` made it) for a whole number, which is never shown again."""
    return sought.startswith(PERSON)


def said(sought: str) -> str:
    """What of it may be shown again in its box: the end of a number; nothing of a whole one."""
    try:
        return _signer().unsign(sought)
    except BadSignature:
        return ""


def people_with(sought: str, *, among: QuerySet, person: str = "person") -> list[uuid.UUID]:
    """Whom `addressable` means: the people it names, or those `among` the rows whose number ends like this.

    The rows are those of one village at most: every number of theirs is opened.
    """
    if is_whole(sought):
        return read(sought.removeprefix(PERSON))
    tail = said(sought)
    if not tail:
        return []
    people = Person.objects.filter(pk__in=among.values(person)).only("id", "id_number")
    return [
        someone.pk
        for someone in people
        if someone.id_number.reveal("its end is compared among the members of one village").endswith(tail)
    ]


def _signer() -> Signer:
    return Signer(salt="seeking")
