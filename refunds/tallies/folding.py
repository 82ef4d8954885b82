"""Many deltas of one key become one row; and, should it ever be needed, everything counted anew."""

from django.db import connection, transaction

from refunds import schemes
from refunds.tallies.contributions import KEY, TABLE, contributions, counted

_KEY = ", ".join(KEY)
# One statement sees one moment: rows that are written meanwhile stay as they are, and who reads sees it before or after.
_FOLD = f"""
WITH loose AS (SELECT DISTINCT {_KEY} FROM {TABLE} WHERE NOT folded),
gone AS (
    DELETE FROM {TABLE} t USING loose l
    WHERE (t.office_id, t.scheme, t.measure, t.day, t.bucket, t.reason)
        = (l.office_id, l.scheme, l.measure, l.day, l.bucket, l.reason)
    AND t.officer_id IS NOT DISTINCT FROM l.officer_id
    RETURNING t.*)
INSERT INTO {TABLE} ({_KEY}, number, amount, folded)
SELECT {_KEY}, sum(number), sum(amount), true FROM gone
GROUP BY {_KEY} HAVING sum(number) <> 0 OR sum(amount) <> 0"""


def fold() -> None:
    """Sum up what was written since the last time. Safe beside decisions, and beside itself."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)


@transaction.atomic
def recount() -> None:
    """Count every application anew, after rows were loaded past the triggers. Decisions wait meanwhile."""
    models = [scheme.model for scheme in schemes.every()]
    with connection.cursor() as cursor:
        tables = ", ".join(model._meta.db_table for model in models)
        cursor.execute(f"LOCK TABLE {tables} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"DELETE FROM {TABLE}")
        for model in models:
            cursor.execute(counted(contributions(model.scheme_code, (1, model._meta.db_table))))
    fold()
