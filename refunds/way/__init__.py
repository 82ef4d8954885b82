"""The way of one application, from the applicant to her bank.

steps.py     what happened, from the history rows; what is going on, what is to come
expected.py  by when each of them should be done
short.py     where less was paid than was passed
stations.py  the same in one line: its four stations, and who has it until when
"""
