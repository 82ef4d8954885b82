"""Files that people who do this work really have (tests/village/cases), each with what is right: nobody is lost or added unseen."""

import re
from pathlib import Path

import pytest

from foundation.excel.sheets import Unreadable
from pension.village.lists import reading
from tests.accounts.factories import PersonFactory
from tests.pages import text
from tests.pension.factories import PaymentFactory
from tests.village.lists import send

CASES = Path(__file__).parent / "cases"
# Lines of the list, and the groups that are left aside with their rows.
RIGHT = {
    "absolute-targets.xlsx": (3, {}),
    "backslashes.xlsx": (3, {}),
    "cover-sheet-first.xlsx": (3, {"工作表“说明”": 1, "表头以上的行、说明文字": 1}),
    "error-cells.xlsx": (5, {"公式出错的行": 1}),
    "excel-unicode-text.txt": (3, {}),
    "hidden-rows.xlsx": (3, {"隐藏或被筛选掉的行": 17}),
    "household.xlsx": (3, {}),
    "macro.xlsm": (3, {}),
    "no-cell-places.xlsx": (3, {}),
    "phonetic-rich-nbsp.xlsx": (2, {}),
    "semicolon.csv": (3, {}),
    "sep-line.csv": (3, {}),
    "sheet-per-group.xlsx": (4, {"工作表“2组”": 4, "工作表“3组”": 4}),
    "strict-ooxml.xlsx": (3, {}),
    "swapped-columns.xlsx": (3, {}),
    "tab-guard.csv": (3, {}),
    "two-row-header.xlsx": (3, {"表头以上的行、说明文字": 2, "合计、签名、小标题等不是人员的行": 3}),
    "wrong-dimension.xlsx": (3, {}),
}
REFUSED = {"list.ods": "没有读到任何人员", "utf16-no-bom.csv": "也不是 CSV 文件"}


def case(name: str) -> bytes:
    return (CASES / name).read_bytes()


def test_every_case_has_its_right_value():
    assert {path.name for path in CASES.iterdir()} == {*RIGHT, *REFUSED}


@pytest.mark.parametrize("name", RIGHT)
def test_every_row_of_it_is_the_lists_or_named(name):
    read = reading.read_file(case(name))
    assert (len(read.lines), {group.title: group.rows for group in read.groups}) == RIGHT[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_holds_nobody_says_so(name):
    with pytest.raises(Unreadable, match=REFUSED[name]):
        reading.read_file(case(name))


@pytest.mark.django_db
@pytest.mark.parametrize("name", RIGHT)
def test_its_answer_adds_up_and_shows_no_full_number(client, village, name):
    for line in reading.read_file(case(name)).lines:
        if line.number and not line.flaw:
            person = PersonFactory(name=line.name, number=line.number)
            PaymentFactory(of_village=True, collective=village, person=person)
    answer = send(client, village, case(name), name)
    lines, groups = RIGHT[name]
    bad = 1 if name == "error-cells.xlsx" else 0
    words = text(answer)
    assert f"{lines - bad} 可提交，{bad} 需修改" in words
    assert f"共 {lines + sum(groups.values())} 行" in words
    assert not re.search(r"\d{17}[\dXx]", answer.content.decode())
    assert all(title in words for title in groups)


@pytest.mark.django_db
def test_the_sentence_says_that_a_formula_failed(client, village):
    assert "公式出错" in text(send(client, village, case("error-cells.xlsx")))


@pytest.mark.django_db
def test_swapped_columns_are_read_right_and_said(client, village):
    words = text(send(client, village, case("swapped-columns.xlsx")))
    assert "有 3 行的姓名和证件号码填反了" in words
    assert "胡建国" in words
