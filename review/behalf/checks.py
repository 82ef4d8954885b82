"""What the machine says of an account while an officer types it, before anything is submitted."""

from foundation.numbers import fold_name
from refunds import schemes
from refunds.schemes import Check
from refunds.states import RELEASING


def checks(refund) -> list[Check]:
    """Of an application that is not stored yet. Two queries per scheme."""
    return [_name(refund), _shared(refund), _first(refund)]


def _name(refund) -> Check:
    fits = fold_name(refund.account_name) == fold_name(refund.payee_name)
    return Check("户名与退费人一致", fits, "" if fits else f"户名 {refund.account_name}，退费人 {refund.payee_name}")


def _shared(refund) -> Check:
    shared = any(
        rows.exclude(applicant=refund.applicant_id).exclude(refund_status__in=RELEASING).exists()
        for rows in _with_account(refund)
    )
    return Check("没有其他退费人使用", not shared, "另一退费人的申请也用这个账户，请核对是否本人账户" if shared else "")


def _first(refund) -> Check:
    known = any(rows.filter(applicant=refund.applicant_id).exists() for rows in _with_account(refund))
    return Check("此人用过这个账户", known, "" if known else "此人第一次用这个账户，请与银行卡或存折对照")


def _with_account(refund):
    return [
        scheme.model.objects.filter(account_index=refund.account_index, submitted_at__isnull=False)
        for scheme in schemes.every()
    ]
