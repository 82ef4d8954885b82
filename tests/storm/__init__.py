"""Kills and restarts under load: `python -m tests.storm --approvals 1000 --kills 100 --restarts 5 --seed 1`.

A portal of its own under /tmp, as the demo starts it: PostgreSQL, web, worker and mock agencies as processes. Officers approve over
HTTP, agencies report over HTTP, and meanwhile everything is killed with -9 at moments drawn from the seed and started again. In the
end, when all has come to rest: every promise holds, everybody is paid once, and nobody has anything left to do.

stage.py     the processes: started, killed, started again
people.py    who applies, and officers who approve until they are answered
weather.py   what is killed when
findings.py  what must hold in the end
broken.py    a worker with one guarantee taken away: a storm with it must end with 1
"""
