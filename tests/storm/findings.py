"""What must hold when the storm is over, and what there is to tell of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

from django.db import DatabaseError, connection

from handoff.models import Callback, WorkItem
from refunds.states import FINAL, RefundStatus
from refunds_portal import invariants
from tests.storm.people import SCHEMES, correct_accounts
from tests.storm.stage import Stage

Answer = TypeVar("Answer")
# What has happened to an instruction last, in the agencies' own order.
STANDINGS = """SELECT instruction_id, (SELECT event FROM events WHERE instruction = i.key ORDER BY step DESC LIMIT 1)
    FROM instructions i"""


def if_it_can(what: Callable[[], Answer], otherwise: Answer) -> Answer:
    """What the database answers; while it is away, the other."""
    try:
        return what()
    except DatabaseError:
        connection.close()  # the next question gets one that works
        return otherwise


def broken_promises() -> list[str]:
    return [f"{one.scope}: {one.promise.words}: {one.found}" for one in invariants.broken()]


def is_at_rest(stage: Stage) -> bool:
    """Nothing is under way: everybody has an end or an owner, and everything that was said has been heard."""
    correct_accounts()
    return not (
        list(_unfinished(_all_numbers()))
        or Callback.objects.filter(applied_at=None).exists()
        or stage.book("SELECT 1 FROM events WHERE state = 'waiting' LIMIT 1")
    )


def wrong(stage: Stage, approved: list[str]) -> Iterator[str]:
    """Whatever should not be. `approved` are the numbers that officers were told about."""
    yield from broken_promises()
    yield from (f"{number} has neither an end nor an owner ({state})" for number, state in _unfinished(approved))
    owned = WorkItem.objects.filter(closed_at=None).values_list("kind", "instruction_id", "detail")
    yield from (f"somebody has to look: {item}" for item in owned)
    yield from (f"{name} was sent with {bodies} bodies" for name, bodies in stage.book(BODIES))
    yield from _payments(stage)
    told = set(Callback.objects.values_list("message_id", flat=True))
    answered = stage.book("SELECT DISTINCT webhook_id FROM events WHERE state = 'delivered'")
    yield from (f"{name} was answered 2xx and is not stored" for (name,) in answered if name not in told)
    if not stage.is_ready():
        yield "/readyz does not say 200"


BODIES = """SELECT instruction_id, count(DISTINCT digest) FROM requests WHERE instruction_id <> ''
    GROUP BY instruction_id HAVING count(DISTINCT digest) > 1"""


def _all_numbers() -> list[str]:
    return [number for model in SCHEMES for number in model.objects.values_list("number", flat=True)]


def _unfinished(numbers: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(number, state) of what has neither an end nor an owner."""
    wanted, owned = set(numbers), set(WorkItem.objects.filter(closed_at=None).values_list("number", flat=True))
    for model in SCHEMES:
        for number, state in model.objects.values_list("number", "refund_status"):
            if number in wanted and number not in owned and state not in FINAL:
                yield number, state


def _payments(stage: Stage) -> Iterator[str]:
    """The agencies have paid exactly what the portal calls refunded, each once, to the fen."""
    paid = Counter(name.rpartition("-")[0] for name, event in stage.book(STANDINGS) if event == "paid")
    yield from (f"{number} was paid {times} times" for number, times in paid.items() if times > 1)
    ours = {number for model in SCHEMES for number in _refunded(model).values_list("number", flat=True)}
    yield from (f"{number} is paid on one side only" for number in sorted(ours ^ set(paid)))
    amounts = """SELECT json_extract(body, '$.amount') FROM events e WHERE event = 'paid' AND step = (
        SELECT max(step) FROM events WHERE instruction = e.instruction) GROUP BY instruction"""
    theirs = sum((Decimal(amount) for (amount,) in stage.book(amounts)), Decimal())
    if (total := _paid_by_our_books()) != theirs:
        yield f"they paid {theirs}, our books say {total}"


def _refunded(model):
    return model.objects.filter(refund_status=RefundStatus.REFUNDED)


def _paid_by_our_books() -> Decimal:
    """Of a batch the lines that were paid."""
    singles = [refund for model in SCHEMES for refund in _refunded(model) if not getattr(refund, "is_batch", False)]
    batches = [refund for refund in _refunded(SCHEMES[0]) if refund.is_batch]
    lines = [line.amount for refund in batches for line in refund.lines.all() if line.outcome == "paid"]
    return sum([*(refund.amount for refund in singles), *lines], Decimal())


def figures(stage: Stage) -> dict[str, object]:
    """What there was to survive."""
    states = Counter(state for model in SCHEMES for state in model.objects.values_list("refund_status", flat=True))
    (again,) = stage.book("SELECT count(*) FROM (SELECT 1 FROM requests GROUP BY instruction_id HAVING count(*) > 1)")
    return {
        "instructions": stage.book("SELECT count(*) FROM instructions")[0][0],
        "instructions sent more than once": again[0],
        "questions": stage.book("SELECT count(*) FROM questions")[0][0],
        "messages told": stage.book("SELECT count(*) FROM events WHERE state = 'delivered'")[0][0],
        "messages told more than once": stage.book("SELECT count(*) FROM events WHERE attempts > 1")[0][0],
        "messages stored": Callback.objects.count(),
        "ends": dict(states),
        "items that closed themselves": dict(Counter(WorkItem.objects.values_list("kind", flat=True))),
    }
