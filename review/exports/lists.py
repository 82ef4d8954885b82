"""A list of applications as a file, however long it is. Numbers are masked as on a page."""

import heapq
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http.response import HttpResponseBase

from accounts.models import Person, User
from foundation.crypto import Sealed, sealed_context
from foundation.excel.streaming import Cell
from refunds.schemes import Scheme
from refunds.states import ReviewStatus, clarified, resident_label
from review.exports.answers import answer
from review.models import ExportFormat, ExportKind

HEADER = (
    "申请单号", "险种", "退费人", "证件号码", "税务机关", "年度", "退费金额（元）", "退费状态", "审核状态", "申请时间",
    "参考时限", "审核时间", "不通过原因", "银行账号",
)  # fmt: skip
# Fetched at once from each scheme's cursor.
CHUNK = 2000
_FIELDS = (
    "id", "number", "applicant__name", "organisation__name", "applicant_id", "applicant__id_number", "office__name", "year",
    "amount", "refund_status", "review_status", "disputed", "submitted_at", "due_on", "decided_at", "reject_reason__label",
    "account_number",
)  # fmt: skip


def applications(
    querysets: Sequence[QuerySet[Any]],
    *,
    order: Sequence[str],
    newest_first: bool,
    words: str,
    as_: ExportFormat,
    by: User,
) -> HttpResponseBase:
    """The applications of the `querysets` (one per scheme, as this officer may see them) as one file, by `order`."""
    rows = _lines(querysets, order, newest_first)
    return answer(HEADER, rows, kind=ExportKind.APPLICATIONS, words=words, as_=as_, by=by)


def _lines(querysets: Sequence[QuerySet[Any]], order: Sequence[str], newest_first: bool) -> Iterator[tuple[Cell, ...]]:
    """From one cursor per scheme at the server, merged; inside a transaction, so that none is read through beforehand."""
    places = [_FIELDS.index(name) for name in order]
    with transaction.atomic():
        streams = [_stream(rows, order, newest_first) for rows in querysets]
        for scheme, row in heapq.merge(
            *streams, key=lambda found: tuple(found[1][place] for place in places), reverse=newest_first
        ):
            yield _cells(scheme, row)


def _stream(rows: QuerySet[Any], order: Sequence[str], newest_first: bool) -> Iterator[tuple[Scheme, tuple[Any, ...]]]:
    scheme = rows.model(office_id="").scheme
    ordered = rows.select_related(None).order_by(*(f"-{name}" if newest_first else name for name in order))
    for row in ordered.values_list(*_FIELDS).iterator(chunk_size=CHUNK):
        yield scheme, row


def _cells(scheme: Scheme, row: tuple[Any, ...]) -> tuple[Cell, ...]:
    found = dict(zip(_FIELDS, row, strict=True))
    status = resident_label(found["refund_status"], scheme.agency_name)
    return (
        found["number"],
        scheme.label,
        found["applicant__name"] or found["organisation__name"],
        _masked(Person, "id_number", found["applicant_id"], found["applicant__id_number"]),
        found["office__name"],
        found["year"],
        found["amount"],
        f"{status}（{clarified(scheme.agency_title)}）" if found["disputed"] else status,
        ReviewStatus(found["review_status"]).label,
        found["submitted_at"],
        found["due_on"],
        found["decided_at"],
        found["reject_reason__label"],
        _masked(scheme.model, "account_number", found["id"], found["account_number"]),
    )


def _masked(model: Any, column: str, key: object, blob: Any) -> str:
    """What may be shown of an encrypted cell that was read without its row."""
    if not blob:
        return ""
    context = sealed_context(model, column, key)
    return str(Sealed(mask=model._meta.get_field(column).mask, blob=bytes(blob), context=context))
