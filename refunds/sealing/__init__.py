"""History that nobody can change unseen: every night the rows of each closed day are sealed, each day upon the day before (I8).

models.py     one row for each day and history table, only ever added
chain.py      sealing what is closed, and looking whether what was sealed stands as it was
migrated.py   columns that a migration has renamed or removed since
"""
