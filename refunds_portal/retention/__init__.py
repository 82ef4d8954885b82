"""What the portal keeps for how long (PIPL 6, 19, 47), and the job that takes it away.

table.py   one line for everything that is about a person: how long, from which moment, by which law
drafts.py  what nobody submits: its owner is told before, and once it is gone
night.py   the job of the night, and what it says of what it removed
"""
