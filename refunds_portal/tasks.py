"""The jobs of the portal as a whole; those of the handoff are its own. Every room's `tasks` is found by its name."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from foundation import alarms
from foundation.alarms import Alarm
from handoff import reconciliation
from refunds.sealing import chain
from refunds.tallies import folding
from refunds_portal import invariants

# Of what breaks one promise, in a log line.
SHOWN = 20
# Somebody may be writing history for longer than sealing waits.
SEVERAL = RetryStrategy(max_attempts=5, wait=60)


@app.periodic(cron="15 18 * * *")
@app.task(name="portal.seal_history", queue="builtin", queueing_lock="seal-history", lock="seal-history", retry=SEVERAL)
def seal_history(timestamp: int) -> None:
    """Every night the history of the day that has ended, and of days that were missed; 18:15 UTC is 02:15 in Beijing."""
    chain.seal_closed_days()


@app.periodic(cron="30 18 * * *")
@app.task(name="portal.check_invariants", queue="builtin", queueing_lock="check-invariants")
def check_invariants(timestamp: int) -> None:
    """Every night, what `manage.py check_invariants` does by hand. 18:30 UTC is 02:30 in Beijing."""
    for one in invariants.broken():
        promise = f"{one.promise.number} {one.scope}: {one.promise.words}"
        alarms.raise_(Alarm.INVARIANT_BROKEN, promise=promise, count=len(one.found), numbers=one.found[:SHOWN])


@app.periodic(cron="0 19 * * *")
@app.task(name="portal.reconcile", queue="builtin", queueing_lock="reconcile", lock="reconcile")
def reconcile(timestamp: int) -> None:
    """对账 of the day that has just ended, and of days that could not be had; 19:00 UTC is 03:00 in Beijing."""
    for agency, day in reconciliation.due():
        reconciliation.reconcile(agency, day)


@app.periodic(cron="*/10 * * * *")
@app.task(name="portal.fold_tallies", queue="builtin", queueing_lock="fold-tallies", lock="fold-tallies")
def fold_tallies(timestamp: int) -> None:
    """What was counted since the last time becomes one row per number, so that pages add up few."""
    folding.fold()
