"""The container of an .xls (MS-CFB): only the stream of the workbook is taken out, and put into a container of ours."""

import io
import struct
from collections.abc import Iterator

from foundation.excel.sheets import CORRUPT, ENCRYPTED, NOT_EXCEL, Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0"
LAST_SECTOR, FREE, END, FAT = 0xFFFFFFFA, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# Streams below this size stand in sectors of 64 bytes within the stream of the root.
SMALL, SMALL_SECTOR = 4096, 64
SECTOR = 512


def workbook_of(data: bytes) -> tuple[str, bytes]:
    """The name of the stream that is the workbook, and its content. Raises Unreadable."""
    try:
        return _Container(data).workbook()
    except (struct.error, IndexError):
        raise Unreadable(CORRUPT) from None


class _Container:
    def __init__(self, data: bytes):
        self.data = data
        if struct.unpack_from("<H", data, 30)[0] not in (9, 12):
            raise Unreadable(CORRUPT)
        self.size = 1 << struct.unpack_from("<H", data, 30)[0]
        self.fat = self._numbers(list(self._fat_sectors()))

    def _fat_sectors(self) -> Iterator[int]:
        yield from (n for n in struct.unpack_from("<109I", self.data, 76) if n < LAST_SECTOR)
        here = struct.unpack_from("<I", self.data, 68)[0]
        for _ in range(len(self.data) // self.size):
            if here >= LAST_SECTOR:
                return
            *numbers, here = struct.unpack(f"<{self.size // 4}I", self._sector(here))
            yield from (n for n in numbers if n < LAST_SECTOR)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        if start >= len(self.data):
            raise Unreadable(CORRUPT)
        # The last one may have been cut short.
        return self.data[start : start + self.size].ljust(self.size, b"\0")

    def _numbers(self, sectors: list[int]) -> list[int]:
        if len(sectors) * self.size > len(self.data):
            raise Unreadable(CORRUPT)
        whole = b"".join(map(self._sector, sectors))
        return list(struct.unpack(f"<{len(whole) // 4}I", whole))

    def _chain(self, start: int, fat: list[int]) -> list[int]:
        """The sectors of a stream; a chain that bites its own tail is none."""
        found: list[int] = []
        while start < LAST_SECTOR:
            if len(found) > len(fat):
                raise Unreadable(CORRUPT)
            found.append(start)
            start = fat[start]
        return found

    def _whole(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._chain(start, self.fat)))

    def workbook(self) -> tuple[str, bytes]:
        entries: dict[str, tuple[int, int]] = {}
        directory = self._whole(struct.unpack_from("<I", self.data, 48)[0])
        root = 0
        for at in range(0, len(directory), 128):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            name = directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", directory, at + 116)
            if kind == 5:
                root = start
            elif kind == 2:
                entries.setdefault(name.lower(), (start, size))
        if "encryptedpackage" in entries:
            raise Unreadable(ENCRYPTED)
        for name in ("Workbook", "Book"):
            if found := entries.get(name.lower()):
                return name, self._stream(*found, root)
        raise Unreadable(NOT_EXCEL)

    def _stream(self, start: int, size: int, root: int) -> bytes:
        if size >= SMALL:
            return self._whole(start)[:size]
        small_fat = self._numbers(self._chain(struct.unpack_from("<I", self.data, 60)[0], self.fat))
        within = self._whole(root)
        places = self._chain(start, small_fat)
        return b"".join(within[n * SMALL_SECTOR : (n + 1) * SMALL_SECTOR] for n in places)[:size]


def packed(name: str, stream: bytes) -> io.BytesIO:
    """A container with this stream alone: header, allocation table, directory, content."""
    stream = stream.ljust(SMALL, b"\0")
    content = -(-len(stream) // SECTOR)
    tables = -(-(content + 1) // (SECTOR // 4 - 1))
    fat = [FAT] * tables + [END] + [*range(tables + 2, tables + 1 + content), END]
    fat += [FREE] * (tables * SECTOR // 4 - len(fat))
    head = struct.pack("<8s16s6H6x", SIGNATURE + b"\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0)[:40]
    head += struct.pack("<9I", 0, tables, tables, 0, SMALL, END, 0, END, 0)
    head += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    entries = _entry("Root Entry", 5, 1, END, 0) + _entry(name, 2, FREE, tables + 1, len(stream))
    body = struct.pack(f"<{len(fat)}I", *fat) + entries.ljust(SECTOR, b"\0") + stream.ljust(content * SECTOR, b"\0")
    return io.BytesIO(head + body)


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
