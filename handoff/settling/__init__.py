"""What contradicts itself is settled with the agency's own words.

asking.py     向对方核实: asked without a lock, written down, and followed as far as it settles anything
findings.py   what the answers about one application come to
rivals.py     what becomes of another application that has the same payment by now
restating.py  the books, as the answers say
letters.py    what an agency says on paper, entered by one officer and confirmed by another
covering.py   what work items ask back, for the promises about money
"""

from handoff.settling.asking import ask, write_down
from handoff.settling.findings import MAY_BE_PAID, STANDINGS, newest_answers
from handoff.settling.restating import Plan, plan, settle, unfreeze

__all__ = ["MAY_BE_PAID", "STANDINGS", "Plan", "ask", "newest_answers", "plan", "settle", "unfreeze", "write_down"]
