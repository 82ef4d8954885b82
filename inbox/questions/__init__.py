"""咨询: a question with a number, and its answer in the portal.

models.py  one question and its answer
asking.py  asked, and answered once
forms.py   what is typed
views.py   pages of whoever asks
"""
