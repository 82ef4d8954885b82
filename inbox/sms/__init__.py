"""短信: what goes out to a phone beside a message, once, and never for what was rolled back or taken back.

models.py     one row for each message and phone, with what became of it
outbox.py     written in the transaction of the change; taken back with it
sending.py    carried to the gateway after the grace, marked before the first byte leaves
following.py  what the gateway says became of it
counting.py   how many failed or wait, for the administrator
switching.py  who wants none
views.py      消息设置
"""
