"""What an applicant is told of each action: what happened, and what it means for her and what to do.

Rendered once, when it happens. No word of these is free text of an officer or an agency and none is a number of a person, so
that a message can stand on a phone's screen, and later in an SMS.
"""

from decimal import Decimal
from typing import Any

from refunds.models import RefundApplication
from refunds.states import PARTIAL
from refunds.way.steps import ANSWERED, PASSED

# Which application it is about. The amount is the application's; of a batch that was paid, what was paid of it.
ABOUT = "{scheme.label}退费 {amount:,.2f} 元"

PASSED_ON = ("税务已通过", "税务机关已审核通过，接下来由{scheme.agency_title}核验，暂时不用您做什么。")
AGAIN = "请更正账户，更正后系统会重新退付，不用重新申请。"
SENTENCES: dict[str, tuple[str, str]] = {
    "submit": ("已提交，等待税务审核", "税务机关正在审核，参考时限 {due}。审核期间可以撤销退费。"),
    "withdraw": ("已撤销", "退费申请已经撤销，有关的缴费可以重新申请退费。"),
    "convert": (
        "已转为税务机关代为发起",
        "这笔缴费已经到账，不能由您自己申请，这份申请不再办理。税务机关已用您填写的账户代您重新发起，见新的申请单，不用您再提交。",
    ),
    "approve": PASSED_ON,
    "countersign": PASSED_ON,
    "reject": (
        "税务审核未通过",
        "原因：{refund.reject_reason.label}。下一步：{refund.reject_reason.next_step}",
    ),
    "undo": ("重新审核中", "审核决定已由税务机关收回，正在重新审核，暂时不用您做什么。"),
    "recall": ("移交已撤回，可以重新申请", "这笔退费没有退付，移交已撤回。有关的缴费可以重新申请退费。"),
    "refuse": (
        "{scheme.agency_name}退回",
        "{scheme.agency_title}没有通过核验，原因见申请单。如有疑问，请拨打 {scheme.hotline}；情况有变化时可以重新申请。",
    ),
    "accept": (
        "{scheme.agency_name}核验通过，转银行退付",
        "银行会退付到您填写的账户，结果会再告诉您，暂时不用您做什么。",
    ),
    "pay": ("退费成功", "银行退付日期 {refund.refunded_on}，请向开户银行核对是否到账。"),
    "bounce": ("退付失败，请更正账户", "银行没有退付，原因见申请单。" + AGAIN),
    "correct_account": ("账户已更正，重新退付", "系统会用新账户重新退付，不用重新申请，结果会再告诉您。"),
    "return_payment": ("银行退汇，请更正账户", "退付的款项被银行退回，原因见申请单。" + AGAIN),
    "pay_after_all": ("退费成功", "银行已按原账户退付成功，退付日期 {refund.refunded_on}，不用再更正账户。"),
    "stop": ("已停止退付", "这笔退费已停止退付，原因见申请单。有关的缴费可以重新申请退费。"),
    "give_way": (
        "改由另一笔申请退付",
        "原因：{refund.reject_reason.label}。下一步：{refund.reject_reason.next_step}",
    ),
    "set_apart": (
        "部分人员改由另一笔申请退付",
        "名单中有人的同一笔缴费已由此前的另一笔申请退付，只有这些人不再由这份申请办理，见退费明细；其余的人继续退付，不用重新申请。",
    ),
    "dispute": ("正在核实", "正在向社保部门核实，不用您做什么，核实完毕会再告诉您。"),
    "correct": (
        "缴费记录有更正",
        "税务核心系统更正了这笔缴费：{refund.corrected}。税务机关正在处理，暂时不用您做什么，结果会再告诉您。",
    ),
    "correct_back": ("缴费记录已恢复原样", "缴费记录与您申请时相同，这笔退费继续办理，暂时不用您做什么。"),
    "move": ("转由另一税务机关审核", "这笔申请现在由{refund.office.name}审核，参考时限不变，不用您做什么。"),
    "settle": ("核实完毕", "社保部门核实完毕，现在的状态是：{refund.applicant_label}。"),
}
# Of what an officer started for the person (O-04), where the words above would not let her notice what she did not want.
ON_BEHALF: dict[str, tuple[str, str]] = {
    "submit": (
        "税务机关已代您发起，等待审核",
        "由税务机关代为发起，另一位税务人员正在审核，参考时限 {due}。审核期间您可以登录撤销；不是您本人的意思，请撤销并联系税务机关。",
    ),
    "correct_account": (
        "账户已更正，重新退付",
        "系统会用新账户重新退付，不用重新申请，结果会再告诉您。不是您本人的意思，请马上联系税务机关。",
    ),
}
PAID = frozenset({"pay", "pay_after_all"})
# Of what is not decided yet: it is the applicant's move.
CORRECTED = (
    "缴费记录有更正，请重新申请",
    "税务核心系统更正了这笔缴费：{refund.corrected}。原申请不能通过。请打开申请单，撤销后按更正后的记录重新申请，两步就好。",
)
# Between officers, or too fine: what follows is told.
UNTOLD = frozenset({"refer", "send_back", "undo_referral", "acknowledge", "redirect", "assign"})


def render(refund: RefundApplication, action: str) -> tuple[str, str]:
    """(title, body). Raises KeyError for an action that nobody has found words for."""
    happened, sentence = (refund.on_behalf and ON_BEHALF.get(action)) or SENTENCES[action]
    if action == "correct" and refund.can_withdraw:
        happened, sentence = CORRECTED
    amount = Decimal(refund.amount)
    if action in PAID and (parts := refund.scheme.parts([refund]).get(refund.pk)):
        amount, happened = parts.paid.amount, PARTIAL if parts.is_partial else happened
    known: dict[str, Any] = {"refund": refund, "scheme": refund.scheme, "amount": amount}
    known["due"] = refund.due_on
    title, body = (words.format(**known) for words in (f"{ABOUT}：{happened}", sentence))
    return title, body + _apart(refund, action)


def _apart(refund: RefundApplication, action: str) -> str:
    """How many people of a batch went another way than the message says."""
    if action not in PASSED | ANSWERED:
        return ""
    apart = refund.people.apart()
    if action in PASSED and apart.get("left_out"):
        return f"其中 {apart['left_out']:,} 人不通过，见退费明细。"
    if action in ANSWERED and apart.get("returned"):
        return f"其中 {apart['returned']:,} 人被{refund.scheme.agency_name}退回，见退费明细。"
    return ""
