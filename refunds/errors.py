"""Why an action was refused. Each message is a whole sentence that the person who asked may read."""

from datetime import datetime
from math import ceil

from django.utils import timezone

from refunds.application import Application
from refunds.states import ReviewStatus


class RefundError(Exception):
    """An action that the rules do not allow now."""

    def __init__(self, message: str):
        super().__init__(message)
        self.message = message


class NoSuchApplication(RefundError):
    """It does not exist, or not for this user: the two look the same."""

    def __init__(self) -> None:
        super().__init__("没有找到这笔退费申请。请从列表重新进入。")


class AlreadyClaimed(RefundError):
    """A payment has a live refund already."""

    def __init__(self) -> None:
        super().__init__("选中的缴费里有一笔正在退费或已经退费，不能再次申请。请点击【进度查询】查看。")


class NotRefundable(RefundError):
    """A payment that cannot be applied for here."""


class RecordChanged(NotRefundable):
    """The tax core system corrected the payment while somebody applied for it."""

    def __init__(self) -> None:
        super().__init__("缴费记录刚刚有更正，与您看到的不同。请回到缴费列表，核对现在的金额后重新申请。")


class Corrected(RefundError):
    """The tax core system corrected the payment after the application."""

    def __init__(self, refund: Application):
        super().__init__(f"缴费记录在申请之后有更正（{refund.corrected}），不能按更正前的金额办理这一步。")


class NotWithdrawable(RefundError):
    """P3-20: only 待审核 can be withdrawn."""

    def __init__(self, refund: Application | None = None):
        if refund is not None and refund.review_status == ReviewStatus.WITHDRAWN:
            super().__init__("这笔申请已经撤销，不用再撤销。")
        else:
            super().__init__("这笔申请已经审核，不能撤销。只有审核状态为“待审核”的申请可以撤销。")


class AlreadyDecided(RefundError):
    """Somebody else decided first, or the applicant withdrew."""

    def __init__(self, refund: Application):
        super().__init__("这笔申请已不在待办中，您的操作没有生效。请看下面的办理记录。")
        self.refund = refund


class NotAllowed(RefundError):
    """The user may see it but not do this."""


class Taken(RefundError):
    """A colleague works on it."""

    def __init__(self, name: str, until: datetime | None):
        minutes = max(1, ceil((until - timezone.now()).total_seconds() / 60)) if until else 1
        super().__init__(f"{name}已领取这笔申请，还有 {minutes} 分钟。您的操作没有生效，可以先办别的，或请复核人转交。")


class LeftOutChanged(RefundError):
    """A colleague left people out, or took them in, after the page of the decision was shown."""

    def __init__(self) -> None:
        super().__init__("排除的人员在您打开这件申请之后有变动（可能是同事操作的）。请核对现在的名单后再通过。")


class EverybodyLeftOut(RefundError):
    """A pass that would pass nobody is a rejection."""

    def __init__(self) -> None:
        super().__init__("所有人员都已排除，没有可以通过的人。请改用【不通过】，或恢复部分人员后再通过。")


class NotCorrectable(RefundError):
    """Only a failed payment has an account to correct."""

    def __init__(self) -> None:
        super().__init__("这笔申请不在“退付失败”状态，账户不需要更正。")


class AccountUnchanged(RefundError):
    """To the same account it would come back again, unless the bank has mended it."""

    def __init__(self) -> None:
        super().__init__(
            "账号和户名都与退付失败时一样，再退一次还会被退回。请更正账号或户名；"
            "如果两样都没有错、银行已经处理好，请勾选“银行已处理好”后再提交。"
        )


class Frozen(RefundError):
    """What an agency said contradicts itself, so nothing moves until somebody has asked."""

    def __init__(self, refund: Application):
        where = "" if refund.disputed == refund.number else f"（涉及此前的申请 {refund.disputed}）"
        super().__init__(f"这笔申请的办理结果正在向对方核实{where}，核实清楚之前不能办理这一步。")


class TooLate(RefundError):
    """A decision cannot be taken back any more."""

    def __init__(self) -> None:
        super().__init__("收回决定的时间已过，或已经移交对方，不能再收回。")


class AlreadyClaimedSince(RefundError):
    """A payment that the decision had freed is in another application by now."""

    def __init__(self) -> None:
        super().__init__("这笔决定放开的缴费已经重新申请，不能再收回决定。")
