"""One workbook described once, and written as .xlsx, .xls and .ods: what an upload must answer alike."""

import io
import struct
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

import openpyxl

from foundation.excel import compound


@dataclass
class Tab:
    """`rows` of texts from the first row on; rows and columns are counted from 1."""

    rows: list[list]
    name: str = "名单"
    hidden: set[int] = field(default_factory=set)
    # Rows whose first cell is merged over three columns.
    merged: set[int] = field(default_factory=set)
    visible: bool = True
    # Cells that a formula made an error, as (row, column).
    errors: set[tuple[int, int]] = field(default_factory=set)

    def cells(self):
        """(row, column, text) of every cell that holds anything."""
        for row, cells in enumerate(self.rows, start=1):
            yield from ((row, column, cell) for column, cell in enumerate(cells, start=1) if cell != "")


def xlsx(*tabs: Tab) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for tab in tabs:
        page = book.create_sheet(tab.name)
        page.sheet_state = "visible" if tab.visible else "hidden"
        for row, column, value in tab.cells():
            page.cell(row, column).value = value
        for row, column in tab.errors:
            page.cell(row, column).value = "#N/A"
            page.cell(row, column).data_type = "e"
        for row in tab.hidden:
            page.row_dimensions[row].hidden = True
        for row in tab.merged:
            page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=3)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(*tabs: Tab) -> bytes:
    styles = (
        '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    tables = "".join(map(_table, tabs))
    names = "".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0" ' for n in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {names} xmlns:calcext="urn:org:documentfoundation:calcext">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("content.xml", content)
    return buffer.getvalue()


def _table(tab: Tab) -> str:
    rows = []
    for number, cells in enumerate(tab.rows, start=1):
        # As LibreOffice does: gaps and the empty rest of the sheet are counted, not written.
        written = "".join(_cell(tab, number, column, cell) for column, cell in enumerate(cells, start=1))
        unseen = ' table:visibility="filter"' if number in tab.hidden else ""
        rest = '<table:table-cell table:number-columns-repeated="16000"/>'
        rows.append(f"<table:table-row{unseen}>{written}{rest}</table:table-row>")
    rows.append('<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>')
    style = "" if tab.visible else ' table:style-name="h"'
    return f"<table:table table:name={quoteattr(tab.name)}{style}>{''.join(rows)}</table:table>"


def _cell(tab: Tab, row: int, column: int, value) -> str:
    spanned = ' table:number-columns-spanned="3"' if row in tab.merged and column == 1 else ""
    if (row, column) in tab.errors:
        return '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    note = "<office:annotation><text:p>批注</text:p></office:annotation>"
    return f'<table:table-cell office:value-type="string"{spanned}>{note}<text:p>{escape(value)}</text:p></table:table-cell>'


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


BEGIN, END = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)), record(0x000A)


def xls(*tabs: Tab) -> bytes:
    """BIFF8 in its container, with one long table of shared texts torn over several records."""
    texts = list(dict.fromkeys(value for tab in tabs for _r, _c, value in tab.cells() if isinstance(value, str)))
    sheets = [_sheet(tab, texts) for tab in tabs]
    shared = _shared(texts)
    names = [struct.pack("<BB", len(tab.name), 1) + tab.name.encode("utf-16-le") for tab in tabs]
    at = len(BEGIN) + sum(10 + len(name) for name in names) + len(shared) + len(END)
    listed = b""
    for tab, name, sheet in zip(tabs, names, sheets, strict=True):
        listed += record(0x0085, struct.pack("<IBB", at, 0 if tab.visible else 1, 0) + name)
        at += len(sheet)
    stream = BEGIN + listed + shared + END + b"".join(sheets)
    return compound.packed("Workbook", stream).getvalue()


def _shared(texts: list[str], longest: int = 120) -> bytes:
    """Texts of two bytes a character; whatever does not fit into a record goes on in another, a text in its middle too."""
    pieces, piece = [], struct.pack("<II", len(texts), len(texts))
    for text in texts:
        if len(piece) + 3 > longest:
            pieces, piece = [*pieces, piece], b""
        piece += struct.pack("<HB", len(text), 1)
        for character in text:
            if len(piece) + 2 > longest:
                pieces, piece = [*pieces, piece], b"\1"
            piece += character.encode("utf-16-le")
    first, *rest = [*pieces, piece]
    return record(0x00FC, first) + b"".join(record(0x003C, more) for more in rest)


def _sheet(tab: Tab, texts: list[str]) -> bytes:
    # What it says of its own size is a lie, as some programs tell it.
    out = BEGIN + record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFF, 0, 0xFF, 0))
    for row in sorted(tab.hidden):
        out += record(0x0208, struct.pack("<HHHHIHH", row - 1, 0, 9, 0, 0, 0x20, 0))
    for row, column, value in tab.cells():
        if (row, column) in tab.errors:
            continue
        place = struct.pack("<HHH", row - 1, column - 1, 0)
        if isinstance(value, str):
            out += record(0x00FD, place + struct.pack("<I", texts.index(value)))
        else:
            out += record(0x0203, place + struct.pack("<d", value))
    for row, column in sorted(tab.errors):
        out += record(0x0205, struct.pack("<HHHBB", row - 1, column - 1, 0, 0x2A, 1))
    merged = b"".join(struct.pack("<4H", row - 1, row - 1, 0, 2) for row in sorted(tab.merged))
    return out + record(0x00E5, struct.pack("<H", len(tab.merged)) + merged) + END


WRITERS = {"xlsx": xlsx, "xls": xls, "ods": ods}
