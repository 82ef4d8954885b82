"""What the clerk of a batch will read once it is passed, in the words of her own pages: 消息中心 and 退费明细."""

from dataclasses import dataclass

from inbox import sentences
from refunds import actions
from refunds.people import Batch, Excluded
from review.case import passing


@dataclass(frozen=True)
class Told:
    """The message, and those left out by what stands beside each of them."""

    title: str
    body: str
    excluded: list[Excluded]


def of(refund, totals, *, by) -> Told | None:
    """None when nothing can be passed: decided by now, or nobody is left."""
    if refund.review_status not in passing.DECIDES.values() or not totals.kept:
        return None
    passed = actions.as_passed(refund, by=by)
    assert isinstance(passed.people, Batch), "a clerk reads of a batch"
    said = sentences.render(passed, "approve")
    return Told(said.title, said.body, passed.people.excluded())
