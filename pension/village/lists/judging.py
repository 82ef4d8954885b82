"""Which lines of a clerk's list may be refunded, and what to say of the others. By set: some queries for any length."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from accounts import identity
from accounts.identity import CHECKED_TYPES, IdType, id_index
from foundation import numbers
from foundation.numbers import fold_name
from pension.models import CollectivePayment, PaymentType
from pension.village.lists.cells import ELSEWHERE, FORMULA, SPOILED, TYPED, Line

# By code: the heading of a group, and what to do.
CAUSES = {
    TYPED: (
        "证件号码是“数字”格式，最后几位已丢失",
        "请把该列设为“文本”后重新填写这些号码。",
    ),
    SPOILED: (
        "证件号码变成了科学计数（如 4.20984E+17），最后几位已丢失",
        "请从原来的登记重新取得号码，把该列设为“文本”后填写。",
    ),
    FORMULA: (
        "公式出错，单元格里是 #N/A、#REF! 一类的结果",
        "请填写真实的姓名和证件号码，不要用公式取数。",
    ),
    ELSEWHERE: ("证件号码列是空的，号码填在了别的列", "请把号码移到证件号码列。"),
    "missing": ("没有填写证件号码", "请补填证件号码。"),
    "length": ("身份证号位数不对", "身份证号应为 18 位，请对照证件核对。"),
    "unknown": (
        "不在本次缴费名单里",
        "请核对证件号码。号码无误的，说明本次缴费没有为这个人缴费，不能在这里退费。",
    ),
    "other": ("属于本村（单位）的另一笔缴费", "请回到可退费列表，进入那一笔缴费再添加。"),
    "batch": ("已在本村（单位）的另一批退费中", "不用再次申请，可以从批次号查看进度。"),
    "elsewhere": ("正在其他退费申请中", "同一笔缴费不能重复退费，请从名单中去掉；有疑问请先问本人。"),
    "name": ("姓名与登记的不一致", "请核对是姓名写错，还是证件号码填成了别人的。"),
    "duplicate": ("与前面的行重复", "前面那一行已经算上，请删去重复的行。"),
}


class Problem(NamedTuple):
    """A line to be corrected: as it came, why, and the `batch` that has the person already."""

    row: int
    name: str
    number: str
    code: str
    reason: str
    batch: str = ""
    sheet: str = ""
    # The group of the line, as `Line` has it.
    group: int = -1

    @property
    def place(self) -> str:
        """Where the sender finds it."""
        return place(self.row, self.sheet)


def place(row: int, sheet: str) -> str:
    """A line as the sender counts."""
    return f"工作表“{sheet}”第 {row:,} 行" if sheet else f"第 {row:,} 行"


@dataclass
class Verdict:
    """Payments to be added, with their amounts and lines; lines that are `ready` (also those who were in the draft),
    `added` new; where each person was `seen` first, by payment; what the ready ones of each group come to, in yuan."""

    payments: dict[int, tuple[Decimal, Line]]
    ready: int
    added: int
    problems: list[Problem]
    seen: dict[int, Line]
    amounts: dict[int, Decimal]


class Cause(NamedTuple):
    """The problems of one cause, with what to do about them."""

    title: str
    advice: str
    problems: list[Problem]


def causes_of(problems: Iterable[Problem]) -> list[Cause]:
    """By cause, the most frequent first."""
    causes: dict[str, Cause] = {}
    for problem in problems:
        title, advice = CAUSES.get(problem.code) or _two_sentences(problem.reason)
        causes.setdefault(title, Cause(title, advice, [])).problems.append(problem)
    return sorted(causes.values(), key=lambda cause: -len(cause.problems))


def _two_sentences(reason: str) -> tuple[str, str]:
    what, _, to_do = reason.partition("。")
    return what, to_do


def packed(problems: list[Problem]) -> str:
    """As the text that is sealed."""
    return json.dumps(problems, ensure_ascii=False)


def unpacked(text: str) -> list[Problem]:
    """What `packed` made."""
    return [Problem(*values) for values in json.loads(text)]


def judge(collective: CollectivePayment, draft, lines: list[Line], seen: dict[int, Line] | None = None) -> Verdict:
    """What of `lines` may go into the draft, which the caller holds locked, after those `seen`. Three queries at most."""
    members = _Members(collective, draft)
    seen = dict(seen or {})
    payments: dict[int, tuple[Decimal, Line]] = {}
    amounts: dict[int, Decimal] = {}
    problems, strangers = [], []
    added = 0
    for line in lines:
        if line.flaw or not line.number:
            problems.append(_problem(line, line.flaw or "missing"))
        elif not (mine := members.find(line.number)):
            strangers.append(line)
        elif problem := members.problem(line, mine) or _repeated(line, mine, seen):
            problems.append(problem)
        else:
            seen[mine[0].payment] = line
            amounts[line.group] = amounts.get(line.group, Decimal(0)) + members.free(mine)
            new = {member.payment: (member.amount, line) for member in mine if member.payment not in members.taken}
            payments |= new
            added += bool(new)
    problems += _of_strangers(collective, strangers)
    order = {(line.group, line.sheet, line.row): n for n, line in enumerate(lines)}
    problems.sort(key=lambda problem: order[problem.group, problem.sheet, problem.row])
    return Verdict(payments, len(lines) - len(problems), added, problems, seen, amounts)


def _problem(line: Line, code: str, reason: str = "", batch: str = "") -> Problem:
    title, advice = CAUSES.get(code, ("", ""))
    reason = reason or f"{title}。{advice}"
    # Longer than any name or number is: nobody types it again.
    return Problem(line.row, line.name[:80], line.number[:40], code, reason, batch, line.sheet, line.group)


def _repeated(line: Line, mine, seen: dict[int, Line]) -> Problem | None:
    first = seen.get(mine[0].payment)
    if first is None:
        return None
    where = place(first.row, first.sheet if first.sheet != line.sheet else "")
    return _problem(line, "duplicate", f"与{where}重复，只算一次。请删去这一行。")


class _Member(NamedTuple):
    payment: int
    name: str
    amount: Decimal


# Every step is one look into an index for each row, also where the planner still believes the tables to be empty:
# people are uploaded minutes after the feed brought them.
MEMBERS = """
    SELECT p.id, p.amount, n.id_index, n.id_type, n.name, l.refund_id IS NOT NULL, r.number
    FROM pension_payment p
    CROSS JOIN LATERAL (SELECT id_index, id_type, name FROM accounts_person WHERE id = p.person_id OFFSET 0) n
    LEFT JOIN LATERAL (
        SELECT refund_id FROM pension_pensionrefundline WHERE payment_id = p.id AND live OFFSET 0) l ON true
    LEFT JOIN LATERAL (
        SELECT number FROM pension_pensionrefund
        WHERE id = l.refund_id AND collective_id IS NOT NULL OFFSET 0) r ON true
    WHERE p.collective_id = %s ORDER BY p.id"""
OTHERS = """
    SELECT wanted.index, c.year, c.month, c.payment_type
    FROM unnest(%s::bytea[]) AS wanted (index)
    CROSS JOIN LATERAL (SELECT id FROM accounts_person WHERE id_index = wanted.index OFFSET 0) n
    CROSS JOIN LATERAL (SELECT collective_id FROM pension_payment WHERE person_id = n.id OFFSET 0) p
    CROSS JOIN LATERAL (
        SELECT year, month, payment_type FROM pension_collectivepayment
        WHERE id = p.collective_id AND organisation_id = %s AND id <> %s OFFSET 0) c"""


class _Members:
    """Everybody the collective payment was made for, by the blind index of their number."""

    def __init__(self, collective, draft):
        # The number of the own batch that holds a payment; "" where it is somebody else's application.
        self.held: dict[int, str] = {}
        self._by_index: dict[bytes, list[_Member]] = {}
        types = set()
        for payment, amount, index, id_type, name, held, batch in _rows(MEMBERS, [collective.pk]):
            self._by_index.setdefault(bytes(index), []).append(_Member(payment, name, amount))
            types.add(id_type)
            if held:
                self.held[payment] = batch or ""
        self._types = sorted(types)
        chosen = draft.lines.values_list("payment_id", flat=True) if draft else ()
        self.taken = {*chosen, *self.held}

    def find(self, number: str) -> list[_Member]:
        """The payments of the member with that number, of whatever 证件类型."""
        for id_type in self._types:
            if found := self._by_index.get(id_index(id_type, number)):
                return found
        return []

    def free(self, mine: list[_Member]) -> Decimal:
        """What of these payments no application holds, in yuan."""
        return sum((member.amount for member in mine if member.payment not in self.held), Decimal(0))

    def problem(self, line: Line, mine: list[_Member]) -> Problem | None:
        registered = mine[0].name
        if line.name and line.name != registered and not alike(line.name, registered):
            return _problem(line, "name", f"登记的姓名是“{registered}”，与填写的不一致。{CAUSES['name'][1]}")
        if any(member.payment not in self.held for member in mine):
            return None
        batch = self.held[mine[0].payment]
        if batch:
            return _problem(line, "batch", f"已在本村（单位）的退费批次 {batch} 中，不用再次申请。", batch)
        return _problem(line, "elsewhere")


def alike(given: str, registered: str) -> bool:
    """Whether two names are one, however they are typed."""
    return fold_name(given) == fold_name(registered)


def _of_strangers(collective, lines: list[Line]) -> list[Problem]:
    """Of those who are not members: numbers that cannot be, and people of the village's other payments."""
    problems, sound = [], []
    for line in lines:
        if problem := malformed(line):
            problems.append(problem)
        else:
            sound.append(line)
    indexes = {line: _indexes(line.number) for line in sound}
    elsewhere = _other_payments(collective, [index for of_line in indexes.values() for index in of_line])
    for line in sound:
        names = sorted({name for index in indexes[line] for name in elsewhere.get(index, ())})
        if names:
            reason = f"不在这笔缴费里，而在本村（单位）的“{'”“'.join(names)}”里。{CAUSES['other'][1]}"
            problems.append(_problem(line, "other", reason))
        else:
            problems.append(_problem(line, "unknown"))
    return problems


