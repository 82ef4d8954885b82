"""Many deltas of one key become one row, added to the sums of the offices above; and, should it ever be needed, everything counted anew."""

from django.db import connection, transaction

from refunds import schemes
from refunds.tallies import areas
from refunds.tallies.areas import AREA_KEY, AREAS, NOT_NOTHING, above
from refunds.tallies.contributions import KEY, TABLE, contributions, counted

_KEY, _AREA_KEY = ", ".join(KEY), ", ".join(AREA_KEY)


def _of(table: str) -> str:
    return ", ".join(f"{table}.{name}" for name in AREA_KEY)


# One statement sees one moment: rows that are written meanwhile stay as they are, and who reads sees it before or after.
_FOLD = f"""
WITH loose AS (SELECT DISTINCT {_KEY} FROM {TABLE} WHERE NOT folded),
gone AS (
    DELETE FROM {TABLE} t USING loose l
    WHERE ({_of("t")}) = ({_of("l")}) AND t.officer_id IS NOT DISTINCT FROM l.officer_id
    RETURNING t.*),
above AS ({above("(SELECT * FROM gone WHERE NOT folded)")}),
before AS (
    DELETE FROM {AREAS} t USING above a WHERE ({_of("t")}) = ({_of("a")}) RETURNING t.*),
areas AS (
    INSERT INTO {AREAS} ({_AREA_KEY}, number, amount)
    SELECT {_AREA_KEY}, sum(number), sum(amount) FROM (
        SELECT {_AREA_KEY}, number, amount FROM above UNION ALL SELECT {_AREA_KEY}, number, amount FROM before) added
    GROUP BY {_AREA_KEY} HAVING {NOT_NOTHING})
INSERT INTO {TABLE} ({_KEY}, number, amount, folded)
SELECT {_KEY}, sum(number), sum(amount), true FROM gone
GROUP BY {_KEY} HAVING {NOT_NOTHING}"""


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
            cursor.execute(counted(contributions(model.scheme_code, (1, model._meta.db_table)), folded=True))
    areas.anew()
