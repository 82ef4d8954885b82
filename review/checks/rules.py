"""The rules that hold for every scheme. Each says what it looked at, and what may be concluded from its warning."""

from django.utils import timezone

from foundation.numbers import fold_name
from refunds.checking import Answer, Check
from refunds.parameters import values
from review.checks import spelling

APPLICATIONS = "各险种退费申请"
NAMES = (
    Answer("same", "同一人，写法不同"),
    Answer("other", "不是同一人", passes=False),
    Answer("proof", "需补材料", passes=False),
)
SHARED = (
    Answer("family", "同户亲属代收，已核实"),
    Answer("stranger", "不是本人可用的账户", passes=False),
    Answer("proof", "需补材料", passes=False),
)
NEW_ACCOUNT = (
    Answer("told", "已向本人核实"),
    Answer("unknown", "本人不知情", passes=False),
    Answer("proof", "需补材料", passes=False),
)
BELOW = (Answer("apart", "各件事由不同，已核实"), Answer("proof", "需补材料", passes=False))
DECEASED = (
    Answer("heir", "由继承人办理，材料已核实"),
    Answer("alive", "死亡日期有误，已核实本人在世"),
    Answer("proof", "需补材料", passes=False),
)
TROUBLE = (Answer("apart", "与本件无关"), Answer("wait", "等异常了结再办", passes=False))


def name(refund) -> Check:
    """The account is the payee's own (domain.md B6)."""
    holds = fold_name(refund.account_name) == fold_name(refund.payee_name)
    evidence = "写法一致" if holds else spelling.difference(refund.account_name, refund.payee_name)
    return Check("name", "账户名称与退费人一致", holds, evidence, "申请与实名登记", NAMES, mark="" if holds else "name")


def deceased(refund) -> Check:
    """Somebody else applied, or the record is wrong. Of a batch its scheme tells who of them died."""
    died = refund.applicant.deceased_on
    if died is None:
        return Check("deceased", "退费人在世", True, "缴费记录没有死亡日期", "缴费记录")
    evidence = f"缴费记录的死亡日期是 {died.isoformat()}，请核对由谁申请、由谁领取"
    return Check("deceased", "退费人在世", False, evidence, "缴费记录", DECEASED, mark="deceased")


def shared(refund, beside) -> Check:
    """Nobody else gets money to this account. One's own applications may all use the same."""
    own = {other.pk for other in beside.of_payee(refund)}
    others = [other for other in beside.of_account(refund) if other.live and other.pk not in own]
    if not others:
        return Check("shared", "银行账号未与他人共用", True, "没有其他退费人使用同一银行账号", APPLICATIONS)
    payees = len({other.payee for other in others})
    here = [other.number for other in others if other.office == refund.office_id]
    where = f"（本机关 {'、'.join(here[:3])}{' 等' if len(here) > 3 else ''}）" if here else "（其他机关）"
    shown = f"同一银行账号还用于另外 {payees} 个退费人的 {len(others)} 笔申请{where}，请核对"
    # What another office has is no number here, but that it is there, and how it stands, matters.
    each = (
        f"{other.number if other.office == refund.office_id else '其他机关'} {other.amount} {other.status}"
        for other in others
    )
    evidence = f"{shown}：{'、'.join(sorted(each))}"
    return Check("shared", "银行账号未与他人共用", False, evidence, APPLICATIONS, SHARED, mark="shared", shown=shown)


def first(refund, beside) -> Check:
    """Whoever was paid before, and now wants it elsewhere, is asked. A first refund has nothing to compare with."""
    rule, paid = "账户与以往相同", [other for other in beside.of_payee(refund) if other.status == "refunded"]
    if not paid:
        return Check("first", rule, True, "此前没有已退的申请，没有以往账户可比", APPLICATIONS)
    known = [other for other in paid if other.account == bytes(refund.account_index or b"")]
    if known:
        return Check("first", rule, True, f"以往有 {len(known)} 笔退到同一账户", APPLICATIONS)
    evidence = f"以往 {len(paid)} 笔都退到别的账户，这个账户第一次使用"
    return Check("first", rule, False, evidence, APPLICATIONS, NEW_ACCOUNT, mark="first")


def below(refund, beside) -> Check:
    """Several applications that each stay below the limit of the countersigner, and together do not."""
    decided = timezone.localdate(refund.decided_at) if refund.decided_at else None
    limit = values.value("countersign-limit", decided)
    same = {other.pk: other for other in [*beside.of_payee(refund), *beside.of_account(refund)] if other.unpaid}
    others = [other for other in same.values() if other.amount <= limit]
    total = refund.amount + sum(other.amount for other in others)
    rule = "未拆分低于限额"
    if not others or refund.amount > limit or total <= limit:
        said = f"同一退费人或账户未付的申请共 {total:,.2f} 元" if others else "没有其他未付的申请"
        return Check("below", rule, True, f"{said}，复核限额 {limit:,.2f} 元", APPLICATIONS)
    evidence = (
        f"同一退费人或账户另有 {len(others)} 笔未付，连本件共 {total:,.2f} 元，每笔都不超过复核限额 {limit:,.2f} 元"
    )
    return Check("below", rule, False, evidence, APPLICATIONS, BELOW, mark="below")


def trouble(refund, beside, items) -> Check:
    """No open 移交异常 of an application of the same payee."""
    rule = "无移交异常"
    numbers = [refund.number, *(other.number for other in beside.of_payee(refund))]
    found = [f"{number} {item.get_kind_display()}" for number in numbers for item in items.get(number, ())]
    if not found:
        return Check("trouble", rule, True, "此人的申请没有未了结的移交异常", "移交异常")
    evidence = f"有 {len(found)} 条：{'；'.join(found)}"
    shown = f"有 {len(found)} 条：{'；'.join(found[:3])}{' 等' if len(found) > 3 else ''}"
    return Check("trouble", rule, False, evidence, "移交异常", TROUBLE, shown=shown)


def others(refund, beside) -> Check:
    """What else the payee asked for: a fact beside the list, nothing to be asked about."""
    live = [other for other in beside.of_payee(refund) if other.live]
    paid = [other for other in live if not other.unpaid]
    said = f"另有 {len(live) - len(paid)} 笔在办、{len(paid)} 笔已退" if live else "没有其他在办或已退的申请"
    return Check("others", "其他申请", True, said, APPLICATIONS)
