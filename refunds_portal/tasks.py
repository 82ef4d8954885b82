"""The jobs of the portal as a whole; those of the handoff are its own. Every room's `tasks` is found by its name."""

from procrastinate.contrib.django import app

from foundation import alarms
from foundation.alarms import Alarm
from refunds_portal import invariants

# Of what breaks one promise, in a log line.
SHOWN = 20


@app.periodic(cron="30 18 * * *")
@app.task(name="portal.check_invariants", queue="builtin", queueing_lock="check-invariants")
def check_invariants(timestamp: int) -> None:
    """Every night, what `manage.py check_invariants` does by hand. 18:30 UTC is 02:30 in Beijing."""
    for one in invariants.broken():
        promise = f"{one.promise.number} {one.scope}: {one.promise.words}"
        alarms.raise_(Alarm.INVARIANT_BROKEN, promise=promise, count=len(one.found), numbers=one.found[:SHOWN])
