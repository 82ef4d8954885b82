"""What an agency says is told in its own order: the same messages tell the same story, whatever order they come in."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.story import FOLLOWS, Contradiction, Instruction, Said, tell

TICKETS = {"A": Decimal("100.01"), "B": Decimal("200.20"), "C": Decimal("400.00")}
INSTRUCTION = Instruction(TICKETS, since=date(2026, 11, 1))
AT = datetime(2026, 11, 20, 4, tzinfo=UTC)
WHOLE = INSTRUCTION.amount


def one(sequence, event, *, returned=(), amount=None, paid_on=None):
    left = WHOLE - sum((TICKETS.get(ticket, Decimal()) for ticket in returned), Decimal())
    return Said(
        sequence, event, left if amount is None else Decimal(amount), AT, "", paid_on, dict.fromkeys(returned, "已死亡")
    )


@st.composite
def true_stories(draw):
    """What an honest agency says: legal steps, lists that grow, gaps in the count, and everything said again."""
    event, returned, sequence, said = "", [], 0, []
    for _ in range(draw(st.integers(1, 5))):
        following = sorted(FOLLOWS[event] - {"refused", "cancelled"}) or [event]
        event = draw(st.sampled_from(following))
        returned = sorted(set(returned) | draw(st.sets(st.sampled_from("AB"))))
        sequence += draw(st.integers(1, 3))
        said += [one(sequence, event, returned=returned)] * draw(st.integers(1, 2))
    return said


@given(said=true_stories(), shuffle=st.randoms())
def test_any_order_of_a_true_story_ends_the_same(said, shuffle):
    told = tell(INSTRUCTION, said)
    mixed = list(said)
    shuffle.shuffle(mixed)
    assert tell(INSTRUCTION, mixed) == told
    assert told.last == said[-1]


@given(said=true_stories(), shuffle=st.randoms())
def test_every_part_of_a_true_story_is_true(said, shuffle):
    """Messages that are late or lost make no contradiction."""
    tell(INSTRUCTION, [message for message in said if shuffle.random() > 0.5] or said[:1])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([one(1, "refused"), one(2, "paid")], "先回传“核验退回”，又回传“银行已退付”"),
        ([one(1, "cancelled"), one(2, "paid")], "先回传“已取消，不会退付”，又回传“银行已退付”"),
        ([one(1, "paid"), one(2, "accepted")], "先回传“银行已退付”，又回传“核验通过”"),
        ([one(1, "paid"), one(1, "bounced")], "同一个序号 1 回传了两种内容"),
        ([one(1, "paid", paid_on=date(2026, 11, 2)), one(1, "paid", paid_on=date(2026, 11, 3))], "同一个序号 1"),
        ([one(1, "paid", amount="700.20")], "金额是 700.20 元，按移交的明细应是 700.21 元"),
        ([one(1, "paid", returned="A", amount=WHOLE)], "金额是 700.21 元，按移交的明细应是 600.20 元"),
        ([one(1, "accepted", returned="A"), one(2, "paid")], "先退回、后来又不再退回 1 条明细（票证号码 A）"),
        ([one(1, "accepted", returned="X")], "退回了不在这条指令里的 1 条明细（票证号码 X）"),
        ([one(1, "paid", returned="ABC")], "退回了全部明细，又回传“银行已退付”"),
        ([one(1, "paid", paid_on=date(2026, 10, 31))], "早于审核通过的日期 2026-11-01"),
    ],
)
def test_what_cannot_be_true_together_is_said_in_any_order(said, why):
    for order in itertools.permutations(said):
        with pytest.raises(Contradiction) as error:
            tell(INSTRUCTION, order)
        assert why in error.value.sentence


@pytest.mark.parametrize("amount", [WHOLE, "600.20"])
def test_where_no_money_moves_the_whole_or_the_rest_is_named(amount):
    assert tell(INSTRUCTION, [one(1, "accepted", returned="A"), one(2, "refused", returned="A", amount=amount)])


OTHERWISE = {
    "another day": lambda first: replace(first, occurred_at=AT - timedelta(days=3)),
    "another day of the bank": lambda first: replace(first, paid_on=date(2026, 11, 3)),
    "another reason": lambda first: replace(first, reason="户名不符"),
    "another reason of a line": lambda first: replace(first, returned={"A": "已入账"}),
}


@pytest.mark.parametrize("change", OTHERWISE.values(), ids=OTHERWISE)
def test_a_sequence_said_again_otherwise_is_a_contradiction_in_any_order(change):
    first = one(2, "paid", returned="A")
    for order in ([first, change(first)], [change(first), first], [first, first, change(first)]):
        with pytest.raises(Contradiction, match="同一个序号 2 回传了两种内容"):
            tell(INSTRUCTION, order)


@given(
    said=true_stories(),
    pick=st.randoms(),
    change=st.sampled_from([*OTHERWISE.values(), lambda first: replace(first, occurred_at=AT + timedelta(minutes=1))]),
)
def test_whatever_is_said_twice_all_orders_and_repetitions_end_the_same(said, pick, change):
    """Either the same story or a contradiction, and the same one."""

    def ending(order):
        try:
            told = tell(INSTRUCTION, order)
        except Contradiction:
            return None
        return told.last.content, told.last.day, told.answered_at

    said = [*said, change(pick.choice(said))]
    mixed = said + pick.choices(said, k=2)
    pick.shuffle(mixed)
    assert ending(mixed) == ending(said) == ending(said[::-1])
