"""The parts of a zip archive, unpacked within limits: nothing that it says about itself is believed twice."""

import io
import re
import struct
import zipfile
import zlib

from foundation.excel.sheets import CORRUPT, ENCRYPTED, TO_TEMPLATE, Unreadable

MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 2_000
# A sheet of ours packs 1 : 15; only a bomb packs large parts like this.
MAX_RATIO, RATIO_FROM = 200, 1024 * 1024
BOMB = "这个文件解压后过大，不像人员名单，系统没有打开它。" + TO_TEMPLATE
DECLARED = re.compile(r"^(<\?xml[^>]*?)\s+encoding=([\"'])[^\"']*\2")

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    OverflowError,
)


def unpacked(data: bytes) -> dict[str, bytes]:
    """The XML parts by name, read only after what the directory declares has been found bearable.

    Names are as Excel compares them: slashes that lean either way, and letters of either size.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
        _check_declared(entries)
        parts: dict[str, bytes] = {}
        for entry in entries:
            # `read` never gives more than was declared, and checks the sum of what it gave.
            name = part_name(entry.orig_filename)
            if name.endswith((".xml", ".rels")):
                if name in parts:
                    raise Unreadable(CORRUPT)
                parts[name] = _utf_8(archive.read(entry))
    except _BROKEN:
        raise Unreadable(CORRUPT) from None
    return parts


def part_name(name: str) -> str:
    """How a part is looked for."""
    return name.replace("\\", "/").lstrip("/").lower()


def packed(parts: dict[str, bytes]) -> io.BytesIO:
    """An archive of exactly these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    buffer.seek(0)
    return buffer


def _check_declared(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unreadable(BOMB)
    if any(e.file_size > RATIO_FROM and e.file_size > MAX_RATIO * e.compress_size for e in entries):
        raise Unreadable(BOMB)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(ENCRYPTED)


def _utf_8(part: bytes) -> bytes:
    """Some programs write their parts in UTF-16, which Excel reads and our reader does not."""
    if part[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return part
    return DECLARED.sub(r"\1", part.decode("utf-16")).encode()
