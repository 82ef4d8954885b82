"""Everything that changes the state of a refund application. Pages, commands, callbacks and jobs call these and nothing else does.

decisions.py  what people decide, by number
acting_for.py whether an officer may act for the applicant
answers.py    what an agency and the bank answer, on a locked row
disputes.py   what contradicts itself: frozen, settled, stopped
bulk.py       what a person decides about many at once
corrections.py what the tax core system corrected under an application
leaving.py    what somebody who is switched off or moved leaves behind
moving.py     another tax office, or other people who decide for one
taking.py     who works on a case; changes no state
rehearsing.py what a pass would come to; changes nothing

Verb, transition and history say the same word; above the limit, `approve` refers the case instead, and the history says `refer`.
`by` is the acting User, or for an agency its code. All raise a `RefundError` with a sentence for the person who asked.
"""

from refunds.actions.acting_for import has_decided, why_not_for_her
from refunds.actions.answers import (
    accept,
    acknowledge,
    bounce,
    note_verified,
    pay,
    pay_after_all,
    refuse,
    return_payment,
)
from refunds.actions.base import (
    again,
    changed,
    frozen_with,
    handoff_called_back,
    lifted,
    locked,
    ready_for_handoff,
    record_changed,
)
from refunds.actions.bulk import MOST, Outcome, approve_all
from refunds.actions.corrections import follow_deaths, follow_people, follow_records
from refunds.actions.decisions import (
    approve,
    convert,
    correct_account,
    countersign,
    leave_out,
    reapply,
    reject,
    send_back,
    submit,
    undo,
    why_no_undo,
    withdraw,
)
from refunds.actions.disputes import (
    Found,
    dispute,
    give_way,
    set_apart,
    settle,
    settle_newer,
    stop,
)
from refunds.actions.moving import move
from refunds.actions.rehearsing import as_passed
from refunds.actions.taking import (
    assign,
    held,
    held_by_another,
    holder,
    put_all_back,
    put_back,
    take,
    take_next,
    taken_from,
)
from refunds.states import PAID_TWICE, RECALLED, STOPPED, SUPERSEDED

__all__ = [
    "MOST",
    "PAID_TWICE",
    "Outcome",
    "RECALLED",
    "STOPPED",
    "SUPERSEDED",
    "Found",
    "accept",
    "acknowledge",
    "again",
    "approve",
    "approve_all",
    "as_passed",
    "assign",
    "bounce",
    "changed",
    "convert",
    "correct_account",
    "countersign",
    "dispute",
    "follow_deaths",
    "follow_people",
    "follow_records",
    "frozen_with",
    "give_way",
    "set_apart",
    "handoff_called_back",
    "has_decided",
    "leave_out",
    "held",
    "held_by_another",
    "holder",
    "lifted",
    "locked",
    "move",
    "note_verified",
    "pay",
    "pay_after_all",
    "put_all_back",
    "put_back",
    "ready_for_handoff",
    "reapply",
    "record_changed",
    "refuse",
    "reject",
    "return_payment",
    "send_back",
    "settle",
    "settle_newer",
    "stop",
    "submit",
    "take",
    "take_next",
    "taken_from",
    "undo",
    "why_no_undo",
    "why_not_for_her",
    "withdraw",
]
