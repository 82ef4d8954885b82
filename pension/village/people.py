"""The people of a batch as an officer sees them: totals, search, and what the machine noticed about single ones (O-06).

There are no deaths in the feeds, so nobody can be marked as died here: that is found by HRSS, line by line.
"""

from django.db.models import Count, Q, Subquery, Sum

from pension.models import LineOutcome, PensionRefundLine
from pension.village import drafts
from refunds.schemes import Member, People, Share, Totals
from refunds.states import ReviewStatus

# What the machine notices. Another refund counts for the same 缴费年度 only: villages pay every year, and a refund of
# last year would mark everybody.
MARKS = {"other": "同年度另有退费", "twice": "批内重复", "amount": "金额与多数人不同"}
ANSWERS = {LineOutcome.PAID: "已退", LineOutcome.RETURNED: "被退回", LineOutcome.OPEN: "处理中"}
# The tone of an outcome, as the code of a state that has it.
STATUS_OF = {LineOutcome.PAID: "passed", LineOutcome.RETURNED: "failed", LineOutcome.OPEN: "applied"}


def totals(refund) -> Totals:
    """Two queries, whatever the size."""
    marks = _conditions(refund)
    left_out = Q(left_out__isnull=False)
    found = refund.lines.aggregate(
        everybody=Count("pk"),
        everything=Sum("amount"),
        without=Count("pk", filter=left_out),
        without_amount=Sum("amount", filter=left_out),
        **{f"mark_{code}": Count("pk", filter=condition) for code, condition in marks.items()},
        **{f"answer_{code}": Count("pk", filter=Q(left_out=None, outcome=code)) for code in ANSWERS},
    )
    decided = refund.review_status == ReviewStatus.COMPLETED and refund.review_result == "passed"
    return Totals(
        people=found["everybody"],
        amount=found["everything"] or 0,
        left_out=found["without"],
        left_out_amount=found["without_amount"] or 0,
        marked=find(refund, only="marked").count(),
        marks=[Share(code, label, found[f"mark_{code}"]) for code, label in MARKS.items()],
        answers=[Share(code or "open", label, found[f"answer_{code}"]) for code, label in ANSWERS.items() if decided],
    )


def find(refund, *, name="", number="", only=""):
    """The lines that match, by id. `only` is a code of MARKS or ANSWERS, "marked" or "left_out"; anything else is all."""
    lines = drafts.chosen_lines(refund, name=name, number=number).select_related("payment__person", "left_out")
    marks = _conditions(refund)
    if only == "marked":
        return lines.filter(Q(*marks.values(), _connector=Q.OR))
    if only == "left_out":
        return lines.filter(left_out__isnull=False)
    if only in marks:
        return lines.filter(marks[only])
    if only in ("paid", "returned", "open"):
        return lines.filter(left_out=None, outcome="" if only == "open" else only)
    return lines


def describe(refund, lines) -> list[Member]:
    """One Member per line of a page: three queries, whatever the size of the batch."""
    people = {line.payment.person_id for line in lines}
    held = {}
    for other in _held(refund).filter(payment__person__in=people).select_related("payment", "refund__office"):
        held.setdefault(other.payment.person_id, []).append(_where(other.refund, refund))
    twice = set(_twice(refund).filter(payment__person__in=people))
    usual = _usual(refund).first()
    return [
        _member(
            line,
            [
                *held.get(line.payment.person_id, []),
                *(["批内重复，同一人有多笔"] if line.payment.person_id in twice else []),
                *([f"多数人为 {usual:,.2f} 元"] if line.amount != usual else []),
            ],
            refund,
        )
        for line in lines
    ]


def _conditions(refund) -> dict[str, Q]:
    """For lines of this batch. The subqueries do not depend on the line, so the database makes each of them once."""
    mine = _held(refund).filter(payment__person__in=refund.lines.values("payment__person"))
    return {
        "other": Q(payment__person__in=mine.values("payment__person")),
        "twice": Q(payment__person__in=_twice(refund)),
        "amount": ~Q(amount=Subquery(_usual(refund)[:1])),
    }


def _held(refund):
    """What other applications hold of the same 缴费年度, paid out or not."""
    year = refund.collective.year
    return PensionRefundLine.objects.filter(live=True, payment__year=year).exclude(refund=refund)


def _twice(refund):
    """The people who stand in this batch more than once."""
    people = refund.lines.order_by().values("payment__person").annotate(lines=Count("pk")).filter(lines__gt=1)
    return people.values_list("payment__person", flat=True)


def _usual(refund):
    """The amounts of this batch, the most common one first."""
    amounts = refund.lines.values("amount").annotate(lines=Count("pk")).order_by("-lines", "amount")
    return amounts.values_list("amount", flat=True)


def _where(other, refund) -> str:
    """Another office's case does not exist here, but that there is one matters."""
    place = other.number if other.office_id == refund.office_id else other.office.name
    return f"同年度另有退费：{place} {other.status_label}"


def _member(line, marks, refund) -> Member:
    status, outcome, words = _result(line, refund)
    return Member(
        key=line.pk,
        name=line.payment.person.name,
        id_number=line.payment.person.id_number,
        personal_number=line.payment.personal_number,
        amount=line.amount,
        marks=marks,
        left_out=bool(line.left_out_id),
        status=status,
        outcome=outcome,
        words=words,
    )


def _result(line, refund) -> tuple[str, str, str]:
    """(code with the tone, words for it, why). Nothing before the decision, except that somebody is left out."""
    if refund.review_status == ReviewStatus.COMPLETED:
        status = "failed" if line.outcome_label == "不通过" else STATUS_OF[line.outcome]
        return status, line.outcome_label, line.outcome_words
    if refund.review_status == ReviewStatus.WITHDRAWN:
        return "withdrawn", line.outcome_label, ""
    if line.left_out_id:
        return "failed", "已排除", "，".join(filter(None, [line.left_out.label, line.left_out_remark]))
    return "", "", ""


PEOPLE = People(addressable=drafts.addressable, totals=totals, find=find, describe=describe)
