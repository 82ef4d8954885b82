"""The two workbooks we hand out: the template, and the lines to be corrected."""

import io
import zipfile

import openpyxl
import pytest

from tests.pages import text
from tests.village.lists import bad_file, members, nobody, read, send, url, xlsx

pytestmark = pytest.mark.django_db


def test_the_template_is_text_and_its_example_is_passed_over(client, village):
    response = client.get(url(village, "template.xlsx"))
    header, example = read(response)
    assert header == ["姓名", "证件号码", "模板版本 1"]
    assert example[0].startswith("示例")
    rows = [example, *([name, number, ""] for name, number in members(village))]
    assert "5 可提交，0 需修改" in text(send(client, village, xlsx(rows, header=header)))


def test_nothing_in_the_download_is_computed(client, village):
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"]
    answer = send(client, village, xlsx([[name, nobody(n)] for n, name in enumerate(names)]))
    download = bad_file(client, answer)
    assert [row[0] for row in read(download)[1:]] == [name.strip() for name in names]
    with zipfile.ZipFile(io.BytesIO(download.content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_another_reader_sees_text_too(client, village):
    """openpyxl, and so Excel: the number column is text, also where nothing is written yet."""
    book = openpyxl.load_workbook(io.BytesIO(client.get(url(village, "template.xlsx")).content))
    page = book.active
    assert page.column_dimensions["B"].width > 20
    assert (page["B2"].data_type, page["B2"].number_format) == ("s", "@")
    answer = send(client, village, xlsx([["=1+1", nobody(1)]]))
    page = openpyxl.load_workbook(io.BytesIO(bad_file(client, answer).content)).active
    assert [cell.data_type for cell in page[2]] == ["s", "s", "s", "n"]
