"""Old workbooks and open documents are read within the bounds of any workbook: no file of 5 MB fills the memory or ends the process."""

import io
import struct
import zipfile
from contextlib import suppress

import pytest

from foundation.excel import compound, opening
from foundation.excel.sheets import Unreadable
from pension.village.lists import reading
from tests.village.lists import nobody
from tests.village.test_upload_bad_files import archive
from tests.village.workbooks import BEGIN, END, Tab, ods, record, xls

TOO_WIDE, CORRUPT, BOMB = "范围或文字过大", "已损坏", "解压后过大"


def document(rows: str) -> bytes:
    return archive(
        content=f"<x><table:table xmlns:table='t' xmlns:office='o' xmlns:text='p'>{rows}</table:table></x>".encode()
    )


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def binary_workbook() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.writestr("xl/_rels/workbook.bin.rels", "<x/>")
    return buffer.getvalue()


def workbook(sheet: bytes, shared: bytes = b"", lead: int = 0) -> bytes:
    at = len(BEGIN) + 13 + len(shared) + len(END)
    listed = record(0x0085, struct.pack("<IBBBB", at + lead, 0, 0, 1, 0) + b"A")
    return compound.packed("Workbook", BEGIN + listed + shared + END + BEGIN + sheet + END).getvalue()


def text_at(row: int, column: int, text: int = 0) -> bytes:
    return record(0x00FD, struct.pack("<HHHI", row, column, 0, text))


def one_text(length: int) -> bytes:
    whole = struct.pack("<IIHB", 1, 1, length, 0) + b"a" * length
    pieces = [whole[:8000], *(b"\0" + whole[n : n + 8000] for n in range(8000, len(whole), 8000))]
    return record(0x00FC, pieces[0]) + b"".join(record(0x003C, piece) for piece in pieces[1:])


REPEATED = "table:number-rows-repeated='1000000'"
FILES = {
    "a row of an open document a million times": (
        document(f"<table:table-row {REPEATED}>{cell('张三') * 3}</table:table-row>"),
        TOO_WIDE,
    ),
    "a far cell of an open document, often": (
        document(
            f"<table:table-row>{cell('x', 'table:number-columns-repeated=' + repr('16000'))}</table:table-row>" * 200
        ),
        TOO_WIDE,
    ),
    "a long text of an open document, often": (
        document(f"<table:table-row table:number-rows-repeated='100000'>{cell('长' * 1000)}</table:table-row>"),
        TOO_WIDE,
    ),
    "more rows than a sheet has": (
        document(f"<table:table-row table:number-rows-repeated='99999999999'>{cell('x')}</table:table-row>"),
        CORRUPT,
    ),
    "a row within a cell": (
        document(
            f"<table:table-row><table:table-cell><table:table-row/>{cell('x')}</table:table-cell></table:table-row>"
        ),
        "没有",
    ),
    "a row of no table": (archive(content=b"<x><table:table-row xmlns:table='t'/></x>"), CORRUPT),
    "laughs of an open document": (archive(content=b'<!DOCTYPE a [<!ENTITY a "lol">]><x>&a;</x>'), CORRUPT),
    "an open document with a password": (
        archive(content=b"\0", **{"META-INF__manifest": b"<encryption-data/>"}),
        "设了密码",
    ),
    "a far cell of an old workbook": (workbook(text_at(65535, 255), one_text(3)), TOO_WIDE),
    "a long text of an old workbook, often": (
        workbook(b"".join(text_at(n, 0) for n in range(800)), one_text(30_000)),
        TOO_WIDE,
    ),
    "a text that is not there": (workbook(text_at(0, 0, 7), one_text(3)), CORRUPT),
    "more texts than there are": (workbook(text_at(0, 0), record(0x00FC, struct.pack("<II", 1, 1 << 30))), CORRUPT),
    "a record that goes on behind the end": (
        compound.packed("Workbook", BEGIN + b"\x85\0\xff\xff").getvalue(),
        CORRUPT,
    ),
    "an old workbook without sheets": (compound.packed("Workbook", BEGIN + END).getvalue(), CORRUPT),
    "a hundred and one sheets": (xls(*(Tab([["1"]], f"t{n}") for n in range(101))), "超过 100 张工作表"),
    "an .xlsb": (binary_workbook(), ".xlsb"),
    "a sheet that does not begin where it should": (workbook(b"", lead=2), CORRUPT),
}


@pytest.mark.parametrize("name", FILES)
def test_each_is_refused_with_a_sentence(name):
    data, sentence = FILES[name]
    with pytest.raises(Unreadable, match=sentence):
        reading.read_file(data)


def test_a_lie_about_the_extent_of_an_old_sheet_costs_nothing():
    lie = record(0x0200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0))
    [sheet] = opening.sheets(workbook(lie + text_at(0, 0), one_text(3)))
    assert list(sheet.rows) == [(1, ["aaa"])]


@pytest.mark.parametrize("where", range(512, 2560, 97))
def test_a_chain_that_bites_its_own_tail_ends(where):
    data = bytearray(xls(Tab([["姓名", "证件号码"], ["张三", nobody(1)]])))
    data[where : where + 4] = struct.pack("<I", 0)
    with suppress(Unreadable):
        reading.read_file(bytes(data))


@pytest.mark.parametrize("make", [xls, ods])
@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
def test_half_a_file_is_refused(make, cut):
    data = make(Tab([["姓名", "证件号码"], *[["张三", nobody(n)] for n in range(400)]]))
    with pytest.raises(Unreadable, match="已损坏|没有"):
        reading.read_file(data[: int(len(data) * cut)])


def test_an_old_workbook_of_many_people_is_read_whole():
    rows = [["姓名", "证件号码"], *[[f"王{n}", nobody(n)] for n in range(3_000)]]
    read = reading.read_file(xls(Tab(rows)))
    assert [line.number for line in read.lines] == [nobody(n) for n in range(3_000)]
    assert read == reading.read_file(ods(Tab(rows)))
