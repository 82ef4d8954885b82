"""An item on the desk of two officers: locked, proposed by one, confirmed by another, closed by a person."""

from django.utils import timezone

from accounts.models import User
from foundation.shortening import shortened
from handoff.models import Proposal, WorkItem
from refunds import actions
from refunds.errors import NotAllowed
from refunds.models import RefundApplication

ALREADY_CLOSED = "这条异常已由他人处理完毕或已自行了结，您的操作没有生效。"

REPLACED = "处理意见在您打开页面之后换过，没有确认。请看过下面现在的内容，再确认。"


def shown_as(item: WorkItem) -> str:
    """Which of its proposals an item has now: the page of the second officer sends it back."""
    return item.proposed_at.isoformat() if item.proposed_at else ""


def put(item: WorkItem, proposal: Proposal, *, by: User) -> None:
    """Propose what another officer has to confirm. Raises NotAllowed while somebody else's proposal waits."""
    if item.proposal and not is_of(item, by):
        raise NotAllowed("另一位税务人员已提出处理意见，请先复核。")
    item.proposal, item.proposed_by, item.proposed_at = proposal, by, timezone.now()
    item.save(update_fields=["proposal", "proposed_by", "proposed_at"])


def take_away(item: WorkItem) -> None:
    """The item is as it was before the proposal."""
    item.proposal, item.proposed_by, item.proposed_at = "", None, None
    item.save(update_fields=["proposal", "proposed_by", "proposed_at"])


def close(item: WorkItem, *, by: User, note: str) -> None:
    """Closed by a person, and whatever was proposed with it."""
    item.closed_at, item.closed_by, item.note = timezone.now(), by, shortened(note, 200)
    item.proposal = ""
    item.save(update_fields=["closed_at", "closed_by", "note", "proposal"])


def locked_proposal(item_id: int, *, by: User) -> tuple[RefundApplication, WorkItem]:
    """(application, item), locked, for another than the one who proposed. Raises NotAllowed."""
    refund, item = _locked_with_proposal(item_id, by=by)
    if is_of(item, by):
        raise NotAllowed("处理意见由您本人提出，须由另一位税务人员复核。")
    return refund, item


def own_proposal(item_id: int, *, by: User) -> WorkItem:
    """The item, locked, for whoever proposed. Raises NotAllowed."""
    _refund, item = _locked_with_proposal(item_id, by=by)
    if not is_of(item, by):
        raise NotAllowed("处理意见由另一位税务人员提出，您可以确认，也可以不同意。")
    return item


def is_of(item: WorkItem, user: User) -> bool:
    """Whether this user is the one who proposed, under whatever name she signed in."""
    return item.proposed_by is not None and item.proposed_by.person_id == user.person_id


def _locked_with_proposal(item_id: int, *, by: User) -> tuple[RefundApplication, WorkItem]:
    refund, item = locked(item_id, by=by)
    if not item.proposal:
        raise NotAllowed("这条异常现在没有待复核的处理意见，可能已被收回或已有人办理。")
    return refund, item


def locked(item_id: int, *, by: User) -> tuple[RefundApplication, WorkItem]:
    """(application, open item), locked in this order. Raises NotAllowed when somebody was faster, or it is her own money."""
    number = WorkItem.objects.values_list("number", flat=True).get(pk=item_id)
    if not number:
        raise NotAllowed("这条异常没有对应的申请，不能这样处理。")
    refund = actions.locked(number)
    item = WorkItem.objects.select_for_update().get(pk=item_id)
    if item.closed_at:
        raise NotAllowed(ALREADY_CLOSED)
    if refund.concerns(by.person):
        raise NotAllowed("这笔申请与您本人有关，须由另一位税务人员处理。")
    return refund, item
