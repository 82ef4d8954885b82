"""Files that are not what they say, or too much: each has its own sentence, and nothing is half done (T26)."""

import io
import os
import struct
import tempfile
import time
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from foundation.excel import compound, opening
from foundation.excel.sheets import Unreadable
from pension.models import PensionRefundLine
from pension.village.lists import reading
from pension.village.lists.cells import Line
from pension.village.lists.models import VillageUpload
from tests.pages import text
from tests.village.lists import HEADER, csv, members, nobody, paste, send, url, xlsx

pytestmark = pytest.mark.django_db
SAVE_AS = "另存为“Excel 工作簿（.xlsx）”"


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts.items():
            out.writestr(name.replace("__", "/") + ".xml", part)
    return buffer.getvalue()


def with_sheet(part: bytes, **more: bytes) -> bytes:
    """A workbook of ours whose sheet is `part`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([["张三", nobody(1)]]))) as source, zipfile.ZipFile(buffer, "w", 8) as out:
        for name in source.namelist():
            content = part if name == "xl/worksheets/sheet1.xml" else source.read(name)
            out.writestr(name, more.get(name.rpartition("/")[2].partition(".")[0], content))
    return buffer.getvalue()


def sheet(cells: bytes) -> bytes:
    name = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return b'<?xml version="1.0"?><worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (name, cells)


def container(stream: str, content: bytes) -> bytes:
    """An old file of Office with one stream."""
    return compound.packed(stream, content).getvalue()


def record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
FAR = sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
UNPLACED = sheet(b"<row/>" * 100_000 + b"<row>" + b"<c><v>1</v></c>" * 1_000 + b"</row>")
SHARED = sheet(b"<row>" + b'<c t="s"><v>0</v></c>' * 5_000 + b"</row>")
LONG_TEXT = b'<?xml version="1.0"?><sst><si><t>' + os.urandom(20_000).hex().encode() + b"</t></si></sst>"
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>' + sheet(
    b'<row r="1"><c r="A1"><v>&b;</v></c></row>'
)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0u0\0\0u0"
FILES = {
    "an empty file": (b"", "文件是空的"),
    "only spaces": (b" \r\n \n", "没有读到任何人员"),
    "a header alone": (xlsx([]), "没有读到任何人员"),
    "an html page": (b"\r\n<html><table><tr><td>420984</td></tr></table></html>", "这是网页（HTML）文件"),
    "half an old xls": (OLE, "已损坏"),
    "a workbook with a password": (container("EncryptedPackage", b"x"), "设了密码"),
    "an old Word document": (container("WordDocument", b"x"), "这个文件不是 Excel 工作簿"),
    "an old workbook with a password": (container("Workbook", record(0x0809, bytes(16)) + record(0x2F)), "设了密码"),
    "a docx": (archive(word__document=b"<w/>"), "这是 Word 文档"),
    "another zip": (archive(x=b"<x/>"), "这个文件不是 Excel 工作簿"),
    "an empty document": (archive(content=b"<x/>"), "没有读到任何人员"),
    "half a workbook": (xlsx([["张三", nobody(1)]])[:3000], "已损坏"),
    "a workbook of nonsense": (archive(xl__workbook=b"nonsense"), "已损坏"),
    "a picture": (PNG, "既不是 Excel 工作簿（.xlsx、.xls、.ods），也不是 CSV 文件"),
    "a zip bomb": (archive(xl__workbook=b"<x/>", xl__bomb=bytes(20_000_000)), "解压后过大"),
    "many parts": (archive(**{f"p{n}": b"" for n in range(2_001)}), "解压后过大"),
    "a far cell": (with_sheet(FAR), "表格的范围或文字过大"),
    "cells without a place": (with_sheet(UNPLACED), "表格的范围或文字过大"),
    "a long text in many cells": (with_sheet(SHARED, sharedStrings=LONG_TEXT), "表格的范围或文字过大"),
    "a billion laughs": (with_sheet(LAUGHS), "已损坏"),
    "no number column": (xlsx([["张三", "1"]], header=["姓名", "电话"]), "没有找到证件号码列"),
    "numbers typed as numbers": (xlsx([["张三", 420984194001010001], ["李四", 42.0]]), "请把该列设为“文本”后重新填写"),
    "the same without a header": (xlsx([["张三", 420984194001010001]], header=None), "请把该列设为“文本”后重新填写"),
    "another template": (xlsx([["张三", nobody(1), ""]], header=[*HEADER, "模板版本 0"]), "不是当前版本的模板"),
    "an open quote": ('证件号码\n"420984\n420984194001010001\n'.encode(), "第 2 行的引号不成对"),
    "3,000,000 empty lines": (b"\n" * 3_000_000, "超过 30,000 行"),
    "3,000,000 empty lines of an old Macintosh": (b"\r" * 3_000_000, "超过 30,000 行"),
    "3,000,000 commas": (b"," * 3_000_000, "表格的范围或文字过大"),
    "3,000,000 commas below a header": (csv([]) + b"," * 3_000_000, "表格的范围或文字过大"),
    "10,001 lines": (csv([["", nobody(n)] for n in range(10_001)]), "一次最多 10,000 行"),
}


def nothing_done():
    return not VillageUpload.objects.exists() and not PensionRefundLine.objects.exists()


@pytest.mark.parametrize("name", FILES)
def test_each_has_its_own_sentence_and_nothing_is_half_done(client, village, name):
    data, sentence = FILES[name]
    started = time.monotonic()
    response = send(client, village, data)
    assert response.status_code == 422
    assert sentence in text(response)
    assert nothing_done()
    assert time.monotonic() - started < 4


def test_their_sentences_say_what_to_do():
    for data, _sentence in list(FILES.values())[1:]:
        with pytest.raises(Unreadable, match="请"):
            reading.read_file(data)


def test_a_file_above_5_mb_is_not_opened(client, village):
    assert "文件超过 5 MB" in text(send(client, village, b"PK" + bytes(5 * 1024 * 1024)))
    assert "文件超过 5 MB" in text(send(client, village, bytes(50 * 1024 * 1024)))
    assert nothing_done()


def test_nothing_and_two_things_at_once_are_told_apart(client, village):
    assert "请选择文件，或在下面粘贴证件号码" in text(paste(client, village, " \n "))
    data = {"file": io.BytesIO(xlsx(members(village))), "paste": nobody(1)}
    assert "文件和粘贴的内容请只用一种" in text(client.post(url(village), data))
    assert paste(client, village, "42\0").status_code == 422
    assert client.post(url(village), {"paste": "1" * 3_000_000}).status_code == 400
    assert nothing_done()


def test_ten_thousand_and_one_pasted_lines_are_too_many(client, village):
    assert "一次最多 10,000 行" in text(paste(client, village, "\n".join(nobody(n) for n in range(10_001))))
    assert nothing_done()


def test_a_file_is_known_by_what_it_is_and_not_by_its_name(client, village):
    assert "5 可提交" in text(send(client, village, csv(members(village)), "../../名单.xlsx"))
    assert "5 可提交" in text(send(client, village, xlsx(members(village)), "名单.csv"))


def test_an_upload_leaves_no_file_behind(client, village, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    send(client, village, xlsx(members(village)))
    send(client, village, b"420984" * 800_000)
    assert list(tmp_path.iterdir()) == []


def test_a_lying_archive_gives_no_more_than_it_declares():
    whole = bytearray(archive(xl__workbook=b"<x/>", xl__bomb=b" " * 900_000))
    entry = whole.rindex(b"PK\x01\x02")
    whole[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    with pytest.raises(Unreadable, match="已损坏"):
        list(opening.sheets(bytes(whole)))


def test_a_sheet_of_many_columns_with_a_long_note_is_read(client, village):
    rows = [[name, number, "说明" * 2_000, *map(str, range(30))] for name, number in members(village)]
    header = [*HEADER, *map(str, range(31))]
    assert "5 可提交" in text(send(client, village, xlsx(rows, header=header)))


@pytest.mark.parametrize(
    ("line", "name", "number"),
    [
        ("张三420984194001010001", "张三", "420984194001010001"),
        ("４２０９８４１９４００１０１０００１　张三", "张三", "420984194001010001"),
        ("欧阳 娜娜 4209 8419 4001 0100 01", "欧阳娜娜", "420984194001010001"),
        ("1, 张三, 420984194001010001, 13900000000", "张三", "420984194001010001"),
        ("\t42098419400101000x", "", "42098419400101000X"),
    ],
)
def test_a_pasted_line_is_taken_apart(line, name, number):
    assert reading.read_pasted(line).lines == [Line(1, name, number)]


@pytest.mark.parametrize("sentence", ["合计 3 人", "共 120 人 24000 元", "小计 2 人 共 2", "制表 2024 年 5 月"])
def test_a_pasted_sentence_is_shown_as_it_was_written(sentence):
    read = reading.read_pasted(f"姓名 证件号码\n张三 420984194001010001\n{sentence}")
    assert read.lines == [Line(2, "张三", "420984194001010001")]
    assert [line.name for group in read.groups for line in group.options[0]] == [sentence]


FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ALPHABET = st.sampled_from("0123456789xX.eE+-\t,; \n\r\"'=<ＸＸ１张三证件号码姓名\u2028\ufeff\ud83d\u200b")


@FUZZ
@given(st.text(ALPHABET | st.characters(codec="utf-8"), max_size=200))
def test_no_paste_breaks_the_page(client, village, pasted):
    assert paste(client, village, pasted).status_code in (200, 422)


@FUZZ
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", "姓名,证件号码\n".encode()]))
@example(b"\xff", b"\xff\xfe")
def test_no_bytes_break_the_page(client, village, content, start):
    for name in ("名单.xlsx", "名单.csv"):
        assert send(client, village, start + content, name).status_code in (200, 422)


WORKBOOK = xlsx([["张三", nobody(n)] for n in range(40)])


@FUZZ
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=30))
def test_no_damaged_workbook_breaks_the_page(client, village, place, damage):
    damaged = WORKBOOK[:place] + damage + WORKBOOK[place + len(damage) :]
    assert send(client, village, damaged).status_code in (200, 422)


@FUZZ
@given(st.text(st.sampled_from('<>/="1AZr cvrowst:&;!-[]') | st.characters(codec="utf-8"), max_size=200))
def test_no_strange_sheet_breaks_the_page(client, village, cells):
    assert send(client, village, with_sheet(sheet(cells.encode()))).status_code in (200, 422)
