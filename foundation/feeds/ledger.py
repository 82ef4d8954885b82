"""What all ledgers of payments share. A payment is known by its 票证号码; a known one that says something else is the tax core
system's correction, and the ledger follows it."""

from collections.abc import Iterable, Mapping
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


def follow_changed(table: str, changeable: Mapping[str, str], *, source: str = "feed_stage") -> str:
    """The statement by which known payments say what the file says. `changeable` maps each column to what `source`, as s, says of
    it. It touches only payments that differ, and puts their ids into `feed_changed`."""
    said = ", ".join(changeable.values())
    return f"""
        WITH changed AS (
            UPDATE {table} p SET ({listed(changeable)}) = ROW({said}) FROM {source} s
            WHERE p.ticket_number = s.ticket_number AND ({listed(changeable, "p.")}) IS DISTINCT FROM ({said})
            RETURNING p.id)
        INSERT INTO feed_changed SELECT id FROM changed"""


def said_by(columns: Iterable[str], prefix: str = "s.") -> dict[str, str]:
    """Columns that say what the column of that name in the file says."""
    return {column: prefix + column for column in columns}
