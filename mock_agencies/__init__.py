"""Two pretend agencies, HRSS and medical insurance, as one small HTTP service beside the portal.

They take signed refund instructions, keep them in one SQLite file, and call the portal back with the results. They can
be told to misbehave. Nothing here knows Django: the portal and the mock only share the wire.

    rules.py     what happens to an instruction, and when (pure)
    messages.py  what a well-formed instruction looks like (pure)
    store.py     the SQLite file: schema and transactions
    ledger.py    what the agencies were sent
    outbox.py    what the agencies still have to tell the portal
    courier.py   telling the portal, until it answers 2xx
    faults.py    how an agency has been told to misbehave
    desk.py      one agency's counter: signature, form, ledger
    service.py   the HTTP side
    agencies.py  MockAgencies: all of the above, started and stopped together
    cli.py       run(): the same from the command line
"""

from .agencies import MockAgencies
from .cli import run

__all__ = ["MockAgencies", "run"]
