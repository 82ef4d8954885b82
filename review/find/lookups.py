"""Searches by number are kept and bounded, so that no mask can be won back by trying."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from accounts.models import User
from foundation import crypto
from review.find.area import within
from review.models import LookUp, LookUpKind

# By these, only the end of a number was given.
BY_END = frozenset({LookUpKind.END, LookUpKind.MEMBER_END})
HOUR = timedelta(hours=1)


class UsedUp(Exception):
    """The officer has searched by number as often as she may within an hour; the message says what to do."""


def search(kind: LookUpKind, number: str, *, by, look):
    """What `look()` finds, kept with how many it was (`len`). Raises UsedUp, before it looks, when the budget is spent.

    Two windows of one officer wait for each other here, so that both count.
    """
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=by.pk)
        _check(kind, by)
        found = look()
        sought = crypto.blind_index(number, purpose="look-up")
        LookUp.objects.create(by=by, office_id=by.office_id, kind=kind, found=len(found), sought=sought)
    return found


def _check(kind, by) -> None:
    within_an_hour = LookUp.objects.filter(by=by, at__gt=timezone.now() - HOUR)
    most, by_end = settings.LOOKUPS_PER_HOUR, settings.LOOKUPS_BY_END_PER_HOUR
    kinds = list(within_an_hour.order_by("-at").values_list("kind", flat=True)[:most])
    if len(kinds) >= most:
        raise UsedUp(f"一小时内按号码最多查 {most} 次，现在已用完。请稍后再查，或按姓名、拼音首字母查。")
    by_list = settings.LOOKUPS_BY_LIST_PER_HOUR
    if kind == LookUpKind.MEMBER_LIST and kinds.count(kind) >= by_list:
        raise UsedUp(f"一小时内最多上传 {by_list} 份名单，现在已用完。请稍后再传，或在退费人员里查询、勾选。")
    if kind in BY_END and sum(used in BY_END for used in kinds) >= by_end:
        raise UsedUp(f"一小时内按号码的后几位最多查 {by_end} 次，现在已用完。请输入完整号码，或按姓名、拼音首字母查。")


def seen_by(auditor):
    """The searches of all officers of an auditor's area, for the auditor's list: newest first by ("at", "id")."""
    return LookUp.objects.filter(within(auditor)).select_related("by__person", "office")


def per_officer(rows):
    """How many of them each officer made: `by`, `kind`, `searches`."""
    return rows.order_by().values("by", "kind").annotate(searches=Count("pk"))
