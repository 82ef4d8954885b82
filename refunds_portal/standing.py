"""How the portal stands, for the 首页 of 管理端: the jobs, and whether the agencies answer. Only the roof knows all of it."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.administration.hands import Standing
from foundation.backup import folder
from foundation.jinja2 import moment
from handoff.jobs import chores
from handoff.models import Reach
from inbox.sms import counting
from refunds import schemes
from refunds_portal.health import has_worker

# Backups are taken daily (docs/operations.md); what is older than this is missing.
BACKUP_AGE = timedelta(days=1)


def of_the_portal(sender: type, **_signal: object) -> Standing:
    """Receiver of `accounts.administration.hands.stands`."""
    failed = [chores.WORDS[name].title if name in chores.WORDS else name for name in chores.broken()]
    return Standing([_jobs(failed), *_agencies(), ("短信", *counting.how_they_stand()), _backup()], failed)


def _jobs(failed: list[str]) -> tuple[str, str, str]:
    if not has_worker():
        return "任务", "returned", "没有在运行，请联系运维人员"
    return "任务", "waiting" if failed else "passed", f"{len(failed)} 个没有完成" if failed else "正常"


def _agencies() -> list[tuple[str, str, str]]:
    away = set(Reach.objects.filter(failing_since__isnull=False).values_list("agency", flat=True))
    titles = {scheme.agency: f"{scheme.agency_name}系统" for scheme in schemes.every()}
    return [
        (title, "waiting" if agency in away else "passed", "没有应答，恢复后自动继续" if agency in away else "正常")
        for agency, title in sorted(titles.items())
    ]


def _backup() -> tuple[str, str, str]:
    newest = folder.newest(settings.BACKUP_FOLDER)
    if newest is None:
        return "最近备份", "returned", "没有备份，请联系运维人员"
    if timezone.now() - newest.at > BACKUP_AGE:
        return "最近备份", "returned", f"{moment(newest.at)}，已超过 1 天，请联系运维人员"
    return "最近备份", "passed", str(moment(newest.at))
