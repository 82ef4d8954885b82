"""Opening a workbook of a stranger, .xlsx, .xls or .ods: weighed before it is read, so that no file can fill the memory (T26).

The parts are unpacked here, within limits, and what the reader gets is packed anew from exactly those bytes: nothing
that the file says about itself is believed twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from foundation.excel import archive, binary, compound, opendocument, package
from foundation.excel.sheets import CORRUPT, Row, Shape, Sheet, Unreadable, weigh_all, with_errors
from foundation.excel.worksheet import shape_of


def sheets(data: bytes) -> Iterator[Sheet]:
    """The sheets of a workbook, the hidden ones too. Raises Unreadable, also while the rows are read."""
    if data.startswith(compound.SIGNATURE):
        name, content = compound.workbook_of(data)
        stream = bytearray(content)
        shapes = binary.shapes_of(stream)
        return _read(compound.packed(name, bytes(stream)), shapes)
    parts = archive.unpacked(data)
    if opendocument.CONTENT in parts and not any(name.endswith("workbook.xml") for name in parts):
        return opendocument.sheets(parts)
    book = package.opened(parts)
    return _read(book.book, [(name, shape_of(part, book.texts) if part else None) for name, part in book.sheets])


def _read(book: IO[bytes], shapes: list[tuple[str, Shape | None]]) -> Iterator[Sheet]:
    """The tables among the sheets; a sheet without a shape is none (a chart, macros)."""
    weigh_all([shape for _name, shape in shapes if shape])
    with _readable():
        found = CalamineWorkbook.from_filelike(book)
        listed = found.sheets_metadata
        if len(listed) != len(shapes):
            raise Unreadable(CORRUPT)
        for place, ((_name, shape), meta) in enumerate(zip(shapes, listed, strict=True)):
            if shape:
                sheet = found.get_sheet_by_index(place)
                first = sheet.start[1] + 1 if sheet.start else 1
                rows = with_errors(_rows(sheet), shape, first)
                yield Sheet(
                    meta.name, rows, meta.visible == SheetVisibleEnum.Visible, shape.hidden, shape.merged, first
                )


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Every row from the first of the sheet on, although the columns begin with the first that is used."""
    with _readable():
        yield from enumerate(sheet.iter_rows(), start=1)


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever the Rust reader stumbles over, a single cell included, means that the file cannot be read."""
    try:
        yield
    except (Unreadable, GeneratorExit):
        raise
    except BaseException as error:
        # A panic of the Rust reader is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise Unreadable(CORRUPT) from None
        raise
