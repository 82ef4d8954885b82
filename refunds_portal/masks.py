"""What may be shown of a number: enough to recognise it, not enough to use it."""


def id_number(number: str) -> str:
    """Three characters, stars, three characters."""
    return _middle(number, 3, 3)


def phone(number: str) -> str:
    """`138****1234`."""
    return _middle(number, 3, 4)


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
