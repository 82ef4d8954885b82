"""What all ledgers of payments share. A payment is known by its 票证号码 and never becomes another payment.

`fixed` columns (→ what a refusal calls them) say which payment it is; `changeable` ones follow the tax core system.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from foundation.feeds import cells
from foundation.feeds.feed import Row

TICKET = "票证号码"

ticket_number = cells.code(TICKET, 40)
channel = cells.name("缴费渠道", 30)


def days(row: Row, first: str, last: str, paid: str, *, today: date) -> tuple[date | None, date | None, date | None]:
    """The period and the day of payment under these three headings; None is a cell refused."""
    start, end, paid_on = (row.take(column, cells.day) for column in (first, last, paid))
    if start and end and end < start:
        row.refuse(last, f"{last}早于{first}，应与它相同或更晚")
    if paid_on and paid_on > today:
        row.refuse(paid, f"{paid}在今天之后，应为今天或更早")
    return start, end, paid_on


def listed(columns: Iterable[str], prefix: str = "") -> str:
    """Columns as SQL lists them."""
    return ", ".join(prefix + column for column in columns)


def other_payment(ledger: str, fixed: Mapping[str, str], *, nullable: Collection[str] = ()) -> str:
    """The query that refuses rows whose ticket `ledger` (a table or subquery) has with other fixed values.

    The registered values are not shown: they may be another person's.
    """
    differing = ", ".join(
        f"CASE WHEN s.{column} {'IS DISTINCT FROM' if column in nullable else '<>'} p.{column} THEN '{label}' END"
        for column, label in fixed.items()
    )
    return f"""
        SELECT s.line, format('这个票证号码已登记，登记的%%s与本行不同。请核对；确有更正的，应有新的票证号码', d.what)
        FROM feed_stage s JOIN {ledger} p USING (ticket_number)
        CROSS JOIN LATERAL (SELECT concat_ws('、', {differing}) AS what) d
        WHERE d.what <> ''"""


def update_changed(table: str, changeable: Collection[str]) -> str:
    """The statement that updates the payments of which a changeable column changed, and touches no other."""
    return f"""
        UPDATE {table} p SET ({listed(changeable)}) = ROW({listed(changeable, "s.")}) FROM feed_stage s
        WHERE p.ticket_number = s.ticket_number
        AND ({listed(changeable, "p.")}) IS DISTINCT FROM ({listed(changeable, "s.")})"""
