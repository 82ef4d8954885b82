"""What the jobs have in common, whatever they do.

backoff.py  how long until the next try, and when it is enough
chores.py   what runs by the clock, and who is told when it does not work

What is about one instruction `handoff/watch.py` looks after.
"""

SEND, APPLY, SWEEP = "handoff.send", "handoff.apply_callback", "handoff.sweep"
READ = "handoff.read_results"
