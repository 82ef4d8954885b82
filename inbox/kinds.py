"""The kinds of messages: what an administrator calls them, which segment they stand in, and how they are marked."""

from django.db.models import TextChoices


class Segment(TextChoices):
    """Where a message stands in 消息中心."""

    TO_DO = "todo", "要我处理"
    PROGRESS = "progress", "办理进度"
    ANSWER = "answer", "咨询答复"


# Of each kind of message, in the order of the way of an application. Those of one action stand together.
LABELS = {
    "submit": "已提交",
    "submit_on_behalf": "已由税务机关代为发起",
    "withdraw": "已撤销",
    "convert": "已转为税务机关代为发起",
    "approve": "税务审核通过",
    "countersign": "税务复核通过",
    "reject": "税务审核未通过",
    "undo": "审核决定已收回",
    "recall": "移交已撤回",
    "refuse": "社保部门退回",
    "accept": "社保部门核验通过",
    "pay": "退费成功",
    "pay_partly": "退费部分成功",
    "bounce": "银行退付失败",
    "correct_account": "账户已更正",
    "correct_account_on_behalf": "账户已由税务机关代为更正",
    "return_payment": "银行退汇",
    "pay_after_all": "银行已按原账户退付",
    "pay_after_all_partly": "银行已按原账户退付一部分人",
    "stop": "已停止退付",
    "give_way": "改由另一笔申请退付",
    "set_apart": "部分人员改由另一笔申请退付",
    "dispute": "正在向社保部门核实",
    "settle": "核实完毕",
    "correct": "缴费记录有更正（已审核）",
    "correct_open": "缴费记录有更正（还没有审核）",
    "correct_back": "缴费记录已恢复原样",
    "move": "转由另一税务机关审核",
    "answer": "咨询已答复",
    "draft_ends": "草稿将到期",
    "draft_ended": "草稿已到期删除",
}
# Of what was never submitted: there is no application, and no number to name.
OF_DRAFTS = frozenset({"draft_ends", "draft_ended"})
# What asks the applicant to do something, and the actions after which it may not be asked any more.
TO_DO = frozenset({"bounce", "return_payment", "correct_open"})
DONE = frozenset(
    {"correct_account", "pay_after_all", "withdraw", "convert", "correct_back", "stop", "settle", "reject"}
)
# Decisions of an officer, which she may take back.
DECISIONS = frozenset({"approve", "countersign", "reject"})
# Between officers, or too fine: what follows is told.
UNTOLD = frozenset({"refer", "send_back", "undo_referral", "acknowledge", "redirect", "assign"})
BADGES = {
    "submit": ("已收到", "brand"),
    "withdraw": ("已撤销", "idle"),
    "convert": ("已撤销", "idle"),
    "reject": ("未通过", "returned"),
    "recall": ("未退付", "returned"),
    "refuse": ("已退回", "returned"),
    "pay": ("已退付", "passed"),
    "pay_after_all": ("已退付", "passed"),
    "stop": ("未退付", "returned"),
    "give_way": ("未退付", "returned"),
    "answer": ("咨询答复", "brand"),
    "draft_ends": ("将到期", "waiting"),
    "draft_ended": ("已删除", "idle"),
}


def segment_of(kind: str) -> Segment:
    """Where a new message of that kind stands."""
    if kind == "answer":
        return Segment.ANSWER
    return Segment.TO_DO if kind in TO_DO else Segment.PROGRESS
