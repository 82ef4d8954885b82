"""The sums of an office with all that is beneath it: kept while folding, and read together with what is still loose."""

from typing import Any

from django.db import connection, transaction

from refunds.tallies.contributions import KEY, TABLE

AREAS = "refunds_areatally"
AREA_KEY = tuple(name for name in KEY if name != "officer_id")
NOT_NOTHING = "sum(number) <> 0 OR sum(amount) <> 0"
_KEY, _REST = ", ".join(AREA_KEY), ", ".join(AREA_KEY[1:])
_ABOVE = "JOIN accounts_taxoffice up ON up.code <> o.code AND starts_with(o.path, up.path)"


def above(rows: str) -> str:
    """A query: what these rows add to each office above theirs."""
    return f"""SELECT up.code AS office_id, {_REST}, sum(number) AS number, sum(amount) AS amount
FROM {rows} c JOIN accounts_taxoffice o ON o.code = c.office_id {_ABOVE}
GROUP BY up.code, {_REST} HAVING {NOT_NOTHING}"""


def of_areas(offices: str, narrow: str) -> str:
    """A query: everything that is counted for each of the `offices` (an array) and all beneath it, as `narrow` says."""
    return f"""SELECT {_KEY}, number, amount FROM {AREAS} WHERE office_id = ANY({offices}) AND {narrow}
    UNION ALL {of_offices(offices, narrow)}
    UNION ALL SELECT up.code, {_REST}, number, amount FROM {TABLE} c JOIN accounts_taxoffice o ON o.code = c.office_id
    {_ABOVE} WHERE up.code = ANY({offices}) AND NOT c.folded AND {narrow}"""


def of_offices(offices: str, narrow: str) -> str:
    """A query: the same of each of the `offices` alone."""
    return f"SELECT {_KEY}, number, amount FROM {TABLE} WHERE office_id = ANY({offices}) AND {narrow}"


@transaction.atomic
def anew(**_signal: Any) -> None:
    """All of them, from what is folded: after offices have moved, and after everything was counted anew."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {TABLE} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"DELETE FROM {AREAS}")
        rows = above(f"(SELECT * FROM {TABLE} WHERE folded)")
        cursor.execute(f"INSERT INTO {AREAS} ({_KEY}, number, amount) {rows}")
