"""Nothing typed is lost: what a form carried that could not be taken (the session had ended, another window had signed in again, the
portal failed) is kept, sealed, for whom the form was shown to, and shown again in the very form, never sent by itself.

whose.py       every form says whom it was shown to, signed
models.py      what is kept
keeping.py     keep it, find it, let it go
filling.py     a page with what was kept in its form
middleware.py  the two of them around every view, none of which knows of it
views.py       how long a session still lasts, and one press to stay
"""
