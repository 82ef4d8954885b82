"""The stream of an .xls (MS-XLS), weighed before it is read: extent, hidden rows, merged titles and errors of each sheet.

What the stream declares of its own size is made harmless here, because the reader sets memory aside for it.
"""

import struct
from collections.abc import Iterator

from foundation.excel.sheets import CORRUPT, ENCRYPTED, MAX_CELLS, MAX_TEXT, TOO_WIDE, Shape, Unreadable

BOF, EOF, FILEPASS, BOUNDSHEET, SST, CONTINUE = 0x0809, 0x000A, 0x002F, 0x0085, 0x00FC, 0x003C
ROW, DIMENSIONS, MERGED, MULRK, LABELSST, FORMULA, BOOLERR = 0x0208, 0x0200, 0x00E5, 0x00BD, 0x00FD, 0x0006, 0x0205
CELLS = {MULRK, LABELSST, FORMULA, BOOLERR, 0x0204, 0x0203, 0x027E, 0x00D6}
# A record that no reader knows, so that it is passed over.
UNKNOWN = 0x0FFF
HIDDEN = 0x20
WORKSHEET = 0

Shapes = list[tuple[str, Shape | None]]


def shapes_of(stream: bytearray) -> Shapes:
    """What each sheet is like, None where it is a chart or macros, in the order of the tabs. Changes declared sizes."""
    try:
        return _shapes(stream)
    except (struct.error, IndexError):
        raise Unreadable(CORRUPT) from None


def _shapes(stream: bytearray) -> Shapes:
    listed: list[tuple[int, int]] = []
    sizes: list[int] = []
    records = list(_records(stream, 0))
    for place, (at, kind, length) in enumerate(records):
        if kind == FILEPASS:
            raise Unreadable(ENCRYPTED)
        if kind == BOUNDSHEET:
            offset, _state, what = struct.unpack_from("<IBB", stream, at)
            listed.append((offset, what))
        elif kind == SST:
            sizes = _text_sizes(stream, [(at, length), *_continued(records[place + 1 :])])
    if not listed:
        raise Unreadable(CORRUPT)
    # Two tabs may not share one table: it would be weighed once and read many times.
    if len({offset for offset, _what in listed}) != len(listed):
        raise Unreadable(CORRUPT)
    return [("", _shape(stream, offset, sizes) if what == WORKSHEET else None) for offset, what in listed]


def _records(stream: bytes | bytearray, at: int) -> Iterator[tuple[int, int, int]]:
    """(where its content begins, kind, length) of each record until the end of this part of the stream."""
    depth = 0
    # The reader goes on from there, whatever stands there; what is not weighed here must not be read.
    if struct.unpack_from("<H", stream, at)[0] != BOF:
        raise Unreadable(CORRUPT)
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if at + 4 + length > len(stream):
            raise Unreadable(CORRUPT)
        yield at + 4, kind, length
        # A chart inside a sheet begins and ends like a sheet.
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            return
        at += 4 + length


def _continued(records: list[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    for at, kind, length in records:
        if kind != CONTINUE:
            return
        yield at, length


def _shape(stream: bytearray, offset: int, sizes: list[int]) -> Shape:
    shape = Shape()
    used = 0
    for at, kind, length in _records(stream, offset):
        if kind in CELLS:
            row, column = struct.unpack_from("<HH", stream, at)
            last = struct.unpack_from("<H", stream, at + length - 2)[0] if kind == MULRK else column
            shape.cells += last - column + 1
            shape.rows, shape.columns = max(shape.rows, row + 1), max(shape.columns, last + 1)
            if shape.cells > MAX_CELLS:
                raise Unreadable(TOO_WIDE)
            if kind == LABELSST:
                used += sizes[struct.unpack_from("<I", stream, at + 6)[0]]
            elif _is_error(stream, at, kind):
                shape.error(row + 1, column + 1)
        else:
            _note(stream, shape, at, kind)
    if used > MAX_TEXT:
        raise Unreadable(TOO_WIDE)
    shape.weigh()
    return shape


def _note(stream: bytearray, shape: Shape, at: int, kind: int) -> None:
    """What is said of a sheet beside its cells."""
    if kind == ROW:
        if struct.unpack_from("<H", stream, at + 12)[0] & HIDDEN:
            shape.hidden.add(struct.unpack_from("<H", stream, at)[0] + 1)
    elif kind == MERGED:
        for n in range(struct.unpack_from("<H", stream, at)[0]):
            row, _last_row, first, last = struct.unpack_from("<4H", stream, at + 2 + 8 * n)
            if first != last:
                shape.merged.add(row + 1)
    elif kind == DIMENSIONS:
        struct.pack_into("<H", stream, at - 4, UNKNOWN)


def _is_error(stream: bytearray, at: int, kind: int) -> bool:
    if kind == BOOLERR:
        return stream[at + 7] == 1
    return kind == FORMULA and stream[at + 6] == 2 and stream[at + 12 : at + 14] == b"\xff\xff"


def _text_sizes(stream: bytearray, pieces: list[tuple[int, int]]) -> list[int]:
    """The size of each shared text, as large as it may become in UTF-8."""
    reading = _Pieces(stream, pieces)
    count = struct.unpack("<I", reading.take(8)[4:])[0]
    if count * 3 > sum(length for _at, length in pieces):
        raise Unreadable(CORRUPT)
    sizes = []
    for _ in range(count):
        characters, flags = struct.unpack("<HB", reading.header(3))
        runs = struct.unpack("<H", reading.take(2))[0] if flags & 8 else 0
        extra = struct.unpack("<I", reading.take(4))[0] if flags & 4 else 0
        reading.characters(characters, flags)
        reading.skip(4 * runs + extra)
        sizes.append(3 * characters)
    return sizes


class _Pieces:
    """A long record that goes on in others."""

    def __init__(self, stream: bytearray, pieces: list[tuple[int, int]]):
        self.stream, self.pieces = stream, iter(pieces)
        self._next()

    def _next(self) -> None:
        at, length = next(self.pieces, (0, -1))
        if length < 0:
            raise Unreadable(CORRUPT)
        self.at, self.end = at, at + length

    def take(self, size: int) -> bytes:
        self.at += size
        if self.at > self.end:
            raise Unreadable(CORRUPT)
        return bytes(self.stream[self.at - size : self.at])

    def header(self, size: int) -> bytes:
        """Never torn apart, but it may begin the next piece."""
        if self.at == self.end:
            self._next()
        return self.take(size)

    def characters(self, count: int, flags: int) -> None:
        """Each piece says anew whether its characters are of one byte or two."""
        while count:
            width = 1 + (flags & 1)
            here = min(count, (self.end - self.at) // width)
            self.at += here * width
            count -= here
            if count:
                self._next()
                flags = self.take(1)[0]

    def skip(self, size: int) -> None:
        while size > self.end - self.at:
            size -= self.end - self.at
            self._next()
        self.at += size
