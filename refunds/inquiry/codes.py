"""The 验证码 of a receipt: twelve characters that only the portal can make of an application number.

It binds the number alone: whoever verifies a paper reads what the portal knows today beside what is printed, so an
altered paper shows, and one printed before a 退汇 does not go on saying 退费成功.
"""

from hmac import compare_digest

from django.conf import settings

from foundation import crypto
from foundation.numbers import fold_number

# Crockford's: no I, L, O and U, so that nothing on paper is read as something else. 32^12 is 60 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4
MISREAD = str.maketrans("ILO", "110")


def code_of(number: str) -> str:
    """As it stands on the paper: 7K4M-Q2WP-9D3X."""
    code = _code(number)
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def fits(number: str, typed: str) -> bool:
    """Whether `typed`, however grouped or widened, is the code of the number."""
    return compare_digest(_code(number).encode(), fold_number(typed).translate(MISREAD).encode())


def _code(number: str) -> str:
    value = int.from_bytes(crypto.keyed_hash(settings.RECEIPT_KEY, number))
    return "".join(ALPHABET[value >> 5 * place & 31] for place in range(LENGTH))
