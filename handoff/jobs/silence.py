"""What an agency has taken and never speaks of again (reliability T11). It may be lost there, or its result on the way to us: after
that many days (参数) it is somebody's work, until there is a result.
"""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from foundation import apart
from handoff.items import close_settled, open_item
from handoff.models import Delivery, DeliveryStatus, WorkItem, WorkItemKind
from handoff.store import known, locked
from refunds.parameters import values

IN_HAND = (DeliveryStatus.ACKNOWLEDGED, DeliveryStatus.ACCEPTED)
DETAIL = "对方 {day} 接收后，{days} 天没有退付的结果。请向对方核实；对方查不到或不再退付的，请求停付。有了结果，这条异常会自行了结。"


def tell() -> None:
    """An item for each that is silent for so long, and none for what has a result by now. Each whatever becomes of the others."""
    told = WorkItem.objects.filter(kind=WorkItemKind.SILENT, closed_at=None)
    in_hand = Delivery.objects.filter(status__in=IN_HAND, instruction_id=OuterRef("instruction_id"))
    for item in told.exclude(Exists(in_hand)):
        close_settled([WorkItemKind.SILENT], item.instruction_id, agency=item.agency)
    bound = timezone.now() - timedelta(days=values.whole("agency-silent-days"))
    silent = known().filter(status__in=IN_HAND, acknowledged_at__lt=bound, frozen=False)
    about = told.filter(instruction_id=OuterRef("instruction_id"))
    apart.each(partial(_tell, delivery) for delivery in silent.exclude(Exists(about)))


@transaction.atomic
def _tell(delivery: Delivery) -> None:
    refund, delivery = locked(delivery)
    if delivery.status not in IN_HAND or delivery.acknowledged_at is None:
        return  # a result came meanwhile
    detail = DETAIL.format(day=timezone.localdate(delivery.acknowledged_at), days=values.whole("agency-silent-days"))
    open_item(WorkItemKind.SILENT, delivery, refund, detail)
