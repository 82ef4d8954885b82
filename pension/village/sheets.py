"""The Excel file of 退费明细 (P3-21)."""

from decimal import Decimal

from foundation.excel.writing import sheet
from refunds.states import Outcome, ReviewResult

# Beside each person, and in sum below: what was passed, what came back, what was paid.
SUMS = ["税务通过金额", "退回金额", "已到账金额"]
ASKED = 4
READ = (
    *("refund", "amount", "outcome", "outcome_reason", "left_out_remark", "left_out__label"),
    *("payment__personal_number", "payment__period_start", "payment__period_end"),
    *("payment__person__name", "payment__person__id_number"),
)


def lines_sheet(refund, lines) -> bytes:
    """退费明细 with the columns of P3-21 and what became of each person. Numbers are masked."""
    header = ["序号", "姓名", "证件号码", "个人编号", "缴费金额", "税款所属期起", "税款所属期止", "处理结果", "说明"]
    return sheet("退费明细", [*header, *SUMS], _with_sums(_rows(refund, lines), len(header)))


def _rows(refund, lines):
    for position, line in enumerate(_of(refund, lines), start=1):
        passed = refund.review_result == ReviewResult.PASSED and line.result != Outcome.LEFT_OUT
        returned, paid = line.result == Outcome.RETURNED, line.result == Outcome.PAID
        yield [
            position,
            line.payment.person.name,
            str(line.payment.person.id_number),
            line.payment.personal_number,
            line.amount,
            line.payment.period_start.isoformat(),
            line.payment.period_end.isoformat(),
            line.result.label,
            line.outcome_words,
            *(line.amount if counts else Decimal(0) for counts in (passed, returned, paid)),
        ]


def _with_sums(rows, position):
    """Below the rows what each sum comes to, as the page says it."""
    asked, sums, people = Decimal(0), [Decimal(0)] * len(SUMS), 0
    for row in rows:
        people, asked = people + 1, asked + row[ASKED]
        sums = [total + value for total, value in zip(sums, row[position:], strict=True)]
        yield row
    yield ["合计", f"{people:,} 人", "", "", asked, *[""] * (position - ASKED - 1), *sums]


def _of(refund, lines):
    """The refund's own object on each line, instead of one query per line; of the rest only what is written."""
    for line in lines.only(*READ).iterator(chunk_size=2000):
        line.refund = refund
        yield line
