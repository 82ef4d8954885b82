"""Files that officers take out: masked, safe to open, noted, and of their own area."""

import csv
import io
from decimal import Decimal

import openpyxl
import pytest

from foundation.excel import streaming
from foundation.excel.streaming import SHEET_ROWS, book, csv_lines
from refunds import actions, schemes
from refunds.models import RejectReason
from review.exports import lists
from review.exports.answers import mark_of
from review.models import Export, ExportFormat
from tests.accounts.factories import UserFactory
from tests.injury.factories import submitted as injury_submitted
from tests.pension.factories import ACCOUNT, submitted

pytestmark = pytest.mark.django_db
STATISTICS = "/review/statistics/export/"


def content(response) -> bytes:
    """All of it. The files behind it are closed; the connection of the test is not."""
    whole = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return whole


def lines(response) -> list[list[str]]:
    """All but the last one, which says whose file it is."""
    *rows, mark = csv.reader(io.StringIO(content(response).decode("utf-8-sig")))
    assert mark == [mark_of(Export.objects.latest("pk"))]
    return rows


def sheets(file) -> list[list[list]]:
    """The values of every cell of an Excel file, which is closed then."""
    with file:
        return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in openpyxl.load_workbook(file)]


def cells(file) -> list[list]:
    *rows, mark = sheets(file)[0]
    assert mark[0] == mark_of(Export.objects.latest("pk"))
    return rows


def exported(user, as_=ExportFormat.CSV, **options):
    querysets = [scheme.model.objects.visible_to(user) for scheme in schemes.every()]
    usual = {"order": ("submitted_at", "id"), "newest_first": True, "words": "全部申请"}
    return lists.applications(querysets, as_=as_, by=user, **usual | options)


@pytest.fixture
def cases(cast):
    """Of two schemes, one decided; and one of another county."""
    first = submitted(UserFactory(resident=True), office=cast.county)
    second = injury_submitted(UserFactory(resident=True), office=cast.county)
    third = submitted(UserFactory(resident=True), office=cast.county, amount="62.50")
    actions.reject(third.number, by=cast.reviewer, reason=RejectReason.objects.first())
    submitted(UserFactory(resident=True), office=cast.elsewhere)
    return first, second, third


def test_all_schemes_stand_in_one_order(cast, cases):
    newest = [line[0] for line in lines(exported(cast.reviewer))[1:]]
    oldest = [line[0] for line in lines(exported(cast.reviewer, newest_first=False))[1:]]
    assert newest == [case.number for case in reversed(cases)]
    assert oldest == newest[::-1]


def test_numbers_of_people_and_accounts_are_masked(cast, cases):
    text = "\n".join(map(",".join, lines(exported(cast.reviewer))))
    person = cases[0].applicant
    assert str(person.id_number) in text
    assert person.id_number.reveal("for the test") not in text
    assert ACCOUNT[-4:] in text
    assert ACCOUNT not in text


def test_a_line_says_what_the_page_says(cast, cases):
    head, line = lines(exported(cast.reviewer))[:2]
    said = dict(zip(head, line, strict=True))
    assert said["退费金额（元）"] == "62.50"
    assert (said["退费状态"], said["审核状态"]) == ("税务退回", "审核完成")
    assert said["不通过原因"] == RejectReason.objects.first().label
    assert said["退费人"] == cases[2].applicant.name


def test_who_took_what_is_noted_and_how_much(cast, cases):
    response = exported(cast.reviewer, words="全部申请 · 2024 年度")
    noted = Export.objects.get()
    assert (noted.by, noted.words, noted.rows) == (cast.reviewer, "全部申请 · 2024 年度", None)
    content(response)
    noted.refresh_from_db()
    assert noted.rows == 3


def test_nobody_exports_what_she_does_not_see(cast, cases):
    assert len(lines(exported(cast.outsider))) == 2
    assert len(lines(exported(cast.countersigner))) == 4


def test_excel_holds_the_same_with_numbers_as_numbers(cast, cases):
    rows = cells(io.BytesIO(content(exported(cast.reviewer, ExportFormat.XLSX))))
    assert rows[0] == list(lists.HEADER)
    assert rows[1][lists.HEADER.index("退费金额（元）")] == 62.5
    assert [row[0] for row in rows[1:]] == [case.number for case in reversed(cases)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_a_name_is_never_computed(text):
    told = b"".join(csv_lines(["姓名"], [[text]])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(told, newline="")))[1] == [f"'{text}"]
    with book("表", ["姓名"], [[text]]) as file:
        assert openpyxl.load_workbook(file).active["A2"].data_type in ("s", "inlineStr")


def test_a_negative_sum_stays_a_number():
    assert b"".join(csv_lines(["元"], [[Decimal("-1.50")]])).endswith(b"-1.50\r\n")


def test_what_is_longer_than_a_sheet_goes_on_in_another(monkeypatch):
    assert SHEET_ROWS < 1_048_576
    monkeypatch.setattr(streaming, "SHEET_ROWS", 2)
    found = sheets(book("表", ["数"], [[n] for n in range(5)]))
    assert found == [[["数"], [0], [1]], [["数"], [2], [3]], [["数"], [4]]]


def test_an_empty_list_is_a_file_with_its_heads():
    assert sheets(book("表", ["数"], [])) == [[["数"]]]


def test_the_list_is_read_in_pieces_and_never_whole(cast, cases, django_assert_num_queries):
    """One cursor at the server for each scheme: nothing is asked per line."""
    response = exported(cast.reviewer)
    with django_assert_num_queries(len(list(schemes.every())) + 3):  # a savepoint around, and the line of the export
        content(response)


@pytest.mark.parametrize("as_", ["csv", "xlsx", "nonsense"])
def test_the_numbers_of_the_page_are_a_file(client, cast, cases, as_):
    client.force_login(cast.countersigner)
    response = client.post(STATISTICS, {"format": as_, "period": "year", "office": cast.county.code})
    assert response.status_code == 200
    rows = lines(response) if as_ == "csv" else cells(io.BytesIO(content(response)))
    place = next(row for row in rows if row[0] == "机关")
    assert (str(place[3]), str(place[8])) == ("2", "1")
    noted = Export.objects.get()
    assert (noted.kind, noted.rows, noted.by) == ("statistics", len(rows) - 1, cast.countersigner)
    assert cast.county.name in noted.words
