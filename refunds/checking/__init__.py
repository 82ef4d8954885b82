"""What the machine says of an application before a person decides: findings, and the claim beside the record."""

from collections.abc import Sequence
from dataclasses import dataclass

from refunds.application import Application
from refunds.states import RELEASING, RefundStatus


@dataclass(frozen=True)
class Answer:
    """What an officer may conclude from a warning. With some conclusions nobody can pass the application."""

    code: str
    words: str
    passes: bool = True


# Where a rule has no conclusions of its own.
CHECKED = (Answer("fine", "已核实，可以退"), Answer("proof", "需补材料", passes=False))


@dataclass(frozen=True)
class Check:
    """What the machine found: the rule, whether it holds, and the whole evidence in words. A warning asks for an answer, and is
    asked anew when the evidence reads otherwise; so no evidence tells the time, and none leaves anything out. Where it is long,
    `shown` is what stands on the page."""

    code: str
    rule: str
    holds: bool
    evidence: str
    data: str = ""  # what was looked at
    answers: tuple[Answer, ...] = CHECKED
    mark: str = ""  # what the queue shows of it: a code of review/marks.py
    shown: str = ""
    stops: str = ""  # why it cannot be passed, whatever anybody answers


@dataclass(frozen=True)
class Compared:
    """One row of the claim beside the record."""

    label: str
    ours: object  # what is claimed
    theirs: object  # what the record says
    verdict: str  # 一致, 写法不同, 不同, or empty where nothing can be compared


SAME, SPELLED, DIFFERENT = "一致", "写法不同", "不同"


def compared(label: str, ours: object, theirs: object) -> Compared:
    """A row whose two sides are the same or different."""
    return Compared(label, ours, theirs, SAME if ours == theirs else DIFFERENT)


def asked_before(others: Sequence[Application]) -> Check:
    """What became of the other applications for the same money, oldest first."""
    rule = "未重复申请"
    if live := [other for other in others if other.refund_status not in RELEASING]:
        said = "、".join(f"{other.number} {other.status_label}" for other in live)
        return Check("again", rule, False, f"同一笔缴费另有申请：{said}", "退费申请", mark="again")
    ended = [other for other in others if other.refund_status != RefundStatus.NOT_APPLIED]
    if not ended:
        return Check("again", rule, True, "第一次申请", "退费申请")
    evidence = f"再次申请，此前 {len(ended)} 次都没有退成，最近一次 {ended[-1].number} {ended[-1].status_label}"
    return Check("again", rule, True, evidence, "退费申请", mark="again")


CORRECTED = "缴费记录在申请后有更正，不能按更正前的记录通过。请不通过，或等申请人撤销后按更正后的记录重新申请。"


def unchanged(words: str, *, data: str, stops: str = CORRECTED) -> Check:
    """缴费记录有更正: whether the ledger still says what was applied for; `words` are what it says otherwise."""
    if not words:
        return Check("corrected", "申请后无更正", True, "缴费记录与申请时相同", data)
    return Check("corrected", "申请后无更正", False, words, data, answers=(), mark="corrected", stops=stops)
