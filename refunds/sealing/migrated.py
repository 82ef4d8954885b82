"""Columns of a history that a migration has renamed or removed since days were sealed with them. Whoever writes such a migration
adds its line here, and the seals from before hold as ever; without it they say which columns are gone, every night."""

# By table: what it was called when it was sealed, and what it is called now.
RENAMED: dict[str, dict[str, str]] = {}
# By table: what is gone for good. Of the days sealed with it only the number of their rows can be looked at.
REMOVED: dict[str, frozenset[str]] = {}
