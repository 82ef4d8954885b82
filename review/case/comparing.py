"""The claim beside the record, row by row: the scheme's rows, then where the money goes."""

from refunds.checking import Compared
from review.checks import spelling


def rows(refund, found) -> list[Compared]:
    """Empty for a batch, whose people stand in a list."""
    own = refund.scheme.compare(refund)
    if not own:
        return []
    verdict = spelling.verdict(refund.account_name, refund.payee_name)
    shared = next(finding.check for finding in found if finding.check.code == "shared")
    used = "没有其他退费人使用" if shared.holds else "另有退费人使用，见系统核对"
    return [
        *own,
        Compared("账户名称", refund.account_name, f"退费人 {refund.payee_name}", verdict),
        Compared("收款账户", f"{refund.bank_name} {refund.account_number}", used, ""),
    ]
