"""Who sets a parameter says from which day it holds, tomorrow at the earliest, and on what basis; nothing that has begun is changed."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import Change, User
from refunds import schemes
from refunds.parameters import values
from refunds.parameters.models import ParameterValue
from refunds.parameters.values import DECLARED, Parameter

# What a new value would have meant is counted over so many days.
LOOKED_BACK = 30


class CannotBeDone(Exception):
    """Why nothing was done, as a sentence for the page."""


@transaction.atomic
def set_value(parameter: Parameter, value: Decimal, from_day: date, basis: str, *, by: User) -> ParameterValue:
    """Raises CannotBeDone where a value of that day is set already, and for a day that has begun."""
    if from_day <= timezone.localdate():
        raise CannotBeDone("最早从明天起。请改选日期。")
    known = ParameterValue.objects.select_for_update().filter(code=parameter.code, from_day=from_day, cancelled_at=None)
    if known.exists():
        raise CannotBeDone(f"{from_day.isoformat()} 起的值已经定过。请先取消它，或改选日期。")
    before = values.value(parameter.code, from_day)
    found = ParameterValue.objects.create(code=parameter.code, value=value, from_day=from_day, basis=basis, set_by=by)
    _record(parameter, from_day, parameter.shown(before), parameter.shown(value), by)
    return found


@transaction.atomic
def cancel(pk: int, *, by: User) -> ParameterValue:
    """What has not begun yet. Raises CannotBeDone."""
    found = ParameterValue.objects.select_for_update().filter(pk=pk, cancelled_at=None).first()
    if found is None or found.code not in DECLARED:
        raise CannotBeDone("这个将要的值已经取消。您的操作没有生效。")
    if found.from_day <= timezone.localdate():
        raise CannotBeDone("这个值已经生效，不能取消。要改的，请定一个新值。")
    found.cancelled_by, found.cancelled_at = by, timezone.now()
    found.save(update_fields=["cancelled_by", "cancelled_at"])
    parameter = DECLARED[found.code]
    _record(parameter, found.from_day, parameter.shown(found.value), "已取消", by)
    return found


def would_change(parameter: Parameter, value: Decimal, from_day: date) -> str:
    """What the page says before it is saved."""
    now = values.value(parameter.code, from_day)
    if value == now:
        return f"与那时的值（{parameter.shown(now)}）相同，保存后什么都不会改变。"
    if parameter.code != "countersign-limit":
        return parameter.effect
    before, after = (_above(limit) for limit in (now, value))
    return f"按最近 {LOOKED_BACK} 天提交的申请，单笔超过限额的由 {before:,} 件变为 {after:,} 件。{parameter.effect}"


def _above(limit: Decimal) -> int:
    since = timezone.now() - timedelta(days=LOOKED_BACK)
    rows = (scheme.model.objects.filter(submitted_at__gte=since, amount__gt=limit) for scheme in schemes.every())
    return sum(one.count() for one in rows)


def _record(parameter: Parameter, from_day: date, before: str, after: str, by: User) -> None:
    what = f"参数 {parameter.label}，{from_day.isoformat()} 起"
    Change.objects.create(by=by, what=what, before=before, after=after)
