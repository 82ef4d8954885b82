"""What the ledger of 养老 says of applications, for any number of them with the same queries."""

from collections import defaultdict

from django.db.models import Count, F, Max, Min, Q

from pension.codes import APPLICABLE
from pension.corrections import changes
from pension.models import Payment, PensionRefundLine
from refunds.checking import Answer, Check, amounts, asked_before, unchanged
from refunds.records import replaced_by

LEDGER = "缴费记录"
# Of tickets beside the one that is asked back; their number is always said.
MOST_TICKETS = 3
TWICE = (
    Answer("both", "两笔都应退"),
    Answer("corrected", "一笔是更正，只退一笔", passes=False),
    Answer("proof", "需补材料", passes=False),
)
CORRECTED_MEMBERS = "有人的缴费记录在申请后有更正，不能按更正前的记录通过。请排除有更正的人员，或不通过整批。"
ARRIVED = "这笔缴费现在已到账，不能按未到账通过。请不通过，或由税务人员转为代为发起（已到账的缴费由税务人员发起，原申请同时撤销）。"


def checks(refunds) -> dict:
    """By key. A batch is of the one payment of its village, which may have arrived (I-15)."""
    batches = [refund for refund in refunds if refund.is_batch]
    singles = [refund for refund in refunds if not refund.is_batch]
    return _of_people(singles) | _of_batches(batches)


def _of_people(refunds) -> dict:
    if not refunds:
        return {}
    lines = {
        line.refund_id: line for line in PensionRefundLine.objects.filter(refund__in=refunds).select_related("payment")
    }
    replaced = replaced_by(line.payment for line in lines.values())
    own = Payment.objects.filter(person__in={refund.applicant_id for refund in refunds})
    paid = {payment.pk: payment for payment in own.order_by("id")}
    paid |= {payment.pk: payment for chain in replaced.values() for payment in chain.values()}
    claims = _claims({line.payment_id for line in lines.values()} | paid.keys())
    found, changed = {}, changes(refunds)
    for refund in refunds:
        line = lines[refund.pk]
        chain = replaced[line.payment_id]
        tickets = [
            payment
            for payment in paid.values()
            if payment.person_id == refund.applicant_id or payment.ticket_number in chain
        ]
        others = [other.refund for other in claims[line.payment_id] if other.refund_id != refund.pk]
        found[refund.pk] = [
            _arrived(refund, line),
            unchanged(_said(changed, refund), data=LEDGER),
            _twice(refund, line, tickets, chain, claims),
        ]
        found[refund.pk].append(asked_before(others))
    return found


def _said(changed, refund) -> str:
    return changed[refund.pk].words if refund.pk in changed else ""


def _claims(keys) -> dict:
    """The lines of applications, by payment."""
    found = defaultdict(list)
    lines = PensionRefundLine.objects.submitted().filter(payment__in=keys).select_related("refund").order_by("id")
    for line in lines:
        found[line.payment_id].append(line)
    return found


def _arrived(refund, line) -> Check:
    """P1-11. What an officer applied for may have arrived: that is her business (O-04)."""
    rule, status = "缴费未到账或异常", line.payment.get_arrival_status_display()
    if line.payment.arrival_status in APPLICABLE:
        return Check("arrived", rule, True, f"缴费现在是{status}", LEDGER)
    if refund.evidence:
        return Check("arrived", rule, True, f"缴费{status}，由税务人员代为发起，可以退", LEDGER, mark="arrived")
    return Check("arrived", rule, False, "这笔缴费现在已到账", LEDGER, answers=(), mark="arrived", stops=ARRIVED)


def _twice(refund, line, tickets, chain, claims) -> Check:
    """Of the same person, kind and time on another ticket: a correction may have left both. So may one whose place this ticket takes,
    whatever it said."""
    paid = line.payment
    beside = [other for other in tickets if other.pk != paid.pk and _is_the_same(other, paid, chain)]
    rule = "同年度无另一票证"
    if not beside:
        return Check("twice", rule, True, f"{paid.year} 年度只有这一张票证", LEDGER)
    said = [_other(other, claims[other.pk], refund, chain) for other in beside]
    more = f"；还有 {len(said) - MOST_TICKETS} 张" if len(said) > MOST_TICKETS else ""
    why = "所属期重叠或被代替" if any(other.ticket_number in chain for other in beside) else "所属期重叠"
    about = f"{paid.year} 年度{why}的另有 {len(said)} 张："
    evidence, shown = about + "；".join(said), about + "；".join(said[:MOST_TICKETS]) + more
    return Check("twice", rule, False, evidence, LEDGER, answers=TWICE, mark="twice", shown=shown)


def _is_the_same(other, paid, chain) -> bool:
    overlaps = other.period_start <= paid.period_end and other.period_end >= paid.period_start
    return other.ticket_number in chain or (other.payment_type == paid.payment_type and overlaps)


def _other(payment, lines, refund, chain) -> str:
    """One other ticket, and what became of it. What another office has is no number here, but that there is one matters."""
    live = [line.refund for line in lines if line.live]
    state = "没有申请退费"
    if live:
        where = live[-1].number if live[-1].office_id == refund.office_id else "其他机关"
        state = f"{where} {live[-1].status_label}"
    kind = "原票证" if payment.ticket_number in chain else "票证"
    return f"{kind} {payment.ticket_number}，{payment.amount:,.2f} 元，{payment.get_arrival_status_display()}，{state}"


def _of_batches(refunds) -> dict:
    if not refunds:
        return {}
    known = Q(payment__collective=F("refund__collective"))
    changed = changes(refunds)
    lines = PensionRefundLine.objects.filter(refund__in=refunds).values("refund_id")
    totals = lines.annotate(
        people=Count("pk"),
        members=Count("pk", filter=known),
        deceased=Count("pk", filter=Q(payment__person__deceased_on__isnull=False, left_out=None)),
        lowest=Min("amount"),
        highest=Max("amount"),
    )
    bounds = amounts.bounds("pension", [refund.year for refund in refunds])
    by_key = {refund.pk: refund for refund in refunds}
    return {row["refund_id"]: _of_batch(row, by_key[row["refund_id"]], changed, bounds) for row in totals}


def _amounts(row, year, bounds) -> Check:
    return amounts.check(year, row["lowest"], row["highest"], bounds.get(year))


def _of_batch(row, refund, changed, bounds) -> list[Check]:
    strangers, died = row["people"] - row["members"], row["deceased"]
    evidence = f"有 {strangers} 人不在这笔缴费的名单里" if strangers else "全部人员都在村组的这笔缴费里"
    dead = f"有 {died} 人有死亡日期，请核对由谁领取" if died else "全部人员都没有死亡日期"
    return [
        Check("members", "人员属于这笔缴费", not strangers, evidence, LEDGER),
        unchanged(_said(changed, refund), data=LEDGER, stops=CORRECTED_MEMBERS),
        Check("deceased", "人员在世", not died, dead, LEDGER, mark="deceased" if died else ""),
        _amounts(row, refund.year, bounds),
    ]
