"""The Excel file of 退费明细 (P3-21)."""

from decimal import Decimal

from accounts.models import Person
from foundation.crypto import Sealed
from foundation.excel.writing import sheet
from pension.models import PensionRefundLine
from refunds.models import RejectReason
from refunds.states import Outcome, ReviewResult

# Beside each person, and in sum below: what was passed, what came back, what was paid.
SUMS = ["税务通过金额", "退回金额", "已到账金额"]
ASKED = 4
SAID = ("outcome", "outcome_reason", "left_out", "left_out__label", "left_out_remark")
READ = (
    *("amount", *SAID),
    *("payment__personal_number", "payment__period_start", "payment__period_end"),
    *("payment__person", "payment__person__name", "payment__person__id_number"),
)


def lines_sheet(refund, lines) -> bytes:
    """退费明细 with the columns of P3-21 and what became of each person. Numbers are masked."""
    header = ["序号", "姓名", "证件号码", "个人编号", "缴费金额", "税款所属期起", "税款所属期止", "处理结果", "说明"]
    return sheet("退费明细", [*header, *SUMS], _with_sums(_rows(refund, lines), len(header)))


def _rows(refund, lines):
    """Values and no models, for ten thousand people are one press; what became of them is said in few ways."""
    known: dict = {}
    number = Person._meta.get_field("id_number")
    passed_at_all = refund.review_result == ReviewResult.PASSED
    for position, line in enumerate(lines.values(*READ).iterator(chunk_size=2000), start=1):
        said = tuple(line[name] for name in SAID)
        if said not in known:
            known[said] = _standing(refund, *said)
        result, words = known[said]
        sealed = Sealed(
            mask=number.mask,
            blob=bytes(line["payment__person__id_number"]),
            context=number.context(line["payment__person"]),
        )
        counts = (passed_at_all and result != Outcome.LEFT_OUT, result == Outcome.RETURNED, result == Outcome.PAID)
        yield [
            position,
            line["payment__person__name"],
            str(sealed),
            line["payment__personal_number"],
            line["amount"],
            line["payment__period_start"].isoformat(),
            line["payment__period_end"].isoformat(),
            result.label,
            words,
            *(line["amount"] if counts_here else Decimal(0) for counts_here in counts),
        ]


def _standing(refund, outcome, outcome_reason, left_out, label, left_out_remark) -> tuple[Outcome, str]:
    """What became of a line that says this, and why."""
    reason = RejectReason(pk=left_out, label=label) if left_out else None
    line = PensionRefundLine(refund=refund, outcome=outcome, outcome_reason=outcome_reason, left_out=reason)
    line.left_out_remark = left_out_remark
    return line.result, line.outcome_words


def _with_sums(rows, position):
    """Below the rows what each sum comes to, as the page says it."""
    asked, sums, people = Decimal(0), [Decimal(0)] * len(SUMS), 0
    for row in rows:
        people, asked = people + 1, asked + row[ASKED]
        sums = [total + value for total, value in zip(sums, row[position:], strict=True)]
        yield row
    yield ["合计", f"{people:,} 人", "", "", asked, *[""] * (position - ASKED - 1), *sums]
