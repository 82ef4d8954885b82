"""What an officer is told about medical refunds before she decides: from the ledger, not from what was typed. For any number of
them with the same queries (domain.md B2, B5)."""

from collections import defaultdict

from django.utils import timezone

from bankreports import register
from bankreports.models import Branch
from medical.corrections import changes
from medical.models import Enrolment, MedicalRefund, Payment
from refunds.checking import Answer, Check, asked_before, unchanged
from refunds.records import replaced_by
from refunds.states import RELEASING

LEDGER = "缴费记录"
# Reasons by which nobody expects another payment of the year.
LEAVES = frozenset({"employee", "elsewhere", "army", "died"})
TWICE = (
    Answer("both", "两笔都应退"),
    Answer("one", "只应退一笔", passes=False),
    Answer("proof", "需补材料", passes=False),
)
ALONE = (
    Answer("leave", "该年度不用参保，可以退"),
    Answer("due", "是当年应缴的，不能退", passes=False),
    Answer("proof", "需补材料", passes=False),
)
BEGUN = (
    Answer("allowed", "按当地规定可以退"),
    Answer("used", "已享受待遇，不能退", passes=False),
    Answer("proof", "需补材料", passes=False),
)
ACCOUNT = (
    Answer("agreed", "已联系本人，仍退到这个账户"),
    Answer("gone", "账户不能用", passes=False),
    Answer("proof", "需补材料", passes=False),
)


def checks(refunds) -> dict:
    """By key."""
    records = _Records(refunds)
    return {refund.pk: _of(refund, records) for refund in refunds}


class _Records:
    """Everything that is looked at, of all of them at once."""

    def __init__(self, refunds):
        people = {refund.applicant_id for refund in refunds}
        paid = Payment.objects.filter(enrolment__in=Enrolment.objects.filter(person__in=people)).order_by("id")
        self.tickets = defaultdict(list)
        self.payments = {payment.pk: payment for payment in paid.select_related("enrolment")}
        for payment in self.payments.values():
            self.tickets[payment.enrolment.person_id].append(payment)
        # Also a payment that belongs to somebody else by now.
        strange = {refund.payment_id for refund in refunds} - self.payments.keys()
        self.payments |= Payment.objects.select_related("enrolment").in_bulk(strange) if strange else {}
        # And what a payment takes the place of, whoever paid it and for whichever year.
        self.replaced = replaced_by(self.payments[refund.payment_id] for refund in refunds)
        self.payments |= {payment.pk: payment for chain in self.replaced.values() for payment in chain.values()}
        asked = MedicalRefund.objects.filter(payment__in=self.payments, submitted_at__isnull=False).order_by("id")
        self.changed = changes(refunds)
        self.claims = defaultdict(list)
        for refund in asked:
            self.claims[refund.payment_id].append(refund)
        self.accounts = set(register.usable_of(people).values_list("person_id", "account_index", "branch"))
        names = {refund.branch for refund in refunds}
        self.branches = set(Branch.objects.filter(name__in=names).values_list("name", flat=True))


def _of(refund, records) -> list[Check]:
    payment = records.payments[refund.payment_id]
    beside = [
        other for other in records.tickets[refund.applicant_id] if other.year == payment.year and other.pk != payment.pk
    ]
    others = [other for other in records.claims[payment.pk] if other.pk != refund.pk]
    chain = list(records.replaced[payment.pk].values())
    again = [*(other for other in beside if other not in chain), *chain]
    return [
        _unchanged(refund, payment, records.changed),
        _twice(refund, again, chain, records.claims),
        _paid_twice(refund, payment, beside, records.claims),
        asked_before(others),
        _before_the_period(refund, payment),
        _still_reported(refund, records.accounts),
        _branch(refund, records.branches),
    ]


def _unchanged(refund, payment, changed) -> Check:
    """What the tax core system corrected since; and that nothing else came between the claim and the record."""
    if refund.pk in changed:
        return unchanged(changed[refund.pk].words, data=LEDGER)
    evidence = f"缴费 {payment.amount} 元，申请退 {refund.amount} 元"
    owner = payment.enrolment.person_id == refund.applicant_id
    holds = refund.amount == payment.amount and owner
    evidence += "" if owner else "；缴费人已不是退费人"
    return Check("corrected", "退费金额", holds, evidence, LEDGER, mark="" if holds else "corrected")


def _twice(refund, beside, chain, claims) -> Check:
    """Two refunds of one year, or of a payment and of the one whose place it takes: a correction may have left both."""
    rule = "同年度无另一票证在退"
    live = [
        other
        for payment in beside
        for other in claims[payment.pk]
        if other.holds and other.refund_status not in RELEASING
    ]
    if not live:
        return Check("twice", rule, True, "没有同年度另一张票证的退费", "退费申请")
    replaced = {payment.pk for payment in chain}
    said = "；".join(
        f"{'原票证 ' if other.payment_id in replaced else ''}"
        f"{other.number if other.office_id == refund.office_id else '其他机关'} {other.amount:,.2f} 元 {other.status_label}"
        for other in live
    )
    evidence = f"{refund.year} 年度另一张票证也在退费：{said}"
    return Check("twice", rule, False, evidence, "退费申请", answers=TWICE, mark="twice")


def _paid_twice(refund, payment, beside, claims) -> Check:
    """重复缴费: another payment of the same year that is not being refunded, in any enrolment. Who is insured elsewhere, or
    nowhere any more, needs none."""
    kept = [other for other in beside if other.stands and not any(claim.holds for claim in claims[other.pk])]
    if kept:
        evidence = f"{payment.year} 年度另有一笔 {kept[0].amount} 元缴费未退（{kept[0].enrolment.agency_name}）"
        return Check("alone", "同年度其他缴费", True, evidence, LEDGER)
    evidence = f"{payment.year} 年度没有别的未退缴费；退费后该年度将没有居民医保缴费"
    return Check("alone", "同年度其他缴费", refund.reason_id in LEAVES, evidence, LEDGER, answers=ALONE)


def _before_the_period(refund, payment) -> Check:
    start = payment.period_start
    holds = start > timezone.localdate(refund.submitted_at)
    evidence = (
        f"待遇享受期 {start.isoformat()} 起，申请时{'尚未开始' if holds else '已经开始，请按当地规定核对能否退费'}"
    )
    return Check("period", "待遇享受期", holds, evidence, LEDGER, answers=BEGUN)


def _still_reported(refund, accounts) -> Check:
    """The refund goes to what was reported when it was applied for; the payee may have changed or closed that since."""
    same = (refund.applicant_id, refund.account_index, refund.branch) in accounts
    if refund.on_behalf and not same:
        evidence = "不是本人报告过的账户，由税务人员在窗口录入，请与银行卡或存折核对"
        return Check("reported", "申请时的账户", False, evidence, "存款账户账号报告", answers=ACCOUNT)
    evidence = "仍是报告中的有效账户" if same else "申请后已在存款账户账号报告里变更或注销，退费仍会退到申请时的账户"
    return Check("reported", "申请时的账户", same, evidence, "存款账户账号报告", answers=ACCOUNT)


def _branch(refund, branches) -> Check:
    known = refund.branch in branches
    evidence = refund.branch if known else f"{refund.branch} 不在网点名录里，请核对名称与账号是否属于同一家银行"
    return Check("branch", "开户银行名称", known, evidence, "网点名录", answers=ACCOUNT)
