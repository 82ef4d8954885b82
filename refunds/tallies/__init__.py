"""How many, of what, where, on which day: a summary that the database keeps in the transaction of every change.

models.py         one table of signed deltas; a number is the sum of its rows
contributions.py  what one application counts for, as a function of its columns
triggers.py       the statement triggers that write the difference between before and after
folding.py        many deltas of one key become one row
areas.py          the sums of an office with all beneath it
counts.py         what waits, for whoever looks at a queue

A decision only ever inserts rows, so two officers never wait for each other.
"""
