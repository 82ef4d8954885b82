"""Backups of the database by the server's own tools, and the way back: `python -m foundation.backup --help`.

One way for the embedded server and for one of the system's: a base copy (`take`), and beside it every piece of the log as it is
written (`follow`). A restore plays the log on top of the copy, to its end or to a moment. Needs neither Django nor any key of
the portal; the keys are in no backup.
"""
