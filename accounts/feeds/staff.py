"""The feed of staff: accounts of village clerks and tax officers. Its key is 用户名. Small, so it is a plain loop.

Nothing of a row is staged but its line: initial passwords must not reach a table, not even a temporary one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from accounts import passwords
from accounts.administration import hands
from accounts.doors.counting import username_form
from accounts.feeds import deciding, persons
from accounts.identity import IdType
from accounts.models import OFFICER_ROLES, Organisation, Person, Role, TaxOffice, User
from foundation import numbers
from foundation.feeds import cells
from foundation.feeds.errors import Refusal
from foundation.feeds.feed import Feed, Row
from foundation.feeds.staging import Stage, wait_lock

USERNAME, NAME, ID_NUMBER, PHONE = "用户名", "姓名", "证件号码", "手机号"
ROLE, ORGANISATION, OFFICE, PASSWORD = "身份", "单位社保号", "税务机关代码", "初始密码"
STAFF_ROLES = (Role.CLERK, Role.REVIEWER, Role.COUNTERSIGNER, Role.AUDITOR)

_name = cells.name(NAME, 80)
_role = cells.choice(ROLE, {role.label: role for role in STAFF_ROLES})
_organisation = cells.code(ORGANISATION, 20, empty=True)
_office = cells.code(OFFICE, 11, shortest=11, digits=True, empty=True)


@dataclass
class Entry:
    """A row as it was understood; empty, or None, is a cell refused already."""

    row: Row
    username: str
    name: str
    number: str
    index: bytes | None
    phone: str
    phone_index: bytes | None
    role: Role | None
    organisation_id: str | None
    office_id: str | None
    password: str


class StaffFeed(Feed):
    """Adds accounts with their initial password; of a known one updates name, phone and place, never the password."""

    name = "工作人员"
    columns = (USERNAME, NAME, ID_NUMBER, PHONE, ROLE, ORGANISATION, OFFICE, PASSWORD)

    def begin(self, stage: Stage) -> None:
        self._entries: list[Entry] = []

    def parse(self, row: Row) -> tuple[()]:
        number, index = row.take(ID_NUMBER, lambda text: persons.document(IdType.RESIDENT, text)) or ("", None)
        phone, phone_index = row.take(PHONE, persons.phone) or ("", None)
        entry = Entry(
            row,
            username=row.take(USERNAME, username) or "",
            name=row.take(NAME, _name) or "",
            number=number,
            index=index,
            phone=phone,
            phone_index=phone_index,
            role=row.take(ROLE, _role),
            organisation_id=row.take(ORGANISATION, _organisation) or None,
            office_id=row.take(OFFICE, _office) or None,
            password=row.cells[PASSWORD].strip(),
        )
        _check_place(entry)
        self._entries.append(entry)
        return ()

    def write(self, stage: Stage) -> tuple[int, int]:
        wait_lock(stage.cursor, "people")
        added = updated = 0
        moves = Moves()
        lines: dict[str, int] = {}
        for entry in self._entries:
            user = User.objects.select_related("person").filter(username=entry.username).first()
            person = Person.objects.filter(id_index=entry.index).first() if entry.index else None
            objections = [(entry.row.line, *o) for o in _objections(entry, user, person, lines)]
            stage.refuse_rows(objections)
            if objections or entry.row.problems:
                continue
            lines[entry.username] = entry.row.line
            if user is None:
                _add(entry, person)
                added += 1
            else:
                updated += _update(entry, user, moves)
        stage.drop_refused()
        self._notes = [*deciding.notes_of_staff(), *moves.notes()]
        return added, updated

    @property
    def notes(self) -> list[str]:
        return self._notes


def username(text: str) -> str:
    """A username, lower-case. It must not look like the other things that the sign-in box takes (G-06)."""
    value = username_form(text)
    if not 3 <= len(value) <= 30 or not value.isascii() or not value.replace("_", "").replace(".", "").isalnum():
        raise Refusal("用户名应为 3 到 30 位字母、数字、下划线或点")
    if not value[0].isalpha():
        raise Refusal("用户名应以字母开头，以免与证件号码、手机号混淆")
    return value


def _check_place(entry: Entry) -> None:
    """A clerk stands for an organisation, an officer for an office, and neither for the other."""
    if entry.role is None:
        return
    wanted, other = (OFFICE, ORGANISATION) if entry.role in OFFICER_ROLES else (ORGANISATION, OFFICE)
    if not entry.row.cells[wanted].strip():
        entry.row.refuse(wanted, f"{entry.role.label}应有{wanted}，现在是空的")
    if entry.row.cells[other].strip():
        entry.row.refuse(other, f"{entry.role.label}不应有{other}。请清空它，或改正身份")


def _objections(
    entry: Entry, user: User | None, person: Person | None, lines: dict[str, int]
) -> Iterator[tuple[str, str]]:
    """What the portal's tables, or an earlier row of the file, say against a row: (column, reason)."""
    if entry.username in lines:
        yield USERNAME, f"用户名与本文件第 {lines[entry.username]} 行相同，只取先出现的一行。请核对后删除或改正本行"
        return
    if entry.organisation_id and not Organisation.objects.filter(pk=entry.organisation_id).exists():
        yield (
            ORGANISATION,
            f"村组(单位) {entry.organisation_id} 没有登记。请核对，或先用 load_organisations 加载它",
        )
    if entry.office_id and not TaxOffice.objects.filter(pk=entry.office_id).exists():
        yield OFFICE, f"税务机关 {entry.office_id} 没有登记。请核对，或先用 load_offices 加载它"
    if user is not None:
        yield from _objections_to_update(entry, user)
    elif entry.role:
        yield from _objections_to_new(entry, entry.role, person)


