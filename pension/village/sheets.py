"""The Excel file of 退费明细 (P3-21)."""

from foundation.excel.writing import sheet


def lines_sheet(refund, lines) -> bytes:
    """退费明细 with the columns of P3-21 and what became of each person. Numbers are masked."""
    header = ["序号", "姓名", "证件号码", "个人编号", "缴费金额", "税款所属期起", "税款所属期止", "处理结果", "说明"]
    rows = (
        [
            position,
            line.payment.person.name,
            str(line.payment.person.id_number),
            line.payment.personal_number,
            line.amount,
            line.payment.period_start.isoformat(),
            line.payment.period_end.isoformat(),
            line.result.label,
            line.outcome_words,
        ]
        for position, line in enumerate(_of(refund, lines), start=1)
    )
    return sheet("退费明细", header, rows)


def _of(refund, lines):
    """The refund's own object on each line, instead of one query per line."""
    for line in lines.iterator(chunk_size=2000):
        line.refund = refund
        yield line
