"""The people inside a feed of payments: known, or seen for the first time. Shared by all schemes.

No plain number leaves this process: what is staged is the blind index, and the text encrypted for the row that will
hold it. That needs the row's primary key, so people are looked up chunk by chunk while the file is read.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from accounts import identity
from accounts.feeds.deaths import DECEASED as DECEASED  # a column of theirs
from accounts.feeds.deaths import Deaths
from accounts.identity import IdType
from accounts.models import Person
from accounts.records.models import NameChange, Renaming
from accounts.spelling import initials
from foundation import crypto, numbers
from foundation.feeds import cells
from foundation.feeds.errors import Refusal
from foundation.feeds.feed import Row
from foundation.feeds.staging import Stage, wait_lock

NAME, ID_TYPE, ID_NUMBER, PHONE = COLUMNS = ("缴费人姓名", "证件类型", "证件号码", "手机号")
# What a feed with people must have in its stage. `phone` is null where the database keeps the same one already.
PHONE_STAGE = {"phone": "bytea", "phone_index": "bytea", "last_four": "bytea"}
STAGE = {"person_id": "uuid", **PHONE_STAGE, "deceased_on": "date"}
# One person often has neighbouring rows (the years one paid for): their checks and blind indexes are kept that long.
RECENT_PEOPLE = 10_000

OTHER_NAME = "系统中这个证件号码登记的姓名与本行不同。请核对姓名和证件号码是否属于同一个人"
WAITS = "系统中这个证件号码登记的姓名与本行不同，已列入姓名变更，等管理员核实。核实是改名后，重新加载本行即可；不是同一个人的，请改正"
NOT_RENAMED = "系统中这个证件号码登记的姓名与本行不同，管理员已核实不是改名。请核对姓名和证件号码是否属于同一个人"
OTHER_NAME_IN_FILE = "本文件第 {} 行有同一证件号码，姓名却不同。请核对姓名和证件号码是否属于同一个人"

_name = cells.name(NAME, 80)
_id_type = cells.choice(
    ID_TYPE,
    {key: code for code, label in IdType.choices for key in (code, label)},
    shown="、".join(f"{code} {label}" for code, label in IdType.choices) + "（写代码或名称）",
)


@dataclass(slots=True)
class Sighting:
    """A person as one row shows them, with plain numbers: never stored as it is."""

    row: Row
    name: str | None
    id_type: str | None
    number: str = ""
    index: bytes | None = None
    phone: str = ""
    phone_index: bytes | None = None
    deceased_on: date | None = None

    @property
    def last_four(self) -> bytes | None:
        return numbers.phone_tail(self.phone) if self.phone else None


class Known(NamedTuple):
    """A person there is: `line` is empty for one of the database, else where in this file they came up first."""

    id: UUID
    name: str
    phone_index: bytes | None
    phone: bytes | None
    line: int | None


# The values of the `STAGE` columns.
Staged = tuple[UUID | None, bytes | None, bytes | None, bytes | None, date | None]


class Persons:
    """The people of one load. Newcomers wait in `feed_people` until it is clear that a row of theirs goes in."""

    def __init__(self, stage: Stage):
        stage.table(
            "feed_people",
            {
                "id": "uuid NOT NULL",
                "name": "text NOT NULL",
                "phone_index": "bytea",
                "phone": "bytea",
                "line": "integer NOT NULL",
                "id_type": "text NOT NULL",
                "id_number": "bytea NOT NULL",
                "id_index": "bytea PRIMARY KEY",
                "initials": "text[] NOT NULL",
            },
        )
        self._deaths = Deaths()
        self._renames: dict[tuple[UUID, str], str] = {}
        self._document = lru_cache(RECENT_PEOPLE)(document)
        self._phone = lru_cache(RECENT_PEOPLE)(phone)

    def sight(self, row: Row) -> Sighting:
        """Judge the four cells `COLUMNS` of a row."""
        seen = Sighting(row, row.take(NAME, _name), row.take(ID_TYPE, _id_type))
        if seen.id_type:
            found = row.take(ID_NUMBER, lambda text: self._document(seen.id_type, text))
            seen.number, seen.index = found or ("", None)
        seen.phone, seen.phone_index = row.take(PHONE, self._phone) or ("", None)
        seen.deceased_on = self._deaths.sight(row)
        return seen

    def resolve(self, stage: Stage, sightings: Sequence[Sighting]) -> list[Staged]:
        """The values of the `STAGE` columns of each. A row with another name for a known number is refused."""
        known = _known(stage.cursor, {seen.index for seen in sightings if seen.index})
        newcomers = []
        for seen in sightings:
            if seen.index and seen.index not in known and not seen.row.problems:
                newcomer = known[seen.index] = _newcomer(seen)
                sealed = _sealed(seen.number, "id_number", newcomer.id)
                newcomers.append((*newcomer, seen.id_type, sealed, seen.index, initials(newcomer.name)))
        stage.copy("feed_people", newcomers)
        for seen in sightings:
            if seen.index in known:
                self._deaths.note(known[seen.index].id, seen.row)
        self._compare_names([(seen, known[seen.index]) for seen in sightings if seen.index and seen.index in known])
        return [_staged(seen, known.get(seen.index) if seen.index else None) for seen in sightings]

    def _compare_names(self, pairs: list[tuple[Sighting, Known]]) -> None:
        """Refuse rows with another name, unless she was once called that. A new name waits for somebody to confirm it."""
        other = [(seen, known) for seen, known in pairs if seen.name and not _same(seen.name, known.name)]
        changes = NameChange.objects.filter(person__in={known.id for _seen, known in other if not known.line})
        heard: dict[UUID, list[NameChange]] = defaultdict(list)
        for change in changes if other else ():
            heard[change.person_id].append(change)
        for seen, known in other:
            assert seen.name, "only those with a name are compared"
            told = heard[known.id]
            if known.line:
                seen.row.refuse(NAME, OTHER_NAME_IN_FILE.format(known.line))
            elif any(one.state == Renaming.CONFIRMED and _same(one.old_name, seen.name) for one in told):
                continue
            elif any(one.state == Renaming.REFUSED and _same(one.new_name, seen.name) for one in told):
                seen.row.refuse(NAME, NOT_RENAMED)
            else:
                seen.row.refuse(NAME, WAITS)
                if not any(one.state == Renaming.WAITING and _same(one.new_name, seen.name) for one in told):
                    self._renames.setdefault((known.id, numbers.fold_name(seen.name)), seen.name)

    def _keep_renames(self, source: str) -> None:
        people = Person.objects.in_bulk({person for person, _folded in self._renames})
        rows = [
            NameChange(person=people[person], old_name=people[person].name, new_name=name, seen_in=source)
            for (person, _folded), name in self._renames.items()
        ]
        NameChange.objects.bulk_create(rows, ignore_conflicts=True)

    @property
    def deaths(self) -> list[UUID]:
        """Of whom another day of death is known since `write`, or none any more."""
        return self._deaths.changed

    @property
    def notes(self) -> list[str]:
        """What whoever loads should know of them."""
        return self._deaths.notes

    def adopt(self, stage: Stage) -> None:
        """Newcomers whom somebody else brought in meanwhile become those. Waits for other loads that write people."""
        wait_lock(stage.cursor, "people")
        stage.table("feed_twin", {"candidate": "uuid PRIMARY KEY", "person": "uuid", "name": "text", "kept": "text"})
        stage.cursor.execute(FIND_TWINS)
        if not stage.cursor.rowcount:
            return
        stage.cursor.execute("SELECT candidate, name, kept FROM feed_twin WHERE name <> kept")
        others = [one for one, name, kept in stage.cursor if numbers.fold_name(name) != numbers.fold_name(kept)]
        stage.refuse(NAME, "SELECT line, %s FROM feed_stage WHERE person_id = ANY(%s)", [OTHER_NAME, others])
        stage.cursor.execute(BECOME_TWINS)
        stage.cursor.execute("DELETE FROM feed_people n USING feed_twin t WHERE n.id = t.candidate")

    def write(self, stage: Stage) -> None:
        """Add the newcomers of good rows, and the phones that changed: of several in a file the last one counts. Days of death
        follow, and whose changed is in `deaths` afterwards. Names that wait are kept."""
        stage.table("feed_phone", {"person_id": "uuid PRIMARY KEY", **PHONE_STAGE})
        for statement in (LAST_PHONES, ONLY_GOOD_NEWCOMERS, ADD_NEWCOMERS):
            stage.cursor.execute(statement)
        added = stage.cursor.rowcount
        stage.cursor.execute(UPDATE_PHONES)
        self._deaths.write(stage)
        self._keep_renames("缴费记录")
        stage.cursor.execute("SELECT count(*) FROM feed_people")
        if added < stage.cursor.fetchone()[0]:
            self.adopt(stage)
            stage.drop_refused()


FIND_TWINS = """
    INSERT INTO feed_twin SELECT n.id, p.id, n.name, p.name FROM feed_people n JOIN accounts_person p USING (id_index)
    WHERE n.id <> p.id"""
# A phone was encrypted for the candidate, so it is left out: the next load of the file brings it.
BECOME_TWINS = """
    UPDATE feed_stage s SET person_id = t.person, phone = NULL, phone_index = NULL, last_four = NULL
    FROM feed_twin t
    WHERE s.person_id = t.candidate"""
LAST_PHONES = """
    INSERT INTO feed_phone
    SELECT DISTINCT ON (person_id) person_id, phone, phone_index, last_four FROM feed_stage
    WHERE phone_index IS NOT NULL AND person_id IN (SELECT person_id FROM feed_stage WHERE phone IS NOT NULL)
    ORDER BY person_id, line DESC"""
ONLY_GOOD_NEWCOMERS = "DELETE FROM feed_people n WHERE NOT EXISTS (SELECT FROM feed_stage s WHERE s.person_id = n.id)"
ADD_NEWCOMERS = """
    INSERT INTO accounts_person
        (id, name, id_type, id_number, id_index, initials, phone, phone_index, last_four)
    SELECT n.id, n.name, n.id_type, n.id_number, n.id_index, n.initials, l.phone, l.phone_index, l.last_four
    FROM feed_people n LEFT JOIN feed_phone l ON l.person_id = n.id
    ORDER BY n.id
    ON CONFLICT (id_index) DO NOTHING"""
UPDATE_PHONES = """
    UPDATE accounts_person p SET phone = l.phone, phone_index = l.phone_index, last_four = l.last_four
    FROM feed_phone l
    WHERE p.id = l.person_id AND l.phone IS NOT NULL AND p.phone_index IS DISTINCT FROM l.phone_index
      -- what she has changed here since is newer than what the core system still says
      AND NOT EXISTS (SELECT FROM accounts_phonechange c WHERE c.person_id = p.id AND c.left_index = l.phone_index)"""
# Thousands of blind indexes are sent as one text of hexadecimal: much faster than an array of bytea.
_SOUGHT = "ANY(ARRAY(SELECT decode(sought, 'hex') FROM unnest(string_to_array(%(all)s, ',')) sought))"
KNOWN = f"""
    SELECT id_index, id, name, phone_index, NULL::bytea, NULL::integer FROM accounts_person WHERE id_index = {_SOUGHT}
    UNION ALL
    SELECT id_index, id, name, phone_index, phone, line FROM feed_people WHERE id_index = {_SOUGHT}"""


def _known(cursor: CursorWrapper, indexes: set[bytes]) -> dict[bytes, Known]:
    cursor.execute(KNOWN, {"all": ",".join(map(bytes.hex, indexes))})
    return {bytes(index): Known(*others) for index, *others in cursor.fetchall()}


def _newcomer(seen: Sighting) -> Known:
    """The person that a sighting may become, with the phone encrypted for that row."""
    assert seen.name is not None, "the row has no problems"
    pk = crypto.new_id()
    return Known(pk, seen.name, seen.phone_index, _sealed(seen.phone, "phone", pk), seen.row.line)


def _staged(seen: Sighting, known: Known | None) -> Staged:
    if known is None:
        return None, None, None, None, None
    phone = known.phone if seen.phone_index == known.phone_index else _sealed(seen.phone, "phone", known.id)
    return known.id, phone, seen.phone_index, seen.last_four, seen.deceased_on


def _same(one: str, other: str) -> bool:
    return one == other or numbers.fold_name(one) == numbers.fold_name(other)


def _sealed(text: str, column: str, pk: UUID) -> bytes | None:
    return crypto.encrypt(text, context=crypto.sealed_context(Person, column, pk)) if text else None


def document(id_type: str, text: str) -> tuple[str, bytes]:
    """The folded number and its blind index. Raises `Refusal`."""
    number = _folded(text)
    if not number:
        raise Refusal("证件号码不能为空")
    problem = identity.document_problem(id_type, number)
    if problem:
        raise Refusal(problem.rstrip("。") + cells.spoiled_by_excel(number))
    return number, identity.id_index(id_type, number)


def phone(text: str) -> tuple[str, bytes | None]:
    """The folded phone and its blind index; a phone may be missing. Raises `Refusal`."""
    number = _folded(text)
    if not number:
        return "", None
    problem = numbers.phone_problem(number)
    if problem:
        raise Refusal(problem.rstrip("。") + cells.spoiled_by_excel(number))
    return number, numbers.phone_index(number)


def _folded(text: str) -> str:
    return text.upper() if text.isascii() and text.isalnum() else numbers.fold_number(text)
