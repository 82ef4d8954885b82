"""Other layouts of every kind of list that came in: taken, to be corrected or left aside by name, in .xlsx, .xls and .ods alike."""

import pytest

from pension.village.lists import reading
from pension.village.lists.cells import ELSEWHERE, FORMULA
from tests.village.lists import nobody
from tests.village.workbooks import WRITERS, Tab

HEADER = ["姓名", "证件号码"]


def people(first: int, count: int = 3) -> list[list[str]]:
    return [[f"王{n}", nobody(n)] for n in range(first, first + count)]


def beside(*columns: list[list[str]]) -> list[list[str]]:
    """Tables put next to each other, one row after the other."""
    longest = max(map(len, columns))
    filled = [[*rows, *[[""] * len(rows[0])] * (longest - len(rows))] for rows in columns]
    return [[cell for rows in line for cell in rows] for line in zip(*filled, strict=True)]


LIST = [HEADER, *people(0)]
# By kind: the tabs, how many lines the list has, what is left aside of people.
LAYOUTS = {
    # Hidden rows.
    "all rows are filtered away": ([Tab(LIST, hidden={2, 3, 4})], 0, {"隐藏或被筛选掉的行": 3}),
    "a hidden row without a header": ([Tab(people(0), hidden={2})], 2, {"隐藏或被筛选掉的行": 1}),
    "hidden rows of a second sheet": (
        [Tab(LIST), Tab([HEADER, *people(9, 4)], "二组", hidden={2})],
        3,
        {"工作表“二组”": 3, "工作表“二组”里隐藏或被筛选掉的行": 1},
    ),
    "a hidden row with two people": (
        [Tab(beside([HEADER, *people(0)], [HEADER, *people(9)]), hidden={2})],
        2,
        {"隐藏或被筛选掉的行": 2, "右侧并排的另一组列（证件号码在 D 列）": 2},
    ),
    # Sheets.
    "seven sheets": (
        [Tab([HEADER, *people(10 * n)], f"{n}组") for n in range(7)],
        3,
        {f"工作表“{n}组”": 3 for n in range(1, 7)},
    ),
    "a hidden sheet": ([Tab(LIST), Tab([HEADER, *people(9)], "旧", visible=False)], 3, {"隐藏的工作表“旧”": 3}),
    "sheets without headers": ([Tab(people(0)), Tab(people(9), "二")], 3, {"工作表“二”": 3}),
    "an empty sheet beside": ([Tab(LIST), Tab([], "Sheet2")], 3, {}),
    # Covers.
    "a cover with a small table": (
        [Tab([["经办人", ""], HEADER, *people(50, 1)], "封面"), Tab([HEADER, *people(0, 12)])],
        12,
        {"工作表“封面”": 1},
    ),
    "a cover of words": ([Tab([["填表说明"], ["证件号码请设为文本"]], "说明"), Tab(LIST)], 3, {}),
    "a cover that holds a number in a sentence": (
        [Tab([[f"联系人王某，身份证号{nobody(77)}，有事找他"]], "说明"), Tab(LIST)],
        3,
        {"表头以上或说明里写着证件号码的行": 1},
    ),
    # Beside and below.
    "two groups of columns": (
        [Tab(beside([HEADER, *people(0)], [HEADER, *people(9, 2)]))],
        3,
        {"右侧并排的另一组列（证件号码在 D 列）": 2},
    ),
    "three groups with a gap": (
        [Tab(beside([HEADER, *people(0)], [[""]], [HEADER, *people(9, 2)], [HEADER, *people(20, 1)]))],
        3,
        {"右侧并排的另一组列（证件号码在 E 列）": 2, "右侧并排的另一组列（证件号码在 G 列）": 1},
    ),
    "two columns of numbers alone": (
        [Tab(beside([["证件号码"], [nobody(1)]], [["证件号码"], [nobody(2)]]))],
        1,
        {"右侧": 1},
    ),
    "a second table below": (
        [Tab([*LIST, [], ["已去世人员"], HEADER, *people(9, 2)])],
        3,
        {"另一张表": 2},
    ),
    "people below the total": ([Tab([*LIST, ["合计", "3人"], *people(9, 2)])], 3, {"第 5 行“合计”以下的人员": 2}),
    "people below a title": (
        [Tab([*LIST, ["以下人员不退"], *people(9, 2)])],
        3,
        {"第 5 行“以下人员不退”以下的人员": 2},
    ),
    "people below a merged title": (
        [Tab([*LIST, ["迁出", ""], *people(9, 2)], merged={5})],
        3,
        {"第 5 行“迁出”以下的人员": 2},
    ),
    "a header on every page": ([Tab([*LIST, HEADER, *people(9)])], 6, {}),
    "a list above the header": ([Tab([*people(9, 2), *LIST])], 3, {"表头以上或说明里写着证件号码的行": 2}),
    # Columns.
    "the wife beside": (
        [Tab([[*HEADER, "配偶姓名", "配偶身份证号"], *([*a, *b] for a, b in zip(people(0), people(9), strict=True))])],
        3,
        {"其他列里的证件号码（D 列“配偶身份证号”）": 3},
    ),
    "a number in the remarks": (
        [Tab([[*HEADER, "备注"], *([*row, ""] for row in people(0)), ["王9", nobody(9), f"代领人 {nobody(8)}"]])],
        4,
        {"其他列里的证件号码（C 列“备注”）": 1},
    ),
    "somebody else in the column of accounts": (
        [Tab([[*HEADER, "开户银行"], *([*row, ""] for row in people(0)), [*people(9)[0], f"代领 李四 {nobody(8)}"]])],
        4,
        {"其他列里的证件号码（C 列“开户银行”）": 1},
    ),
    "an account as long as a number": (
        [Tab([[*HEADER, "银行账号"], *([*row, "622848040256489001"] for row in people(0))])],
        3,
        {},
    ),
    "a spelling of the title that nobody foresaw": ([Tab([["姓名", "本人身份证号码"], *people(0)])], 3, {}),
    "two spellings": (
        [Tab([["姓名", "本人身份证号", "户主身份证号"], *([*row, nobody(9)] for row in people(0))])],
        0,
        {"“本人身份证号”、“户主身份证号”都像证件号码": 3},
    ),
    "two titles that both say it": (
        [Tab([[*HEADER, "身份证号"], *([*row, nobody(9 + n)] for n, row in enumerate(people(0)))])],
        0,
        {"“证件号码”、“身份证号”都像证件号码": 3},
    ),
    "two titles with the same numbers": ([Tab([[*HEADER, "身份证号"], *([*row, row[1]] for row in people(0))])], 3, {}),
    "two titles and one column empty": ([Tab([[*HEADER, "身份证号"], *([*row, ""] for row in people(0))])], 3, {}),
    # Serial numbers that were filled in beforehand, and the example of the template.
    "serial numbers without people": ([Tab([["序号", *HEADER], ["1", *people(0, 1)[0]], ["2"], ["3"]])], 1, {}),
    "the kind of document as a column": (
        [Tab([["姓名", "证件类型", "证件号码"], *([a, "身份证", b] for a, b in people(0)), ["王9", "身份证", ""]])],
        4,
        {},
    ),
    # Remarks of whoever made the list.
    "remarks that somebody is not to be refunded": (
        [
            Tab(
                [
                    [*HEADER, "备注"],
                    *([*row, ""] for row in people(0)),
                    [*people(9)[0], "已去世"],
                    [*people(9)[1], "本次不退"],
                ]
            )
        ],
        3,
        {"备注写着“不退”“去世”一类的行": 2},
    ),
    "an answer to whether somebody is refunded": (
        [Tab([[*HEADER, "是否退费"], *([*row, "是"] for row in people(0)), [*people(9)[0], "否"]])],
        3,
        {"备注写着“不退”“去世”一类的行": 1},
    ),
    "a list about those who died": ([Tab([[*HEADER, "原因"], *([*row, "去世"] for row in people(0))])], 3, {}),
    # What is printed on every page.
    "a sum and the head again on each page": ([Tab([*LIST, ["本页小计", "3 人"], *[HEADER, *people(9)]])], 6, {}),
    "a sum in words below the total": ([Tab([*LIST, ["", "合计：3 人"], ["", "大写：陆佰元整"]])], 3, {}),
    # Errors.
    "formulas dragged down": (
        [Tab([*LIST, *[["#N/A", "#N/A"]] * 5], errors={(r, c) for r in range(5, 10) for c in (1, 2)})],
        3,
        {},
    ),
}


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_nobody_is_left_out_or_taken_in_unseen(name, form):
    tabs, lines, groups = LAYOUTS[name]
    read = reading.read_file(WRITERS[form](*tabs))
    shown = {group.title: group.rows for group in read.groups if not group.quiet}
    assert (len(read.lines), sorted(shown.values())) == (lines, sorted(groups.values())), shown
    assert all(any(part in title for title in shown) for part in groups)


