"""The signed sheets of a 签收表, scanned and sent back: kept sealed, replaced by newer ones, never lost (domain.md N5)."""

import base64
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction

from foundation.form_parts import was_cut
from foundation.jinja2 import moment
from foundation.paper import scans
from pension.models import PensionRefundLine
from pension.village import handing_out
from pension.village.models import SignedSheet
from refunds import errors
from refunds.said import Paper
from refunds.states import LineOutcome

# So often one page is kept: who sends more has another trouble.
MOST = 20
TOO_LARGE = "文件超过 5 MB，没有保存。请把扫描或拍照的清晰度调低一些，或者一页一页上传。"
NO_PAPER = "这个文件不是 PDF、JPG 或 PNG，或者没有传完整，没有保存。请重新扫描或拍照后上传。"
TOO_OFTEN = "这一页已经上传过 {} 次，不能再传了。需要更换的，请联系主管税务机关。"


class SignedSheetForm(forms.Form):
    """What is sent back: one page or all of them in one file, and whether everybody on it has signed."""

    page = forms.TypedChoiceField(
        label="这是哪一页", coerce=int, error_messages={"invalid_choice": "请从列表中选择一页。"}
    )
    paper = forms.FileField(
        label="签好的签收表",
        max_length=255,
        error_messages={
            "required": "请选择扫描或拍照的文件。",
            "empty": "文件是空的，里面没有任何内容。请重新扫描或拍照后上传。",
            "invalid": "没有收到文件。请重新选择文件后再上传。",
            "max_length": "文件名太长。请改短后再上传。",
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    all_signed = forms.BooleanField(label="上面的人都已签字，同时登记他们已签收", required=False)

    def __init__(self, sheets: int, request=None):
        sent = request is not None
        super().__init__(request.POST if sent else None, request.FILES if sent else None)
        pages = [(n, f"第 {n} 页") for n in range(1, sheets + 1)]
        fields: dict[str, Any] = self.fields
        fields["page"].choices = [*pages, (0, "全部在一个文件里")] if sheets > 1 else [(0, "全部（共 1 页）")]
        # A body above the limit arrives without its file, and without what else was filled in.
        self.cut = sent and was_cut(request)

    def clean(self):
        cleaned = super().clean() or {}
        if self.cut:
            self.errors.clear()
            self.add_error("paper", TOO_LARGE)
        elif paper := cleaned.get("paper"):
            cleaned["data"] = b"" if paper.size > scans.MAX_BYTES else paper.read()
            cleaned["kind"] = scans.kind_of(cleaned["data"])
            if not cleaned["kind"]:
                self.add_error("paper", NO_PAPER if cleaned["data"] else TOO_LARGE)
        return cleaned


@dataclass(frozen=True)
class Kept:
    """A page that was sent back: the newest, those before it, and who of it the bank has taken the money of since."""

    sheet: SignedSheet
    older: list[SignedSheet]
    gone: list[str]

    @property
    def title(self) -> str:
        return title_of(self.sheet)


def title_of(sheet: SignedSheet) -> str:
    """Which page it is, as the page says it."""
    return f"第 {sheet.page} 页" if sheet.page else "全部"


def name_of(sheet: SignedSheet) -> str:
    """What its file is called when it is saved: no name of a person, and none that the sender chose."""
    return f"{sheet.refund.number}-signed-{sheet.page or 'all'}"


def content_of(sheet: SignedSheet) -> bytes:
    """The paper itself."""
    return base64.b64decode(sheet.content.reveal("the sheet is handed out to whoever may see the batch"))


@transaction.atomic
def keep(refund, *, page: int, data: bytes, kind: str, by) -> SignedSheet:
    """Keeps a signed page, `page` 0 for all in one. What was kept of it before stays. Raises NotAllowed."""
    handing_out.paid_now(refund)
    sheets = handing_out.sheets_of(refund)
    lines = [line.pk for sheet in sheets if page in (0, sheet.number) for line in sheet.paid]
    if not lines:
        raise errors.NotAllowed("这一页现在没有已到账的人员，没有保存。请重新打印签收表。")
    before = SignedSheet.objects.filter(refund=refund, attempt=refund.paid_attempt, page=page)
    if before.count() >= MOST:
        raise errors.NotAllowed(TOO_OFTEN.format(MOST))
    return SignedSheet.objects.create(
        refund=refund,
        attempt=refund.paid_attempt,
        page=page,
        lines=lines,
        kind=kind,
        size=len(data),
        content=base64.b64encode(data).decode(),
        by=by,
    )


def kept_of(refund) -> list[Kept]:
    """What was sent back of this payment, by page. Two queries, and the papers themselves stay sealed."""
    found: dict[int, list[SignedSheet]] = {}
    for sheet in of_refund(refund).filter(attempt=refund.paid_attempt):
        found.setdefault(sheet.page, []).append(sheet)
    everybody = [line for sheets in found.values() for line in sheets[0].lines]
    back = PensionRefundLine.objects.filter(pk__in=everybody).exclude(outcome=LineOutcome.PAID)
    gone = dict(back.values_list("pk", "payment__person__name"))
    return [
        Kept(newest, older, [gone[line] for line in newest.lines if line in gone]) for newest, *older in found.values()
    ]


def of_refund(refund):
    """All that was ever sent back, the newest of a page first, without what is in it."""
    return refund.signed_sheets.defer("content").select_related("by__person", "refund").order_by("page", "-at", "-id")


def opened(refund, key) -> SignedSheet | None:
    """The sheet with that key, if it belongs to this batch."""
    return refund.signed_sheets.filter(pk=key).first()


def papers_of(refund) -> list[Paper]:
    """All of it as an officer reads of it."""
    return [_paper(sheet) for sheet in of_refund(refund)]


def paper_of(refund, key) -> tuple[Paper, bytes] | None:
    """One of them, opened."""
    sheet = opened(refund, key)
    return (_paper(sheet), content_of(sheet)) if sheet else None


def _paper(sheet: SignedSheet) -> Paper:
    people = f"{title_of(sheet)}，{len(sheet.lines):,} 人，第 {sheet.attempt} 次发放"
    words = f"{moment(sheet.at)} {sheet.by.display_name}上传"
    return Paper(sheet.pk, f"签好的签收表（{people}）", words, sheet.kind, name_of(sheet))
