"""消息模板: the words of each message, kept as data, one row for each time an administrator has changed them.

models.py        the rows
placeholders.py  what may stand in braces, what it becomes, and how long at most
current.py       the newest of each, read once a minute
forms.py         an administrator's new words, judged before they are said to anybody
views.py         her pages
"""