@pytest.mark.parametrize("form", WRITERS)
def test_a_sheet_that_is_not_read_is_named_with_its_rows(form):
    foreigners = Tab([["姓名", "护照号码"], ["SMITH", "E12345678"], ["LEE", "E12345679"]], "外籍")
    read = reading.read_file(WRITERS[form](Tab([["黄潭村"], *LIST]), foreigners))
    assert [(group.title, group.rows) for group in read.groups] == [
        ("表头以上的行、说明文字", 1),
        ("工作表“外籍”没有读（找不到证件号码列）", 3),
    ]


@pytest.mark.parametrize("form", WRITERS)
def test_a_failed_formula_proves_nobody(form):
    rows = [HEADER, ["王1", ""], ["", nobody(2)], ["", ""], ["王4", nobody(4)]]
    read = reading.read_file(WRITERS[form](Tab(rows, errors={(2, 2), (3, 1), (4, 1), (4, 2)})))
    assert [(line.row, line.flaw) for line in read.lines] == [(2, FORMULA), (3, FORMULA), (5, "")]
    assert [(group.title, group.rows) for group in read.groups] == [("公式出错的行", 1)]


@pytest.mark.parametrize("errors", ["#N/A", "#REF!", "#VALUE!", "#NAME?"])
def test_errors_written_out_in_a_text_file_are_errors(errors):
    read = reading.read_file(f"姓名,证件号码\n王1,{errors}\n{errors},{errors}\n王3,{nobody(3)}\n".encode())
    assert [(line.row, line.flaw) for line in read.lines] == [(2, FORMULA), (4, "")]
    assert [group.rows for group in read.groups] == [1]


