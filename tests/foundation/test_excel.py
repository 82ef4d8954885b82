"""What we write opens in other readers, and says what was given."""

import io
from decimal import Decimal

import openpyxl
from python_calamine import CalamineWorkbook

from foundation.excel.writing import CUT, LONGEST, sheet

HARD = [
    "&<>\"'",
    "=1+1",
    " 前后 ",
    "a\r\nb",
    "_x0041_",
    "\x0b",
    "😀𠮷",
    "",
    None,
    -1,
    Decimal("1234.50"),
    "长" * (LONGEST + 9),
]


def test_two_other_readers_find_every_cell_as_it_was_given_and_no_file_is_spoiled():
    content = sheet("表 & <单>", [f"{n}" for n in range(30)], [HARD, ["\ud800半"] + [""] * 28 + ["AD"]])
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page.title == "表 & <单>"
    found = [cell.value for cell in page[2]][: len(HARD)]
    said = ["&<>\"'", "=1+1", " 前后 ", "a\r\nb", "_x0041_", "\x0b", "😀𠮷", None, None, -1, 1234.5]
    said.append("长" * (LONGEST - len(CUT)) + CUT)  # what Excel does not hold is missing, and the cell says so
    assert [openpyxl.utils.escape.unescape(one) if isinstance(one, str) else one for one in found] == said
    assert (page["A3"].value, page["AD3"].value) == ("\ufffd半", "AD")
    assert page["K2"].number_format == "#,##0.00"
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[1][:3] == ["&<>\"'", "=1+1", " 前后 "]
    assert rows[1][9:11] == [-1, 1234.5]
