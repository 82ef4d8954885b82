"""What an applicant is told of each action: what happened, and what it means for her and what to do.

Rendered once, when it happens, from the words in force (`inbox/wording/`). No word of these is free text of an officer or an agency
and none is a number of a person, so that a message can stand on a phone's screen; its SMS says still less.
"""

from dataclasses import dataclass
from decimal import Decimal

from inbox.wording import current
from inbox.wording.placeholders import Facts, filled
from refunds.models import RefundApplication
from refunds.way.steps import ANSWERED, PASSED

PAID = frozenset({"pay", "pay_after_all"})
# Of what an officer started for the person (O-04), where the usual words would not let her notice what she did not want.
ON_BEHALF = frozenset({"submit", "correct_account"})


@dataclass(frozen=True)
class Said:
    """One message: its kind of words, and these. `sms` is empty where none is sent."""

    kind: str
    title: str
    body: str
    sms: str


def render(refund: RefundApplication, action: str) -> Said:
    """Raises KeyError for an action that nobody has found words for."""
    kind, amount = action, Decimal(refund.amount)
    if action in PAID and (parts := refund.scheme.parts([refund]).get(refund.pk)):
        amount, kind = parts.paid.amount, f"{action}_partly" if parts.is_partial else action
    elif action in ON_BEHALF and refund.on_behalf:
        kind = f"{action}_on_behalf"
    elif action == "correct" and refund.can_withdraw:
        kind = "correct_open"
    said = of(kind, Facts(refund=refund, amount=amount))
    return Said(kind, said.title, said.body + _apart(refund, action), said.sms)


def of(kind: str, facts: Facts) -> Said:
    """The words in force, said of these facts."""
    words = current.of(kind)
    return Said(kind, *(filled(one, facts) for one in (words.title, words.body, words.sms)))


def _apart(refund: RefundApplication, action: str) -> str:
    """How many people of a batch went another way than the message says."""
    if action not in PASSED | ANSWERED:
        return ""
    apart = refund.people.apart()
    if action in PASSED and apart.get("left_out"):
        return f"其中 {apart['left_out']:,} 人不通过，见退费明细。"
    if action in ANSWERED and apart.get("returned"):
        return f"其中 {apart['returned']:,} 人被{refund.scheme.agency_name}退回，见退费明细。"
    return ""
