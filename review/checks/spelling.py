"""How two spellings of a name differ, in words."""

from difflib import SequenceMatcher

from foundation.numbers import fold_name
from refunds.checking import DIFFERENT, SAME, SPELLED

# More places than this, and it is another name.
FEW = 2


def verdict(account: str, payee: str) -> str:
    """一致 as domain.md B6 compares names; 写法不同 when only a dot or a few characters differ."""
    one, other = fold_name(account), fold_name(payee)
    if one == other:
        return SAME
    return SPELLED if one.replace("·", "") == other.replace("·", "") else DIFFERENT


def difference(account: str, payee: str) -> str:
    """What is other in the name of the account than in the payee's."""
    one, other = fold_name(account), fold_name(payee)
    dots = one.count("·") - other.count("·")
    if one.replace("·", "") == other.replace("·", ""):
        how = f"{'多' if dots > 0 else '少'} {abs(dots)} 个“·”" if dots else "的“·”位置不同"
        return f"账户名称{how}，其余 {len(other.replace('·', ''))} 个字相同"
    places = [
        change for change in SequenceMatcher(None, other, one, autojunk=False).get_opcodes() if change[0] != "equal"
    ]
    if len(places) > FEW or max(max(b - a, d - c) for _how, a, b, c, d in places) > FEW:
        return f"账户名称是{account}，退费人是{payee}，不是同一个名字"
    return "账户名称" + "，".join(_said(how, other[a:b], one[c:d]) for how, a, b, c, d in places)


def _said(how: str, payee: str, account: str) -> str:
    if how == "delete":
        return f"少“{payee}”"
    return f"多“{account}”" if how == "insert" else f"把“{payee}”写成“{account}”"
