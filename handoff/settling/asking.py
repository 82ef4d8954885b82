"""向对方核实: an agency is asked about what contradicts itself, and its answers are what counts from then on.

It is asked without a lock. What it answers is written down at once, whatever becomes of the item, and then followed in one
transaction. What leaves a final state another officer confirms first.
"""

from django.db import transaction

from accounts.models import User
from handoff import disputes, proposals
from handoff.deliveries import hear
from handoff.models import Delivery, Inquiry, Proposal, WorkItem, WorkItemKind
from handoff.settling.restating import plan, settle
from handoff.store import of_dispute
from handoff.story import Contradiction
from handoff.wire import questions
from refunds import actions
from refunds.errors import NotAllowed

CONTRADICTORY = WorkItemKind.CONTRADICTION.label


def ask(item: WorkItem, *, by: User) -> str:
    """Ask about every handoff that may have left, and repair what the answers settle. A sentence for the officer."""
    handoffs = [one for one in of_dispute(item.number) if one.is_sent] if item.number else []
    if not handoffs:
        raise NotAllowed("这条异常没有可以向对方核实的移交记录。")
    replies = [(one, questions.ask(one.agency, one.instruction_id)) for one in handoffs]
    answers = [(delivery, write_down(delivery, reply, by=by)) for delivery, reply in replies]
    with transaction.atomic():
        return _after_asking(item.pk, answers, by=by)


def write_down(delivery: Delivery, reply: questions.Reply, *, by: User) -> Inquiry:
    """What an agency answered, and who had it asked."""
    fields = reply.fields or {}
    return Inquiry.objects.create(
        agency=delivery.agency, instruction_id=delivery.instruction_id, asked_by=by, answer=reply.text, **fields
    )


def _after_asking(item_id: int, answers: list[tuple[Delivery, Inquiry]], *, by: User) -> str:
    refund, item = proposals.locked(item_id, by=by)
    if not refund.disputed:
        return _follow_answers(answers)
    if refund.disputed != refund.number:
        return f"已向对方核实，答复见下方的核实记录。这笔申请随 {refund.disputed} 一并暂停，请在它的异常中处理。"
    try:
        found = plan(refund)
    except Contradiction as error:
        return f"已向对方核实，还不能据此处理：{error.sentence}。"
    if found.needs_two:
        proposals.put(item, Proposal.SETTLE, by=by)
        return "已向对方核实。按答复需要更正已办结的结果，请另一位税务人员复核确认。"
    settle(item, found, by=by)
    return "已向对方核实，并已按对方的答复处理完毕。"


def _follow_answers(answers: list[tuple[Delivery, Inquiry]]) -> str:
    """Nothing contradicts so far: an answer is news like any message."""
    try:
        with transaction.atomic():
            moved = [delivery for delivery, inquiry in answers if hear(delivery, inquiry)]
    except Contradiction as error:
        disputes.freeze(actions.locked(answers[-1][0].number), answers[-1][0], error.sentence)
        return f"已向对方核实，答复与此前的结果矛盾：{error.sentence}。已暂停办理，请在“{CONTRADICTORY}”中处理。"
    return "已向对方核实，并已按对方的答复更新。" if moved else "已向对方核实，没有新的结果，答复见下方的核实记录。"
