"""What a receipt says: 申请回执, and 退费回执 once the money has come. Page and PDF show the same (refunds/receipt.jinja, .typ)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from foundation.capital import capital
from foundation.jinja2 import day, moment, money
from foundation.paper import press, qr
from refunds.inquiry.codes import code_of
from refunds.inquiry.standing import UNPAID, standing
from refunds.states import RefundStatus
from refunds.way import steps as timeline

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "refunds" / "receipt.typ"
# How wide the value of a line's first and second fact may be, in Latin letters; receipt.typ and paper.css leave that room.
FIRST, SECOND = 32, 22
Line = list[tuple[str, str]]


@dataclass(frozen=True)
class Receipt:
    """One A4 page. `notice` is what its holder must not miss, title and words; a line of `rows` holds one fact or two."""

    title: str
    number: str
    issuer: str
    notice: tuple[str, str] | None
    rows: list[Line]
    ahead: list[tuple[str, str, str]]
    remarks: list[str]
    code: str
    qr: dict[str, object]
    printed: str

    def pdf(self, *, at: datetime) -> bytes:
        """The page as a PDF. Raises NotSet."""
        return press.pdf(TEMPLATE, asdict(self), at=at)


def name_of(refund: Any) -> str:
    """退费回执 is for money that has come; whatever else there is to say of an application is an 申请回执."""
    return "退费回执" if refund.refund_status == RefundStatus.REFUNDED and not refund.disputed else "申请回执"


def receipt(refund: Any, *, origin: str, at: datetime) -> Receipt:
    """Of an application that knows its `parts`; `origin` is the portal's own address, for the QR code."""
    code = code_of(refund.number)
    query = urlencode({"number": refund.number, "code": code})
    return Receipt(
        title=f"城乡居民社会保险费{'' if name_of(refund) == '退费回执' else '退费'}{name_of(refund)}",
        number=refund.number,
        issuer=refund.office.name,
        notice=_notice(refund),
        rows=[[("申请单号", refund.number)], *in_lines(_facts(refund))],
        ahead=_ahead(refund),
        remarks=_remarks(refund),
        code=code,
        qr=qr.drawn(f"{origin}{reverse('inquiry-receipt')}?{query}"),
        printed=moment(at),
    )


def amount_of(refund: Any) -> Decimal:
    """What it comes to: of a batch that was paid, what has arrived."""
    paid = refund.parts and refund.refund_status == RefundStatus.REFUNDED
    return Decimal(refund.parts.paid.amount if paid else refund.amount)


def in_lines(facts: list[tuple[str, object]]) -> list[Line]:
    """Two short facts share a line; a long one has its own."""
    lines: list[Line] = []
    for label, value in facts:
        fact = (label, "--" if value in (None, "") else str(value))
        if lines and len(lines[-1]) == 1 and _width(lines[-1][0]) <= FIRST and _width(fact) <= SECOND:
            lines[-1].append(fact)
        else:
            lines.append([fact])
    return lines


def _width(fact: tuple[str, str]) -> int:
    return sum(1 if east_asian_width(character) in ("Na", "N", "H") else 2 for character in fact[1])


def _facts(refund: Any) -> list[tuple[str, object]]:
    amount = amount_of(refund)
    return [
        *_payee(refund),
        ("险种", refund.scheme.label),
        *refund.scheme.receipt(refund),
        ("退费金额", f"{money(amount)} 元"),
        ("大写", capital(amount)),
        ("收款账户", f"{refund.bank_name}，尾号 {str(refund.account_number)[-4:]}，户名 {refund.account_name}"),
        *_dates(refund),
        ("受理机关", refund.office.name),
        *([("提交方式", "税务机关代为发起")] if refund.on_behalf else []),
        ("打印时状态", standing(refund).title),
    ]


def _payee(refund: Any) -> list[tuple[str, object]]:
    if refund.applicant:
        return [("申请人", refund.applicant.name), ("证件号码", refund.applicant.id_number)]
    return [("村组(单位)", refund.organisation.name), ("单位社保号", refund.organisation.social_number)]


def _dates(refund: Any) -> list[tuple[str, object]]:
    """When it was asked for, and what came of it; what is still to come, by when."""
    dates: list[tuple[str, object]] = [("申请时间", moment(refund.submitted_at))]
    if refund.refund_status == RefundStatus.APPLIED:
        dates.append(("参考时限", day(refund.due_on)))
    if refund.decided_at and refund.refund_status != RefundStatus.APPLIED:
        dates.append(("审核时间", moment(refund.decided_at)))
    if refund.refunded_on:
        dates.append(("退费日期", day(refund.refunded_on)))
    return dates


def _notice(refund: Any) -> tuple[str, str] | None:
    """Of money that has not come and does not come by itself."""
    if refund.refund_status not in UNPAID and not refund.disputed:
        return None
    now = standing(refund)
    why = f"原因：{_reason(refund)}。" if _reason(refund) and not refund.disputed else ""
    bounced = refund.refund_status == RefundStatus.PAYMENT_FAILED and not refund.disputed
    earlier = "以前打印过退费回执的，以今天的状态为准。" if bounced else ""
    return now.title, why + now.sentence + earlier


def _reason(refund: Any) -> str:
    if refund.refund_status == RefundStatus.TAX_RETURNED:
        return refund.reject_reason.label if refund.reject_reason else ""
    return str(refund.agency_reason) if refund.refund_status != RefundStatus.NOT_APPLIED else ""


def _ahead(refund: Any) -> list[tuple[str, str, str]]:
    """接下来: what, who has it, until when."""
    applicants = refund.refund_status == RefundStatus.PAYMENT_FAILED
    at_tax = refund.refund_status == RefundStatus.APPLIED
    return [(step.title, step.holder, _when(step, applicants, at_tax)) for step in timeline.ahead(refund)]


def _when(step: timeline.Step, applicants: bool, at_tax: bool) -> str:
    """`applicants` where the move is the applicant's own, `at_tax` where it is the tax office's."""
    if step.expected:
        late = step.expected < timezone.localdate()
        by = "参考时限" if at_tax and step.state == "now" else "预计"
        return f"{by} {day(step.expected)}，已超过" if late else f"{by} {day(step.expected)} 前"
    if step.state == "now":
        return "更正后才能退付，请尽快办理" if applicants else "正在办理"
    return "上一步办完后自动办理"


def _remarks(refund: Any) -> list[str]:
    if name_of(refund) == "退费回执":
        said = [
            "没有收到的，请到开户银行核对；仍有疑问，请拨打 12366。",
            "款项以后被银行退回的，平台会通知您更正账户。",
        ]
    else:
        said = [f"办理进度在平台【查询中心】凭申请单号和联系电话后 4 位查询，不用登录；也可以拨打 {settings.HOTLINE}。"]
    if refund.can_withdraw:
        said.append("待审核期间可以撤销，撤销后这笔缴费可以重新申请。")
    proves = "打印时退费已办结" if name_of(refund) == "退费回执" else "申请已提交，不是退费到账的凭证"
    now = [] if _notice(refund) else [standing(refund).sentence]
    return [*now, *said, f"本回执证明{proves}；今天的状态请扫码查看。"]
