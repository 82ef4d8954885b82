"""What was typed into the one box: which numbers, names or initials it may be."""

import re
from dataclasses import dataclass

from accounts.identity import IdType, id_index
from foundation.masks import has_number
from foundation.numbers import fold, fold_number, id_number_problem, phone_index, phone_tail
from refunds import schemes
from review.models import LookUpKind

# The shortest end of an application number, and of a phone, and the longest that is no whole number yet.
SHORTEST_END, LONGEST_END = 4, 14
SHORTEST_NAME = 2
# Any 证件号码 or number of a village is this long; so a year or a house number is none.
SHORTEST_NUMBER, LONGEST_NUMBER = 5, 30
LONGEST_TEXT = 80


class Unclear(Exception):
    """Nothing can be looked for; the message says what to type instead."""


@dataclass(frozen=True)
class Sought:
    """`kind` is None for names and initials, which are no numbers. `said` names it without showing a number."""

    kind: LookUpKind | None
    text: str
    said: str

    @property
    def is_number(self) -> bool:
        return self.kind is not None

    @property
    def initials(self) -> str:
        """Small letters where it may be pinyin; else nothing."""
        return self.text.lower() if self.kind is None and self.text.isascii() and self.text.isalpha() else ""

    @property
    def name(self) -> str:
        return "" if self.is_number else self.text

    @property
    def documents(self) -> list[bytes]:
        """The blind indexes of the whole 证件号码 it may be, of each 证件类型. An end of one is never looked for."""
        if not self.is_number or not SHORTEST_NUMBER <= len(self.text) <= LONGEST_NUMBER:
            return []
        return [id_index(kind, self.text) for kind in IdType]

    @property
    def phone(self) -> bytes | None:
        return phone_index(self.text) if self.kind == LookUpKind.PHONE else None

    @property
    def tail(self) -> bytes | None:
        """Of a phone."""
        return phone_tail(self.text) if self.kind == LookUpKind.END and len(self.text) == SHORTEST_END else None

    @property
    def end(self) -> str:
        """Of an application number."""
        return self.text if self.kind == LookUpKind.END else ""

    @property
    def doubt(self) -> str:
        """What may be wrong with a 证件号码 that nobody has."""
        return id_number_problem(self.text) if self.kind == LookUpKind.DOCUMENT else ""


def read(typed: str) -> Sought:
    """What it may be. Raises Unclear."""
    number, words = fold_number(typed), " ".join(fold(typed).split())
    if not number:
        raise Unclear("请先输入单号、证件号码、手机、姓名、拼音首字母或村组，再查询。")
    if len(words) > LONGEST_TEXT:
        raise Unclear(f"最多输入 {LONGEST_TEXT} 个字。请只输一个号码，或姓名的开头几个字。")
    if number.isascii() and number.isalnum() and not number.isalpha():
        return _number(number)
    if has_number(words):
        raise Unclear("一次只查一样：请只输号码，或只输姓名。")
    if len(number) < SHORTEST_NAME:
        raise Unclear("只有一个字，能查到的太多。姓名和拼音首字母请至少输 2 个。")
    if number.isascii() and number.isalpha():
        return Sought(None, number.lower() if " " not in words else words, f"拼音首字母或姓名“{words}”")
    return Sought(None, words, f"姓名或村组名称“{words}”")


def _number(number: str) -> Sought:
    if len(number) < SHORTEST_END:
        raise Unclear("号码太短，能查到的太多。单号和手机请至少输后 4 位，证件号码请输完整。")
    kind = _kind(number)
    return Sought(kind, number, kind.label)


def _kind(number: str) -> LookUpKind:
    if schemes.of_number(number) and number[2:].isdigit():
        return LookUpKind.NUMBER
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return LookUpKind.DOCUMENT
    if re.fullmatch(r"1[0-9]{10}", number):
        return LookUpKind.PHONE
    if number.isdigit() and len(number) <= LONGEST_END:
        return LookUpKind.END
    return LookUpKind.OTHER
