"""Two pretend agencies, HRSS and medical insurance, as one small HTTP service that shares only the wire with the portal.

rules.py     what happens to an instruction, and when (pure)
messages.py  what a well-formed instruction, question or order looks like (pure)
book.py      the one SQLite file; ledger.py, mail.py and sight.py are what the agencies know, still have to tell, and show
faults.py    how an agency has been told to misbehave, and what that does to a connection
answers.py   what is answered, and its signature
desk.py      what the portal meets: instructions, questions, cancellations
control.py   orders of whoever tries the portal out; page.py, the same for people
texts.py     the SMS gateway beside them, and what it took
courier.py   telling the portal, until it answers 2xx
server.py    the HTTP server of desk, control and page
agencies.py  MockAgencies, all of the above started and stopped together, and run(), the same as a command
"""

from .agencies import MockAgencies, run

__all__ = ["MockAgencies", "run"]
