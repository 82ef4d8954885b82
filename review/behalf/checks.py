"""What the machine says of an account while an officer types it, before anything is submitted."""

from dataclasses import dataclass

from foundation.numbers import fold_name
from refunds import schemes
from refunds.states import RELEASING


@dataclass(frozen=True)
class Finding:
    """Whether a rule holds, and what an officer reads of it."""

    holds: bool
    words: str


def checks(refund) -> list[Finding]:
    """Of an application that is not stored yet. Two queries per scheme."""
    return [_name(refund), _shared(refund), _first(refund)]


def _name(refund) -> Finding:
    if fold_name(refund.account_name) == fold_name(refund.payee_name):
        return Finding(True, "户名与退费人一致")
    return Finding(False, f"户名 {refund.account_name}，与退费人 {refund.payee_name} 不一致")


def _shared(refund) -> Finding:
    shared = any(
        rows.exclude(applicant=refund.applicant_id).exclude(refund_status__in=RELEASING).exists()
        for rows in _with_account(refund)
    )
    if shared:
        return Finding(False, "另一退费人的申请也用这个账户，请核对是否本人账户")
    return Finding(True, "没有其他退费人使用这个账户")


def _first(refund) -> Finding:
    if any(rows.filter(applicant=refund.applicant_id).exists() for rows in _with_account(refund)):
        return Finding(True, "此人以前的申请用过这个账户")
    return Finding(False, "此人第一次用这个账户，请与银行卡或存折对照")


def _with_account(refund):
    return [
        scheme.model.objects.filter(account_index=refund.account_index, submitted_at__isnull=False)
        for scheme in schemes.every()
    ]
