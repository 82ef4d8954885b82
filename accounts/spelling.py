"""Pinyin initials: 张国平 is zgp. What an officer types fastest while somebody spells a name on the telephone."""

from functools import cache
from itertools import islice

# A family name may be read in several ways (单 is shan, dan or chan); a person is found by each of them.
MOST_READINGS = 6


def initials(name: str) -> list[str]:
    """The initials of a name, once for each reading of its first character. Signs and characters nobody has a reading for
    are left out; a name in Latin letters has the first letter of each word."""
    words = "".join(character if character.isalnum() else " " for character in name.lower()).split()
    letters = [reading for word in words for reading in _of_word(word)]
    if not letters:
        return []
    first, *others = letters
    return [letter + "".join(readings[0] for readings in others) for letter in islice(first, MOST_READINGS)]


def spelt(name: str) -> str:
    """A name in pinyin, in its usual reading, without signs: 张国平 is zhangguoping."""
    from pypinyin import lazy_pinyin

    return "".join(character for character in "".join(lazy_pinyin(name)).lower() if character.isalnum())


def _of_word(word: str) -> list[tuple[str, ...]]:
    """What each of its characters may begin with, the usual one first; of letters in a row only the first one counts."""
    found: list[tuple[str, ...]] = []
    inside = False
    for character in word:
        readings = _readings(character)
        if readings:
            found.append(readings)
        elif "a" <= character <= "z" and not inside:
            found.append((character,))
        inside = not readings
    return found


@cache
def _readings(character: str) -> tuple[str, ...]:
    """Of a Chinese character; nothing for any other, and for one that the dictionaries do not know."""
    # Imported when the first name is read: it brings dictionaries that most processes never need.
    from pypinyin import Style, pinyin

    if character.isascii():
        return ()
    usual = pinyin(character, style=Style.FIRST_LETTER, errors="ignore")
    every = pinyin(character, style=Style.FIRST_LETTER, errors="ignore", heteronym=True)
    return tuple(dict.fromkeys(letter for readings in (*usual, *every) for letter in readings if letter))
