"""One's own record (PIPL 45): a workbook of everything that is kept of a person. Upper rooms add what they hold to it."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.dispatch import Signal

from accounts.models import Consent, Correction, PhoneChange, SignIn, User
from foundation.jinja2 import moment

# `user` asks for her record; each room answers with a list of `Sheet`.
asked = Signal()


class Sheet(NamedTuple):
    """A page of it: its title, its heads and its rows."""

    title: str
    heads: list[str]
    rows: Sequence[Sequence[Any]]


def sheets_of(user: User) -> list[Sheet]:
    """Hers, what the other rooms hold of her, and what was noted of her account."""
    answers: list[Any] = asked.send(sender=User, user=user)
    others: list[Sheet] = [sheet for _receiver, sheets in answers for sheet in sheets]
    return [_self(user), *others, *_account(user)]


def _self(user: User) -> Sheet:
    person = user.person
    rows = [
        ("姓名", person.name),
        ("证件类型", person.get_id_type_display()),
        ("证件号码", person.id_number.reveal("she is given her own record")),
        ("手机号", person.phone.reveal("she is given her own record") if person.phone else ""),
        ("用户名", user.username),
        ("身份", user.role_label),
        ("注册时间", moment(user.created_at)),
        ("密码设置时间", moment(user.password_set_at)),
        *(("曾用名", change.old_name) for change in person.name_changes.filter(state="confirmed")),
    ]
    return Sheet("我的信息", ["项目", "内容"], rows)


def _account(user: User) -> Iterator[Sheet]:
    given = Consent.objects.filter(user=user).order_by("given_at")
    yield Sheet(
        "同意记录",
        ["同意的内容", "版本", "时间", "网络地址"],
        [(one.get_to_display(), one.version, moment(one.given_at), one.address or "") for one in given],
    )
    phones = PhoneChange.objects.filter(person=user.person).select_related("by__person").order_by("at")
    yield Sheet(
        "手机号更换",
        ["时间", "原手机号", "新手机号", "依据", "经办"],
        [(moment(one.at), one.old, one.new, one.evidence, one.by.display_name) for one in phones],
    )
    asked_for = Correction.objects.filter(user=user).order_by("asked_at")
    yield Sheet(
        "更正申请",
        ["时间", "更正内容", "说明", "答复时间", "答复"],
        [
            (moment(one.asked_at), one.get_of_display(), one.words.reveal("she is given her own record"),
             moment(one.answered_at), one.answer)
            for one in asked_for
        ],
    )  # fmt: skip
    signed_in = SignIn.objects.filter(user=user).order_by("-at", "-id")
    yield Sheet(
        "登录记录",
        ["时间", "设备", "网络地址", "结果"],
        [(moment(one.at), one.device, one.address or "", one.get_outcome_display()) for one in signed_in.iterator()],
    )
