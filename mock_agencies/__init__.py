"""Two pretend agencies, HRSS and medical insurance, as one small HTTP service that shares only the wire with the portal.

rules.py     what happens to an instruction, and when (pure)
messages.py  what a well-formed instruction looks like (pure)
ledger.py    everything the agencies know, in one SQLite file
faults.py    how an agency has been told to misbehave, and what that does to a connection
desk.py      the HTTP side: which path leads where, and what is taken
courier.py   telling the portal, until it answers 2xx
agencies.py  MockAgencies, all of the above started and stopped together, and run(), the same as a command
"""

from .agencies import MockAgencies, run

__all__ = ["MockAgencies", "run"]
