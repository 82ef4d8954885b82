"""True messages of the agencies, damaged in every way: `MUTATIONS=10000 pytest tests/mutations`.

truth.py   applications in the states in which messages come, and what an honest agency would say next
damage.py  what may become of a message: its fields, its text, its bytes, its headers; signed before or after
"""
