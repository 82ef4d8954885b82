"""The deposit accounts of a person, for the record that she asks for."""

from typing import Any

from accounts.models import User
from accounts.own.record import Sheet
from bankreports.register import Owner, in_force
from foundation.jinja2 import day

HEADS = ["账户名称", "账号", "开户银行", "账户性质", "开户日期", "首选缴税", "一般退税"]


def of_person(sender: Any, user: User, **kwargs: Any) -> list[Sheet]:
    """Of a resident: those of a village are the village's."""
    if not user.is_resident:
        return []
    rows = [
        (
            one.account_name,
            one.account_number.reveal("she is given her own record"),
            one.branch,
            str(one.account_kind),
            day(one.opened_on),
            "是" if one.pays_tax else "否",
            "是" if one.takes_refund else "否",
        )
        for one in in_force(Owner(user.person))
    ]
    return [Sheet("存款账户", HEADS, rows)]
