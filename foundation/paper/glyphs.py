"""Which characters a font file can draw, as its own table says (OpenType `cmap`, format 12).

The setter of a page draws an empty box for what its font lacks and tells nobody. A name with an empty box in it is worse
than one whose gap is said.
"""

import struct
from bisect import bisect_right
from pathlib import Path

# What stands on paper for a character that the font lacks: 〓, which printers have always used for that.
GETA = "\u3013"
# Format 12: 32-bit characters in groups of (first, last, glyph of the first).
GROUPED = 12


class Glyphs:
    """The characters of one face of a font file, in ranges."""

    def __init__(self, path: Path, face: int = 0):
        self._ranges = sorted(_ranges(path.read_bytes(), face))
        self._firsts = [first for first, _last in self._ranges]

    def __contains__(self, character: str) -> bool:
        code = ord(character)
        place = bisect_right(self._firsts, code) - 1
        return place >= 0 and code <= self._ranges[place][1]

    def printable(self, text: str) -> tuple[str, list[str]]:
        """The text with 〓 for every character that the font lacks, and these characters."""
        missing = [character for character in text if character not in self]
        return "".join(character if character in self else GETA for character in text), missing


def _ranges(font: bytes, face: int) -> list[tuple[int, int]]:
    """(first, last) of each group. Raises ValueError, or struct.error, for what is no such font."""
    head = struct.unpack_from(">I", font, 12 + 4 * face)[0] if font[:4] == b"ttcf" else 0
    (count,) = struct.unpack_from(">H", font, head + 4)
    records = [struct.unpack_from(">4s4xI", font, head + 12 + 16 * n) for n in range(count)]
    table = dict(records).get(b"cmap")
    if table is None:
        raise ValueError("a font without a table of characters")
    (maps,) = struct.unpack_from(">H", font, table + 2)
    for n in range(maps):
        start = table + struct.unpack_from(">I", font, table + 8 + 8 * n)[0]
        if struct.unpack_from(">H", font, start)[0] == GROUPED:
            (groups,) = struct.unpack_from(">I", font, start + 12)
            return [struct.unpack_from(">II", font, start + 16 + 12 * g) for g in range(groups)]
    raise ValueError("the font has no table of 32-bit characters")
