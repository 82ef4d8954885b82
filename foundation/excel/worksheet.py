"""A sheet of an .xlsx, weighed before it is read: its extent, hidden rows, merged titles and errors in one pass (T26)."""

import re
from string import ascii_letters, digits
from xml.parsers import expat

from foundation.excel.sheets import CORRUPT, MAX_CELLS, MAX_TEXT, TOO_WIDE, Shape, Unreadable, refuse

END_OF_TEXT = re.compile(rb"</(?:[\w.-]+:)?si\s*>")
TRUE = ("1", "true", "on")


def shape_of(part: bytes, texts: bytes) -> Shape:
    """Refuses what would grow when it is read: far cells, and long `texts` that many cells share."""
    scan = _Extent()
    scan.measure(part)
    scan.shape.weigh()
    if texts and scan.shape.cells * _longest(texts) > MAX_TEXT and _Texts(texts).used_by(part) > MAX_TEXT:
        raise Unreadable(TOO_WIDE)
    return scan.shape


def _longest(texts: bytes) -> int:
    """An upper bound of the longest shared text, in bytes. The end tag can stand for itself only outside of these."""
    if b"<!" in texts or texts.count(b"<?") > 1:
        raise Unreadable(CORRUPT)
    return max(map(len, END_OF_TEXT.split(texts)))


class _Scan:
    """One pass over a part."""

    def measure(self, part: bytes) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = refuse
        try:
            self.parser.Parse(part, True)
        except (expat.ExpatError, ValueError, LookupError):
            raise Unreadable(CORRUPT) from None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError


class _Extent(_Scan):
    """How far a sheet reaches, how many cells stand in it, and which of them are not to be taken as they stand."""

    def __init__(self) -> None:
        self.shape = Shape()
        self._unnumbered = self._run = self._longest_run = self._row = 0
        self._places: list[str] = []
        self._last = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            self._cell(attributes)
        elif tag == "row":
            self._begin(attributes)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r", "")
        self._places.append(place)
        if len(self._places) > MAX_CELLS:
            raise Unreadable(TOO_WIDE)
        if place:
            self._last, self._run = place, 0
        else:
            # Its place follows from the one before it.
            self._run += 1
            self._longest_run = max(self._longest_run, self._run)
        if attributes.get("t") == "e":
            self.shape.error(_number(self._last) or self._row, _column(self._last.rstrip(digits)) + self._run)

    def _begin(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r", "")
        self._run, self._last = 0, ""
        self._row = _number(place) or self._row + 1
        self._places.append(place)
        self._unnumbered += not place
        if len(self._places) > MAX_CELLS:
            raise Unreadable(TOO_WIDE)
        flat = attributes.get("ht") in ("0", "0.0") and attributes.get("customHeight") in TRUE
        if flat or attributes.get("hidden") in TRUE:
            self.shape.hidden.add(self._row)

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        if first.rstrip(digits) != last.rstrip(digits):
            self.shape.merged.add(_number(first))

    def measure(self, part: bytes) -> None:
        super().measure(part)
        letters = {place.rstrip(digits) for place in self._places}
        numbers = {_number(place) for place in self._places}
        self.shape.rows = max(numbers, default=0) + self._unnumbered
        self.shape.columns = max(map(_column, letters), default=0) + self._longest_run
        self.shape.cells = len(self._places)


def _number(place: str) -> int:
    """The row of `AB12`: 12. The reader takes A0012 for A12, so zeros in front do not hide how far away a cell is."""
    number = place.lstrip(ascii_letters).lstrip("0")
    return int(number[:9]) if number.isdecimal() else 0


def _column(letters: str) -> int:
    """The number of column `AB`: 28."""
    number = 0
    for letter in letters[:6].upper():
        number = number * 26 + max(ord(letter) - 64, 0)
    return number


class _Texts(_Scan):
    """The exact size of the shared texts with all their copies; only asked where the estimate is too large."""

    def __init__(self, texts: bytes):
        self._sizes = [len(text) for text in END_OF_TEXT.split(texts)]
        self._heard: list[str] = []
        self._used = 0

    def used_by(self, part: bytes) -> int:
        self.measure(part)
        return self._used + self._taken()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._used += self._taken()
        self.parser.CharacterDataHandler = self._heard.append if tag == "v" else None

    def _taken(self) -> int:
        number = "".join(self._heard).strip()
        self._heard.clear()
        return self._sizes[int(number)] if number.isdecimal() and int(number[:9]) < len(self._sizes) else 0
