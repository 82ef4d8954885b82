"""What may be shown of a number: enough to recognise it, not enough to use it."""

import re

# Numbers inside other people's sentences and addresses. 申请单号 and the like begin with letters and stay readable.
ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")
PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9])")
ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[0-9]{12,30}(?![0-9])")
# As people read them aloud: in groups of four, or a phone in three, four and four. Years in a row are no number.
GROUPED = re.compile(
    r"(?<![0-9A-Za-z])(?!(?:(?:19|20)[0-9]{2}[ -])+(?:19|20)[0-9]{2}(?![0-9]))"
    r"(?:[0-9]{4}(?:[ -][0-9]{4}){2,}(?:[ -]?[0-9]{1,4})?|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4})(?![0-9])"
)
# Digits of any script and width, whatever stands between them.
MANY_DIGITS = re.compile(r"\d(?:[\W_]{0,3}\d){6,}(?:[\W_]?[xXｘＸ])?")


def id_number(number: str) -> str:
    """Three characters, stars, three characters."""
    return _middle(number, 3, 3)


def phone(number: str) -> str:
    """`138****1234`."""
    return _middle(number, 3, 4)


def name(words: str) -> str:
    """`刘*兰`: enough to compare with a name one has on paper."""
    return words[:1] + "*" * max(len(words) - 2, 1) + (words[-1:] if len(words) > 2 else "")


def account(number: str) -> str:
    """Stars and the last four digits."""
    return "**** " + number[-4:]


def _middle(text: str, head: int, tail: int) -> str:
    # Whatever its length, at least four characters stay hidden.
    if len(text) < head + tail + 4:
        head = tail = len(text) // 4
    return text[:head] + "*" * (len(text) - head - tail) + text[len(text) - tail :]


def whole(text: str) -> str:
    """Nothing of it."""
    return "（已加密）"


def in_text(text: str) -> str:
    """Free text with every 证件号码, phone and account number in it masked."""
    text = ID_NUMBER.sub(lambda found: id_number(found[0]), text)
    text = PHONE.sub(lambda found: phone(found[0]), text)
    text = ACCOUNT.sub(lambda found: account(found[0]), text)
    return GROUPED.sub(lambda found: account(re.sub(r"[ -]", "", found[0])), text)


def any_digits(text: str) -> str:
    """What was typed where no number belongs, with every seven digits or more masked, however they are written."""
    return MANY_DIGITS.sub(lambda found: id_number(re.sub(r"[\W_]", "", found[0])), text)


def has_number(text: str) -> bool:
    """Whether free text holds a number that must not stand there."""
    return in_text(text) != text