@pytest.mark.parametrize(
    ("rows", "swapped"),
    [
        ([[number, name] for name, number in people(0)], 3),
        ([["王0", nobody(0)], [nobody(1), "王1"], ["王2", nobody(2)]], 1),
        ([[nobody(0), ""], ["王1", nobody(1)], [nobody(2), "王2"]], 2),
    ],
)
def test_names_and_numbers_the_wrong_way_round_are_read_right_and_counted(rows, swapped):
    read = reading.read_file(WRITERS["xlsx"](Tab([HEADER, *rows])))
    assert [line.number for line in read.lines] == [nobody(n) for n in range(3)]
    assert read.swapped == swapped


def test_a_number_in_the_wrong_column_of_its_row_is_to_be_moved():
    rows = [[*HEADER, "备注"], ["王1", "", nobody(1)], ["王2", nobody(2), ""]]
    read = reading.read_file(WRITERS["xlsx"](Tab(rows)))
    assert [(line.number, line.flaw) for line in read.lines] == [(nobody(1), ELSEWHERE), (nobody(2), "")]
    assert read.groups == []


@pytest.mark.parametrize("where", [0, 1, 2])
def test_a_number_of_fifteen_digits_looks_like_a_person(where):
    row = ["", "", ""]
    row[where] = "420984400101001"
    read = reading.read_file(WRITERS["xlsx"](Tab([["姓名", "证件号码", "备注"], *people(0), row])))
    named = [*read.lines, *(line for group in read.groups for line in group.options[0])]
    assert [line.number for line in named].count("420984400101001") == 1


@pytest.mark.parametrize(
    "text",
    [
        "姓名|证件号码\n{}|{}\n{}|{}\n",
        "黄潭村,2026 年\n姓名;证件号码\n{};{}\n{};{}\n",
        "退费名单，第1页\n姓名\t证件号码\n{}\t{}\n{}\t{}\n",
    ],
)
def test_what_separates_the_cells_is_what_most_lines_say(text):
    (first, one), (second, two) = people(0, 2)
    read = reading.read_file(text.format(first, one, second, two).encode())
    assert [(line.name, line.number) for line in read.lines] == [(first, one), (second, two)]


@pytest.mark.parametrize("sign", "ХхΧ×")
def test_what_looks_like_an_x_at_the_end_is_one(sign):
    number = next(number for number in map(nobody, range(50)) if number.endswith("X"))
    line = f"王一 {number[:-1]}{sign}"
    assert reading.read_file(f"姓名,证件号码\n{line.replace(' ', ',')}\n".encode()).lines[0].number == number


@pytest.mark.parametrize("name", ["MARIA DA SILVA", "王 一", "买买提·阿不都"])
def test_a_pasted_name_in_several_words_is_one(name):
    line = reading.read_pasted(f"{name} {nobody(0)}").lines[0]
    assert (line.name.replace(" ", ""), line.number) == (name.replace(" ", ""), nobody(0))
    assert (
        reading.read_pasted(f"{name} 男 {nobody(0)}")
        .lines[0]
        .name.replace(" ", "")
        .startswith(name[:5].replace(" ", ""))
    )
