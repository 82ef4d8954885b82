"""What an agency says against itself or against us freezes the application, and whatever has its payments by now."""

from handoff.items import open_item
from handoff.models import Delivery, WorkItemKind
from handoff.store import of_application
from refunds import actions
from refunds.models import RefundApplication


def freeze(refund: RefundApplication, delivery: Delivery, sentence: str) -> None:
    """Nothing of it moves, and nothing is sent, until somebody has settled the item that this opens."""
    frozen = actions.dispute(actions.locked(delivery.number), by=delivery.agency)
    for one in frozen:
        assert one.number, "it was submitted"
        of_application(one.number).update(frozen=True)
    others = "、".join(str(one.number) for one in frozen[1:])
    also = f"；同一笔缴费的申请 {others} 一并暂停" if others else ""
    open_item(WorkItemKind.CONTRADICTION, delivery, refund, f"{sentence}。已暂停办理{also}")
