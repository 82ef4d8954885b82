"""领取, as the case page shows it: who works on it, how long still, and what this officer may do about it."""

from dataclasses import dataclass
from math import ceil

from django.utils import timezone

from refunds import actions


@dataclass(frozen=True)
class Holding:
    """`name` is empty when nobody has it."""

    name: str = ""
    minutes: int = 0
    mine: bool = False
    may_take: bool = False

    @property
    def words(self) -> str:
        if not self.name:
            return "未领取"
        return f"{'您' if self.mine else self.name}，还剩 {self.minutes} 分钟"


def of(refund, user, *, may_decide: bool) -> Holding:
    """Who has it, through the eyes of an officer who `may_decide` it, if nobody else has it."""
    holder = actions.holder(refund)
    if holder is None:
        return Holding(may_take=may_decide)
    minutes = max(1, ceil((refund.taken_until - timezone.now()).total_seconds() / 60))
    return Holding(holder.display_name, minutes, holder.pk == user.pk)
