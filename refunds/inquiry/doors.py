"""The doors of 查询中心 that need no sign-in close after wrong answers, like the sign-in itself.

Wrong ones alone are counted: for a number from one address, for a number from anywhere, and from one address for any number
(a phone network hides many people behind one). A number that nobody has counts like any other, so a closed door tells nothing.
"""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils import timezone

from foundation import crypto
from refunds.inquiry.models import WrongTry

Found = TypeVar("Found")

TRIES, PAUSE = 5, timedelta(minutes=30)
TRIES_OF_NUMBER, DAY = 20, timedelta(days=1)
TRIES_OF_ADDRESS, HOUR = 30, timedelta(hours=1)


class Door(StrEnum):
    """What is asked. Wrong answers at one do not close the other for the number."""

    STATION = "station"
    RECEIPT = "receipt"


class Closed(Exception):
    """There were too many wrong answers; the message says when to come back and what else helps."""


def through(door: Door, number: str, *, address: str, look: Callable[[], Found | None]) -> Found | None:
    """What `look()` finds; None is counted. Raises Closed, before it looks.

    Looks for one number, and those from one address, wait for each other here, so that a hundred at once count as a hundred.
    """
    number_index = crypto.blind_index(f"{door}:{number}", purpose="inquiry-number")
    address_index = crypto.blind_index(address, purpose="inquiry-address")
    with transaction.atomic():
        _wait_for_others(number_index, address_index)
        _check(number_index, address_index)
        found = look()
        if found is None:
            WrongTry.objects.create(number_index=number_index, address_index=address_index)
    return found


def _wait_for_others(*keys: bytes) -> None:
    """Always in the same order, so that nobody waits in a circle."""
    with connection.cursor() as cursor:
        for lock in sorted(int.from_bytes(key[:8], signed=True) for key in keys):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])


def _check(number_index: bytes, address_index: bytes) -> None:
    now = timezone.now()
    of_number, of_address = Q(number_index=number_index), Q(address_index=address_index)
    wrong = WrongTry.objects.filter(of_number | of_address, at__gt=now - DAY).aggregate(
        together=Count("pk", filter=of_number & of_address & Q(at__gt=now - PAUSE)),
        of_number=Count("pk", filter=of_number),
        of_address=Count("pk", filter=of_address & Q(at__gt=now - HOUR)),
    )
    if wrong["together"] >= TRIES:
        raise Closed(
            f"半小时内 {TRIES} 次没有查到，这个申请单号暂停查询。请 30 分钟后再试，或登录后查看，也可以拨打 12366。"
        )
    if wrong["of_number"] >= TRIES_OF_NUMBER:
        raise Closed("这个申请单号一天内没有查到的次数太多，暂停查询。请明天再试，或登录后查看，也可以拨打 12366。")
    if wrong["of_address"] >= TRIES_OF_ADDRESS:
        raise Closed("从您的网络没有查到的次数太多，暂停查询。请一小时后再试，或登录后查看，也可以拨打 12366。")
