"""What may stand in braces in the words of a message: what it becomes, and how long that is at most."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inbox import kinds

MARK = re.compile(r"\{([^{}]*)\}")
BRACES = re.compile(r"[{}｛｝]")


@dataclass(frozen=True)
class Facts:
    """What a message is about: an application and the amount that it tells of; a question; or a draft and the day it ends."""

    refund: Any = None
    amount: Decimal = Decimal()
    question: Any = None
    draft: Any = None
    day: Any = None


@dataclass(frozen=True)
class Placeholder:
    """`longest` in characters, as the database or a scheme bounds it; `sample` is what an administrator is shown."""

    longest: int
    sample: str
    of: Callable[[Facts], object]


def _tail(facts: Facts) -> str:
    return str((facts.refund or facts.question).number)[-4:]


KNOWN: dict[str, Placeholder] = {
    "险种": Placeholder(20, "城乡居民养老保险", lambda facts: facts.refund.scheme.label),
    "金额": Placeholder(16, "1,000.00", lambda facts: f"{facts.amount:,.2f}"),
    "申请单号": Placeholder(24, "YL202611260000153", lambda facts: facts.refund.number),
    "单号尾号": Placeholder(4, "0153", _tail),
    "参考时限": Placeholder(10, "2027-01-08", lambda facts: facts.refund.due_on),
    "税务机关": Placeholder(100, "国家税务总局汉川市税务局", lambda facts: facts.refund.office.name),
    "社保部门": Placeholder(30, "人力资源社会保障部门", lambda facts: facts.refund.scheme.agency_title),
    "社保部门简称": Placeholder(6, "人社", lambda facts: facts.refund.scheme.agency_name),
    "社保部门电话": Placeholder(20, "12333", lambda facts: facts.refund.scheme.hotline),
    "原因": Placeholder(60, "缴费记录与申请不符", lambda facts: facts.refund.reject_reason.label),
    "下一步": Placeholder(200, "请核对后重新申请。", lambda facts: facts.refund.reject_reason.next_step),
    "退付日期": Placeholder(10, "2027-01-08", lambda facts: facts.refund.refunded_on),
    "更正内容": Placeholder(300, "缴费金额由 200.00 元更正为 180.00 元", lambda facts: facts.refund.corrected),
    "现在的状态": Placeholder(20, "银行退付中", lambda facts: facts.refund.applicant_label),
    "咨询编号": Placeholder(24, "ZX202611260000153", lambda facts: facts.question.number),
    "草稿": Placeholder(40, "村集体补助 2022 退费", lambda facts: facts.draft.title),
    "到期日": Placeholder(10, "2027-01-08", lambda facts: facts.day),
}
OF_DRAFTS = ("草稿", "到期日")
OF_QUESTIONS = ("咨询编号", "单号尾号")
ALWAYS = ("险种", "金额", "申请单号", "单号尾号", "参考时限", "税务机关", "社保部门", "社保部门简称", "社保部门电话")
REASON, DAY = ("原因", "下一步"), ("退付日期",)
# What an application knows only once this has happened to it.
ALSO: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("reject", "recall", "stop", "give_way"), REASON),
    **dict.fromkeys(("pay", "pay_partly", "pay_after_all", "pay_after_all_partly"), DAY),
    **dict.fromkeys(("correct", "correct_open"), ("更正内容",)),
    "settle": ("现在的状态",),
}
# Of what is no application.
ABOUT: dict[str, tuple[str, ...]] = {"answer": OF_QUESTIONS, **dict.fromkeys(kinds.OF_DRAFTS, OF_DRAFTS)}
# An SMS lies open on a telephone and in the books of those who carry it: no name, no whole number, no amount.
OF_SMS = ("险种", "单号尾号", "社保部门电话")


def allowed(kind: str, *, sms: bool = False) -> tuple[str, ...]:
    """What may stand in braces in a message of that kind, or in its SMS."""
    names = ABOUT.get(kind) or (*ALWAYS, *ALSO.get(kind, ()))
    return tuple(name for name in names if name in OF_SMS) if sms else names


def problem(words: str, names: Iterable[str], longest: int) -> str:
    """Why these words cannot be said, as a sentence; empty when they can."""
    names = tuple(names)
    shown = "、".join(f"{{{name}}}" for name in names)
    if wrong := [name for name in MARK.findall(words) if name not in names]:
        return f"这里不能用 {{{wrong[0]}}}。可以用：{shown}。请改正。"
    if BRACES.search(MARK.sub("", words)):
        return f"大括号没有成对，或是全角的。请写成 {shown}，或删去大括号。"
    at_most = len(MARK.sub("", words)) + sum(KNOWN[name].longest for name in MARK.findall(words))
    if at_most > longest:
        return f"填入最长的内容后有 {at_most} 个字，最多 {longest} 个字。请改短一些。"
    return ""


def filled(words: str, facts: Facts) -> str:
    """The words with everything in braces said of these facts."""
    return MARK.sub(lambda found: str(KNOWN[found[1]].of(facts)), words)


def sampled(words: str) -> str:
    """The words as somebody might read them; what is not known stays in its braces."""
    return MARK.sub(lambda found: KNOWN[found[1]].sample if found[1] in KNOWN else found[0], words)