def malformed(line: Line) -> Problem | None:
    """What is wrong with a number by itself, if anything."""
    number = line.number
    if len(number) == 18 or (15 <= len(number) <= 20 and number[:-1].isdecimal()):
        problem = numbers.id_number_problem(number)
        return _problem(line, "length" if len(number) != 18 else "malformed", problem) if problem else None
    problem = identity.document_problem(IdType.OTHER, number)
    return _problem(line, "malformed", problem) if problem else None


def _indexes(number: str) -> list[bytes]:
    """What the number would be found by. 18 characters that add up are of the types built by GB 11643."""
    types = CHECKED_TYPES if len(number) == 18 else set(IdType) - CHECKED_TYPES
    return [id_index(id_type.value, number) for id_type in types]


def _other_payments(collective, indexes: list[bytes]) -> dict[bytes, list[str]]:
    """Of the people with these indexes: what else their own village paid for them."""
    found: dict[bytes, list[str]] = {}
    if indexes:
        for index, year, month, kind in _rows(OTHERS, [indexes, collective.organisation_id, collective.pk]):
            label = f"{year} 年{f' {month} 月' if month else ''}{PaymentType(kind).label}"
            found.setdefault(bytes(index), []).append(label)
    return found


def _rows(query: str, params: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return cursor.fetchall()
