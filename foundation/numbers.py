"""Numbers and names as people type them: folded to one form, and judged by the rules of domain.md B6."""

import re
import unicodedata
from datetime import date
from functools import cache
from operator import mul

from foundation import crypto

# GB 11643: weights of the first 17 digits, and the check character by remainder.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

CHECK_CHARACTERS = "10X98765432"

# First two digits: the provinces, and 81/82/83 for the residence permits of Hong Kong, Macao and Taiwan.
PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)

# Characters that GB 18030 had no place for in Unicode at first, and that old systems still send from the private-use area: each has
# a real one by now (GB 18030-2022). GBK FE50 to FEA0, which stood at U+E815 and on.
_FROM_E815 = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱"
    "䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
REAL = {0xE815 + place: real for place, real in enumerate(_FROM_E815)} | {0xE7C7: "ḿ", 0xE7C8: "ǹ"}

# Full-width ASCII, as some input methods write brackets, letters and digits.
HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}

# What people and old systems write where a number ends in X: Cyrillic, Greek, the sign of multiplication.
LIKE_X = dict.fromkeys(map(ord, "ХхΧχ×✕✖╳"), "X")

# So many digits of a phone may be asked for, and its mask shows them.
PHONE_TAIL = 4

# Longer than any name, number or account; what is longer is refused for its length, and need not be folded to see it.
LONGEST = 400


def made_real(text: str) -> str:
    """The text with every private-use character that has a real one written as that."""
    return text if text.isascii() else text.translate(REAL)


def fold(text: str) -> str:
    """Full-width to half-width, private-use characters to real ones, no control characters or outer spaces. Cut after 400 characters.

    Normalising takes time that grows with the square of some texts, so nobody may send a long one.
    """
    folded = unicodedata.normalize("NFKC", made_real(text[:LONGEST]))
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cc", "Cf")).strip()


def fold_number(text: str) -> str:
    """A number as stored: half-width, upper-case, without the spaces and dashes people group digits with, and the last X an X,
    whatever looks like one."""
    return re.sub(r"[\s\-‐-―−]", "", fold(text)).translate(LIKE_X).upper()


def fold_name(text: str) -> str:
    """A name as compared (domain.md B6): no spaces, half-width signs, one middle dot, Latin letters without case, and compatibility
    and private-use characters as the ones they stand for. Rare characters survive. What `fold` makes of a name compares equal to
    it, so that what we fill in passes our own check."""
    return re.sub(r"[·•.‧・∙⋅]", "·", re.sub(r"\s", "", fold(text))).casefold()


def names_a_province(number: str) -> bool:
    """Of 18 characters. A 外国人永久居留身份证 of 2023 begins with a 9, and its province stands after it."""
    return (number[1:3] if number[0] == "9" else number[:2]) in PROVINCES


def id_number_problem(number: str, today: date | None = None) -> str:
    """Why a folded resident number is wrong, as a sentence that says what to do; empty when it is right (GB 11643)."""
    if len(number) != 18:
        difference = 18 - len(number)
        return f"身份证号应为 18 位，现在{'少' if difference > 0 else '多'} {abs(difference)} 位。请核对后重新输入。"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "身份证号由 17 位数字加最后 1 位数字或 X 组成。请核对后重新输入。"
    if not names_a_province(number):
        return "身份证号的前两位不是省级行政区划代码。请核对后重新输入。"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "身份证号第 7 到 14 位不是一个真实的出生日期。请核对后重新输入。"
    if born.year < 1900 or born > (today or date.today()):
        return "身份证号第 7 到 14 位的出生日期过早或在今天之后。请核对后重新输入。"
    if number[17] != check_character(number[:17]):
        return "身份证号最后一位与前面的数字对不上，可能有一位输错了。请对照证件逐位核对。"
    return ""


def check_character(first_17: str) -> str:
    """The 18th character of a resident number (GB 11643)."""
    return CHECK_CHARACTERS[sum(map(mul, map(int, first_17), WEIGHTS)) % 11]


def phone_problem(number: str) -> str:
    """Why a folded mobile number is wrong; empty when it is right."""
    if re.fullmatch(r"1[0-9]{10}", number):
        return ""
    return "手机号应为 11 位数字，以 1 开头。请核对后重新输入。"


def contact_phone_problem(number: str) -> str:
    """Why a folded number is neither a mobile nor a land line with its area code (domain.md B6); empty when it is."""
    if re.fullmatch(r"1[0-9]{10}|0[0-9]{9,11}", number):
        return ""
    return "应为 11 位手机号，或带区号的固定电话（如 0712-1234567）。"


def account_problem(number: str) -> str:
    """Why a folded bank account number is wrong; empty when it is right. Passbooks have many lengths (domain.md B6)."""
    if re.fullmatch(r"[0-9]{8,30}", number):
        return "银行账号不会全是同一个数字。请对照银行卡或存折重新输入。" if len(set(number)) == 1 else ""
    return "银行账号为 8 到 30 位数字，可以带空格或短横。请核对后重新输入。"


def looks_mistyped(number: str) -> bool:
    """A 银联 card number (62…, 16 or 19 digits) whose Luhn digit does not fit. A warning, never a block (domain.md B6)."""
    is_card = number.startswith("62") and len(number) in (16, 19)
    return is_card and check_digit(number[:-1]) != int(number[-1])


def check_digit(digits: str) -> int:
    """Luhn (ISO/IEC 7812-1) check digit."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def phone_index(number: str) -> bytes:
    """Blind index of a folded phone number."""
    return crypto.blind_index(number, purpose="phone")


@cache
def _tail_index(tail: str) -> bytes:
    return crypto.blind_index(tail, purpose="phone-tail")


def phone_tail(number: str) -> bytes:
    """Blind index of the last four digits of a folded phone number: many phones share one."""
    return _tail_index(number[-PHONE_TAIL:])


def account_index(number: str) -> bytes:
    """Blind index of a folded bank account number."""
    return crypto.blind_index(number, purpose="account")
