"""Files that people who do this work really have, each with what is right."""

from pathlib import Path

import pytest
from django.core.management import CommandError

from pension.feeds import PaymentFeed
from pension.models import Payment
from tests.feeds import data
from tests.feeds.conftest import rejected

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def load(run, places, tmp_path):
    """Load one of the cases, or bytes; gives what was printed."""

    def load_one(what):
        path = tmp_path / "a.csv"
        path.write_bytes(what if isinstance(what, bytes) else (CASES / what).read_bytes())
        return run("load_payments", "pension", path)

    return load_one


def refusals(tmp_path):
    return [(row["出错列"], row["原因"]) for row in data.read(rejected(tmp_path / "a.csv"))]


def test_a_formula_is_no_name_and_stays_text_in_the_rejected_file(load, tmp_path):
    assert "拒绝 1" in load("formula-name.csv")
    assert "像表格的公式" in refusals(tmp_path)[0][1]
    assert '"\t=HYPERLINK' in rejected(tmp_path / "a.csv").read_text("utf-8-sig")
    assert "拒绝 1" in load(rejected(tmp_path / "a.csv").read_bytes())


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "＝1", "＋1"])
@pytest.mark.parametrize("column", ["缴费人姓名", "缴费渠道", "票证号码", "缴费金额", "证件号码"])
def test_no_cell_of_a_rejected_file_is_run_by_excel(load, tmp_path, column, cell):
    content = (
        ",".join(PaymentFeed.columns).encode()
        + b"\r\n"
        + data.line(data.payment(25_001, 缴费年度="?", **{column: cell}))
    )
    load(content)
    text = rejected(tmp_path / "a.csv").read_text("utf-8-sig")
    assert f"\t{cell}" in text
    assert f",{cell}" not in text


def test_empty_columns_at_the_end_load(load):
    assert "新增 1，更新 0，未变 0，拒绝 0" in load("trailing-empty-columns.csv")
    assert Payment.objects.get().person.name == "周一凡"


def test_a_column_without_a_title_that_says_something_is_refused_by_its_place(load, tmp_path):
    content = (CASES / "trailing-empty-columns.csv").read_bytes().rstrip().removesuffix(b",") + b",noted\r\n"
    assert "拒绝 1" in load(content)
    assert "第 19 列没有列名，却有内容" in refusals(tmp_path)[0][1]


def test_empty_titles_between_others_are_still_unknown(load):
    header = ",".join((*PaymentFeed.columns[:3], "", *PaymentFeed.columns[3:])).encode()
    with pytest.raises(CommandError, match="不认识的列"):
        load(header)


def test_a_day_that_a_spreadsheet_made_and_a_spoiled_ticket_have_a_sentence_each(load, tmp_path):
    assert "新增 0，更新 0，未变 0，拒绝 2" in load("zero-date-and-spoiled-ticket.csv")
    (day, why_day), (ticket, why_ticket) = refusals(tmp_path)
    assert (day, ticket) == ("缴费日期", "票证号码；个人编号")
    assert "空日期" in why_day
    assert "科学计数" in why_ticket
