"""Cells judged by themselves. Each function takes the text of a cell and returns its value or raises `Refusal`.

Days, amounts and `repeating` codes come over and over in a feed, so their results are kept for a while; a number that
identifies a person must not be one of these.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from foundation.feeds.errors import Refusal
from foundation.numbers import made_real

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
# What a spreadsheet shows for nothing.
NO_DAY = date(1900, 1, 1)
MAX_AMOUNT = Decimal("1e10")
CODE_CACHE = 10_000

Chosen = TypeVar("Chosen")


def clean(text: str) -> str:
    """Half-width, without control characters and outer spaces."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return _visible(unicodedata.normalize("NFKC", text)).strip()


def compact(text: str) -> str:
    """`clean`, upper-case and without any space: for codes and numbers. Signs stay, so that -5 is not read as 5."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return re.sub(r"\s", "", clean(text)).upper()


def name(what: str, longest: int) -> Callable[[str], str]:
    """A name of 1 to `longest` characters, written as it came: rare characters survive, and those that older systems send from the
    private-use area become the real ones. What a spreadsheet would take for a formula is no name."""

    def parse(text: str) -> str:
        text = made_real(text)
        value = text.strip() if text.isprintable() else _visible(text).strip()
        if value[:1] in ("=", "@", "+", "-"):
            raise Refusal(f"{what}以“{value[0]}”开头，像表格的公式，不是{what}。请改成真实的{what}")
        if not value:
            raise Refusal(f"{what}不能为空")
        if len(value) > longest:
            raise Refusal(f"{what}最多 {longest} 个字，现在有 {len(value)} 个")
        return value

    return parse


def code(
    what: str, longest: int, *, shortest: int = 1, digits: bool = False, empty: bool = False, repeating: bool = False
) -> Callable[[str], str]:
    """A code of letters and digits (or digits only), folded by `compact`; "" for an empty cell where `empty` allows."""
    allowed = re.compile(f"[{'0-9' if digits else '0-9A-Z'}]{{{shortest},{longest}}}")
    length = f"{longest}" if shortest == longest else f"{shortest} 到 {longest}"

    def parse(text: str) -> str:
        value = compact(text).replace("-", "")
        if not value and empty:
            return ""
        if not value:
            raise Refusal(f"{what}不能为空")
        if not allowed.fullmatch(value):
            raise Refusal(f"{what}应为 {length} 位{'数字' if digits else '数字或字母'}" + spoiled_by_excel(value))
        return value

    return lru_cache(CODE_CACHE)(parse) if repeating else parse


def spoiled_by_excel(value: str) -> str:
    """A hint, when the number has become 4.2E+17."""
    if re.fullmatch(r"[0-9]\.[0-9]+E\+?[0-9]+", value):
        return "。它被 Excel 变成了科学计数，请从原系统重新取得这个号码，并把该列设为文本"
    return ""


def choice(what: str, values: Mapping[str, Chosen], *, shown: str = "") -> Callable[[str], Chosen]:
    """One of the keys of `values`; gives what it maps to. `shown` names them in the refusal (default: all keys)."""
    names = shown or "、".join(values)

    def parse(text: str) -> Chosen:
        value = values.get(text) or values.get(clean(text))
        if value is None:
            raise Refusal(f"{what}应为：{names}")
        return value

    return parse


@lru_cache(CODE_CACHE)
def amount(text: str) -> Decimal:
    """An amount in yuan: positive, at most two decimals, below 1e10."""
    value = compact(text)
    if not re.fullmatch(r"\+?[0-9]+(\.[0-9]{1,2})?", value):
        raise Refusal("金额应为大于 0 的数，最多两位小数，不带逗号和单位，如 200.00")
    number = Decimal(value)
    if number == 0:
        raise Refusal("金额应大于 0")
    if number >= MAX_AMOUNT:
        raise Refusal("金额应小于 10000000000 元")
    return number


def whole(what: str, first: int, last: int, *, empty: bool = False) -> Callable[[str], int | None]:
    """A whole number from `first` to `last`; None for an empty cell where `empty` allows it."""

    @lru_cache(CODE_CACHE)
    def parse(text: str) -> int | None:
        value = compact(text)
        if not value and empty:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", value) or not first <= int(value) <= last:
            raise Refusal(f"{what}应为 {first} 到 {last} 的整数{'或空' if empty else ''}")
        return int(value)

    return parse


@lru_cache(CODE_CACHE)
def day(text: str) -> date:
    """A day written 2024-01-31, 2024/1/31 or 20240131."""
    value = compact(text)
    parts = re.fullmatch(r"([0-9]{4})([-/]?)([0-9]{1,2})\2([0-9]{1,2})", value)
    if not parts or (not parts[2] and len(value) != 8):
        raise Refusal("日期应写成 2024-01-31（也可以是 2024/01/31 或 20240131）")
    try:
        found = date(int(parts[1]), int(parts[3]), int(parts[4]))
    except ValueError:
        raise Refusal("日历上没有这一天，日期应是真实的一天，如 2024-01-31") from None
    if found == NO_DAY:
        raise Refusal("1900-01-01 是表格里的空日期，请向原系统取得真实的日期")
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Refusal(f"日期应在 {FIRST_DAY.year} 年到 {LAST_DAY.year} 年之间")
    return found


def _visible(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) not in ("Cc", "Cf"))
