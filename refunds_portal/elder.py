"""首页 in 长辈模式: what must I do, else where is my money, then what else there is; three rows at most."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from refunds.elder.words import Plain, plain

# Between an amount and its unit no line ends.
YUAN = "\N{NO-BREAK SPACE}元"


def told(context: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says of the ordinary one's `todo`, `own`, `lead` and `refundable`."""
    todo = context["todo"]
    return {
        "first": (todo[0].refund, _task(todo[0])) if todo else None,
        "more": len(todo) - 1,
        "money": _money(context),
        "refund_offer": _refund(*context["refundable"]),
    }


def _task(item: Any) -> Plain:
    """A task in plain words; of a draft, those it has on the ordinary page."""
    said = plain(item.refund) if item.refund.number else Plain(item.title, item.detail)
    return said if said.action else Plain(said.title, said.say, item.action, item.url)


def _money(context: Mapping[str, Any]) -> tuple[str, str]:
    """What it says, and where it leads: the oldest under way that nothing is to be done about, else what the ordinary page leads with."""
    if context["lead"] is None:
        return "还没有申请过", reverse("inquiry")
    mine = {item.refund.pk for item in context["todo"]}
    waiting = [refund for refund in context["under_way"] if refund.pk not in mine]
    refund = waiting[-1] if waiting else context["lead"].refund
    said = f"{refund.scheme.plain} {refund.amount:,.2f}{YUAN}，{plain(refund).title}"
    return said, refund.get_absolute_url() if len(context["own"]) == 1 else reverse("inquiry")


def _refund(payments: int, amount: Any, found: list[tuple[Any, Any]]) -> tuple[str, str]:
    if not payments:
        return "看看有没有能退的", reverse("social-refund")
    where = found[0][0].apply_url if len(found) == 1 else reverse("social-refund")
    return f"能退 {payments} 笔，共 {amount:,.2f}{YUAN}", where
