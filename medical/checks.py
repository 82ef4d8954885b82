"""What an officer is told about a medical refund before she decides: from the ledger, not from what was typed."""

from django.utils import timezone

from bankreports import register
from bankreports.models import Branch
from medical.models import MedicalRefund, Payment
from refunds.schemes import Check


def checks(refund) -> list[Check]:
    """Amount, payments of the same year, benefit period, and the account (domain.md B2, B5)."""
    return [_amount(refund), _paid_twice(refund), _before_the_period(refund), _still_reported(refund), _branch(refund)]


def _amount(refund) -> Check:
    holds = refund.amount == refund.payment.amount
    evidence = f"缴费 {refund.payment.amount} 元，申请退 {refund.amount} 元"
    return Check("退费金额", holds, evidence)


def _paid_twice(refund) -> Check:
    """重复缴费: another payment of the same year that is not being refunded, in any enrolment."""
    payment = refund.payment
    live = MedicalRefund.objects.filter(holds=True).values("payment")
    others = Payment.objects.of_person(refund.applicant_id).filter(year=payment.year).exclude(pk=payment.pk)
    kept = others.exclude(pk__in=live).select_related("enrolment").first()
    if kept:
        evidence = f"{payment.year} 年度另有一笔 {kept.amount} 元缴费未退（{kept.enrolment.agency_name}）"
    else:
        evidence = f"{payment.year} 年度没有别的未退缴费；退费后该年度将没有居民医保缴费"
    return Check("同年度其他缴费", kept is not None, evidence)


def _before_the_period(refund) -> Check:
    start = refund.payment.period_start
    holds = start > timezone.localdate(refund.submitted_at)
    evidence = (
        f"待遇享受期 {start.isoformat()} 起，申请时{'尚未开始' if holds else '已经开始，请按当地规定核对能否退费'}"
    )
    return Check("待遇享受期", holds, evidence)


def _still_reported(refund) -> Check:
    """The refund goes to what was reported when it was applied for; the payee may have changed or closed that since."""
    same = register.usable(refund.applicant).filter(account_index=refund.account_index, branch=refund.branch).exists()
    evidence = "仍是报告中的有效账户" if same else "申请后已在存款账户账号报告里变更或注销，退费仍会退到申请时的账户"
    return Check("申请时的账户", same, evidence)


def _branch(refund) -> Check:
    known = Branch.objects.filter(name=refund.branch).exists()
    evidence = refund.branch if known else f"{refund.branch} 不在网点名录里，请核对名称与账号是否属于同一家银行"
    return Check("开户银行名称", known, evidence)
