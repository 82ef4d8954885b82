"""How SMS stand, for the 首页 of 管理端."""

from datetime import timedelta

from django.utils import timezone

from inbox.sms.models import Sms, SmsState

LATELY, MOST = timedelta(days=7), 99
# Due for so long without having left, or without anybody knowing whether they have: the gateway is away.
WAITS = timedelta(minutes=10)


def how_they_stand() -> tuple[str, str]:
    """(tone, words). Two queries of at most a hundred rows each."""
    now = timezone.now()
    open_ones = Sms.objects.filter(state__in=(SmsState.WAITING, SmsState.LEFT), due_at__lt=now - WAITS)
    stuck = open_ones[: MOST + 1].count()
    failed = Sms.objects.filter(state=SmsState.FAILED, ended_at__gte=now - LATELY)[: MOST + 1].count()
    said = [f"{_number(stuck)} 条没有发出，网关可能没有应答"] if stuck else []
    said += [f"7 天内 {_number(failed)} 条未送达"] if failed else []
    return ("waiting", "；".join(said)) if said else ("passed", "正常")


def _number(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count)
