"""Speaking with the agencies (design.md section 7), and nothing else: what is said goes in and comes out as plain values.

client.py     sending an instruction; signing, and knowing who signed
questions.py  what an agency is asked
messages.py   what it says, read
"""
