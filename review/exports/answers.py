"""The answer of a page that hands out a file."""

from collections.abc import Iterator, Sequence

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.models import User
from foundation.excel.streaming import Cell, Rows, book, csv_lines
from foundation.excel.writing import XLSX
from foundation.jinja2 import moment
from foundation.shortening import shortened
from review.models import Export, ExportFormat, ExportKind

CSV = "text/csv; charset=utf-8"


def format_of(asked: str) -> ExportFormat:
    """What was asked for; Excel for anything else."""
    return ExportFormat.CSV if asked == ExportFormat.CSV else ExportFormat.XLSX


def answer(
    header: Sequence[str], rows: Rows, *, kind: ExportKind, words: str, as_: ExportFormat, by: User
) -> HttpResponseBase:
    """The rows as a file, and a line in the list of exports. `words` says what was chosen, without a number of a person."""
    export = Export.objects.create(by=by, kind=kind, format=as_, words=shortened(words, 500))
    counted = _counted(rows, export)
    name = f"{kind.label}-{timezone.localdate().isoformat()}.{as_}"
    if as_ == ExportFormat.CSV:
        response: HttpResponseBase = StreamingHttpResponse(csv_lines(header, counted), content_type=CSV)
    else:
        response = FileResponse(book(kind.label, header, counted), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _counted(rows: Rows, export: Export) -> Iterator[Sequence[Cell]]:
    """The rows, and who took them out; once all have left, how many there were. A file that was not fetched to its end keeps none."""
    number = 0
    for row in rows:
        number += 1
        yield row
    yield (mark_of(export),)
    Export.objects.filter(pk=export.pk).update(rows=number)


def mark_of(export: Export) -> str:
    """The last line of every file: whose it is, so that a copy that turns up somewhere leads back."""
    by = export.by
    return f"导出编号 {export.pk}：{by.display_name}（{by.username}）{moment(export.made_at)} 导出，只用于办理退费，不得外传"