def _objections_to_update(entry: Entry, user: User) -> Iterator[tuple[str, str]]:
    if entry.role and user.role != entry.role:
        yield ROLE, f"这个用户名的身份是{user.get_role_display()}，不能改成别的。请为新的身份另起用户名"
    if entry.index and bytes(user.person.id_index) != entry.index:
        yield ID_NUMBER, "这个用户名属于另一个证件号码的人。请核对证件号码，或另起用户名"


def _objections_to_new(entry: Entry, role: Role, person: Person | None) -> Iterator[tuple[str, str]]:
    if person and entry.name and numbers.fold_name(person.name) != numbers.fold_name(entry.name):
        yield NAME, persons.OTHER_NAME
    if person and (account := person.accounts.filter(role=role).first()):
        yield USERNAME, f"这个人已有{role.label}账户，用户名是 {account.username}。每人每种身份只能有一个账户"
    for problem in passwords.problems(entry.password, User(username=entry.username, role=role)):
        yield PASSWORD, "初始" + problem.removeprefix("这个").rstrip("。")


def _add(entry: Entry, person: Person | None) -> None:
    if person is None:
        person = Person.objects.create(
            name=entry.name,
            id_type=IdType.RESIDENT,
            id_number=entry.number,
            id_index=entry.index,
            phone=entry.phone or None,
            phone_index=entry.phone_index,
        )
    else:
        _update_person(entry, person)
    User.objects.create_user(
        entry.username,
        entry.password,
        role=entry.role,
        person=person,
        organisation_id=entry.organisation_id,
        office_id=entry.office_id,
        must_change_password=not settings.DEMO,
    )


class Moves:
    """Whoever the file puts elsewhere: what she works on goes back to the queue, and what stands still without her is said."""

    def __init__(self) -> None:
        self._gone: list[User] = []
        self._back = 0

    def begin(self, user: User) -> None:
        """Before she is moved."""
        _given, back = hands.hand_on(user, to=None, by=None)
        self._back += back
        self._gone.append(User.objects.select_related("office", "organisation").get(pk=user.pk))

    def notes(self) -> list[str]:
        """Once all of them are where they belong."""
        alone = [sentence for was in self._gone if was.is_active for sentence in hands.left_behind(was)]
        back = [f"调离的人手上的 {self._back:,} 件放回队列。"] if self._back else []
        return [*dict.fromkeys(alone), *back]


def _update(entry: Entry, user: User, moves: Moves) -> bool:
    """Whether anything changed."""
    changed = _update_person(entry, user.person)
    if (user.organisation_id, user.office_id) != (entry.organisation_id, entry.office_id):
        moves.begin(user)
        user.organisation_id, user.office_id = entry.organisation_id, entry.office_id
        user.save(update_fields=["organisation", "office"])
        changed = True
    return changed


def _update_person(entry: Entry, person: Person) -> bool:
    fields = []
    if numbers.fold_name(person.name) != numbers.fold_name(entry.name):
        person.name = entry.name
        fields += ["name", "initials"]
    known = person.phone_index is not None and bytes(person.phone_index) == entry.phone_index
    if entry.phone_index and not known and not person.phone_changes.filter(left_index=entry.phone_index).exists():
        person.phone, person.phone_index = entry.phone, entry.phone_index
        fields += ["phone", "phone_index", "last_four"]
    if fields:
        person.save(update_fields=fields)
    return bool(fields)
