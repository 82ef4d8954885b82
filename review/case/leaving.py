"""Many people of a batch are left out, or taken in again, with one press: all that a search matches, or all that a list names.

Whoever is left out already keeps her reason, and nobody leaves everybody out: that is a rejection.
"""

from django.db import transaction

from refunds import actions, errors
from refunds.people import Batch

NOBODY_LEFT = "这样就没有人可以通过了，所以没有排除任何人。整批都不通过的，请改用【不通过】。"


class Changed(errors.RefundError):
    """Others match now than those the page counted."""

    def __init__(self, shown: int, now: int):
        super().__init__(
            f"符合条件的人员有变动：页面上是 {shown:,} 人，现在是 {now:,} 人，没有改动任何人。请核对名单后再办。"
        )


@transaction.atomic
def matching(number: str, *, by, search: dict, shown: int, reason, remark: str = "") -> int:
    """All that the search matches, if they are as many as `shown`; with `reason` None they are taken in again. How many.

    Raises Changed, NotAllowed and what `actions.leave_out` raises.
    """
    people = _batch(number, by)
    lines = people.keys(people.find(**search), left_out=reason is None)
    if len(lines) != shown:
        raise Changed(shown, len(lines))
    return _mark(number, lines, by=by, reason=reason, remark=remark)


@transaction.atomic
def listed(number: str, *, by, lines: list[int], reason, remark: str) -> int:
    """Those of `lines` who are not left out yet. How many. Raises NotAllowed and what `actions.leave_out` raises."""
    people = _batch(number, by)
    return _mark(number, people.keys(lines, left_out=False), by=by, reason=reason, remark=remark)


def _batch(number: str, by) -> Batch:
    people = actions.locked(number, by=by).people
    assert isinstance(people, Batch), "only people of a batch are left out"
    return people


def _mark(number, lines, *, by, reason, remark):
    refund = actions.leave_out(number, by=by, lines=lines, reason=reason, remark=remark)
    if not refund.people.amount_to_pass():
        raise errors.NotAllowed(NOBODY_LEFT)
    return len(lines)
