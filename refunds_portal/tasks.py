"""The jobs of the portal as a whole; those of the handoff are its own. Every room's `tasks` is found by its name."""

from functools import partial

from foundation import alarms, apart
from foundation.alarms import Alarm
from handoff import reconciliation
from handoff.jobs import chores
from inbox.sms import following, sending
from refunds.sealing import chain
from refunds.tallies import folding
from refunds_portal import invariants
from refunds_portal.retention import night

# An agency that answers slowly about each of ten thousand makes 对账 last for hours; the sweep comes every minute all the same.
QUEUE = "portal"
chore = partial(chores.chore, queue=QUEUE)
# A gateway that answers slowly holds up nobody but those who wait for its SMS.
SMS_QUEUE = "sms"

# Of what breaks one promise, in a log line.
SHOWN = 20
# A feed may be writing history for longer than sealing waits: about a quarter of an hour.
UNTIL_A_FEED_IS_LOADED = 10


@chore(
    "portal.seal_history",
    "历史封存",
    without="已结束的日子里有办理记录没有封存，下一夜会补封",
    cron="15 18 * * *",
    tries=UNTIL_A_FEED_IS_LOADED,
)
def seal_history(timestamp: int) -> None:
    """Every night the history of the day that has ended, and of days that were missed; 18:15 UTC is 02:15 in Beijing."""
    chain.seal_closed_days()


@chore("portal.check_invariants", "夜间核查", without="昨夜没有核查数据是否前后一致", cron="30 18 * * *")
def check_invariants(timestamp: int) -> None:
    """Every night, what `manage.py check_invariants` does by hand. 18:30 UTC is 02:30 in Beijing."""
    for one in invariants.broken():
        promise = f"{one.promise.number} {one.scope}: {one.promise.words}"
        alarms.raise_(Alarm.INVARIANT_BROKEN, promise=promise, count=len(one.found), numbers=one.found[:SHOWN])


@chore("portal.reconcile", "每日对账", without="有机构、有日子的账没有核对完，见对账不一致", cron="0 19 * * *")
def reconcile(timestamp: int) -> None:
    """对账 of the day that has just ended, and of days that could not be had; 19:00 UTC is 03:00 in Beijing."""
    apart.each(partial(reconciliation.run, agency, day) for agency, day in reconciliation.due())


@chore("portal.fold_tallies", "统计汇总", without="统计页的数字要加总更多的行，打开会慢", cron="*/10 * * * *")
def fold_tallies(timestamp: int) -> None:
    """What was counted since the last time becomes one row per number, so that pages add up few."""
    folding.fold()


@chore(
    "portal.remove_what_is_over",
    "按期删除",
    without="到期的草稿、名单、登录、验证码和日志没有按时删除，下一夜会补删",
    cron="45 18 * * *",
)
def remove_what_is_over(timestamp: int) -> None:
    """Every night what has been kept long enough (`refunds_portal/retention/table.py`). 18:45 UTC is 02:45 in Beijing."""
    night.run()


@chore(
    "portal.forget_forms",
    "清理没有提交的填写内容",
    without="登录过期时替人保存的填写内容没有按时删除（已加密，只有本人能看）",
    cron="*/10 * * * *",
)
def forget_forms(timestamp: int) -> None:
    """What was kept of forms that nobody came back for."""
    night.forget_forms()


@chore(
    "portal.send_sms",
    "短信发送",
    without="有短信没有发出，门户里的消息不受影响",
    cron="* * * * * */10",
    queue=SMS_QUEUE,
)
def send_sms(timestamp: int) -> None:
    """What is due, and what became of what has left: an answer to one does not wait for the other."""
    apart.each([sending.send_due, following.follow])
