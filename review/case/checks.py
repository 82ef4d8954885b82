"""What the machine can say before a person decides: each check names its evidence."""

from foundation.numbers import fold_name
from refunds import schemes
from refunds.schemes import Check
from refunds.states import RELEASING


def checks(refund) -> list[Check]:
    """Those that hold for every scheme, then the scheme's own."""
    return [_name(refund), _shared_account(refund), *refund.scheme.checks(refund)]


def _name(refund) -> Check:
    fits = fold_name(refund.account_name) == fold_name(refund.payee_name)
    evidence = f"账户名称 {refund.account_name}，退费人 {refund.payee_name}"
    return Check("账户名称与退费人一致", fits, evidence)


def _shared_account(refund) -> Check:
    shared = any(_others_with(scheme.model, refund).exists() for scheme in schemes.every())
    evidence = "同一银行账号还用于另一退费人的申请，请核对" if shared else "没有其他退费人使用同一银行账号"
    return Check("银行账号未与他人共用", not shared, evidence)


def _others_with(model, refund):
    """Live applications of somebody else with this account. One's own may all use the same."""
    live = model.objects.filter(account_index=refund.account_index).exclude(refund_status__in=RELEASING)
    return live.exclude(applicant=refund.applicant_id, organisation=refund.organisation_id)
