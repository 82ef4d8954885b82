"""The columns of every feed of payments that say what became of a record: 记录状态 and 原票证号码. A file may leave them out, and a
cell may be empty: then it says nothing, and what is known stays."""

from decimal import Decimal

from foundation.feeds import cells, ledger
from foundation.feeds.feed import Row
from foundation.feeds.staging import Stage
from refunds.records import RecordStatus

STATUS, ORIGINAL = OPTIONAL = ("记录状态", "原票证号码")
STAGE = {"record_status": "text", "original_ticket": "text"}
# What a known payment says afterwards, and a new one.
FOLLOWED = {
    "record_status": "coalesce(s.record_status, p.record_status)",
    "original_ticket": "coalesce(s.original_ticket, p.original_ticket)",
}
ADDED = {
    "record_status": f"coalesce(s.record_status, '{RecordStatus.NORMAL}')",
    "original_ticket": "coalesce(s.original_ticket, '')",
}

_status = cells.choice(STATUS, {label: value for value, label in RecordStatus.choices})
_original = cells.code(ORIGINAL, 40)


def take(row: Row) -> tuple[str | None, str | None]:
    """The values of `STAGE`."""
    original = row.take_optional(ORIGINAL, _original)
    if original and original == cells.compact(row.cells.get(ledger.TICKET, "")).replace("-", ""):
        row.refuse(ORIGINAL, "原票证号码与本行的票证号码相同。原票证号码应为被更正的那张票证，没有的应为空")
    return row.take_optional(STATUS, _status), original


def amount(row: Row, column: str) -> Decimal | None:
    """An amount in yuan; a 冲正 may be written as less than nothing, and is kept without its sign."""
    if cells.clean(row.cells.get(STATUS, "")) == RecordStatus.REVERSED.label:
        return row.take(column, lambda text: cells.amount(cells.compact(text).removeprefix("-")))
    return row.take(column, cells.amount)


def begin(stage: Stage) -> None:
    """Make the tables that the others need."""
    stage.table("feed_changed", {"id": "bigint NOT NULL"})
    stage.table("feed_replaced", {"ticket_number": "text PRIMARY KEY", "record_status": "text NOT NULL"})


def check(stage: Stage, table: str) -> None:
    """Tickets do not take each other's place."""
    stage.refuse(ORIGINAL, EACH_OTHER.format(table=table))


def notes(stage: Stage, table: str) -> list[str]:
    """What no ticket is known for, after the ledger followed: it takes its place once it comes."""
    stage.cursor.execute(UNKNOWN_ORIGINAL.format(table=table))
    count = stage.cursor.fetchone()[0]
    return [f"{count:,} 行的原票证号码在系统里没有，那张票证载入后才会失效。请核对原票证号码。"] if count else []


def replace(stage: Stage, table: str) -> None:
    """Before the ledger follows: a ticket that another one takes the place of, whichever came first, does not stand beside it."""
    stage.cursor.execute(REPLACED.format(table=table))
    stage.cursor.execute(SAY_REPLACED)


def end_replaced(stage: Stage, table: str) -> None:
    """After it: the same for tickets of which the file does not speak; and whoever applied for one that ended before is told what takes
    its place."""
    stage.cursor.execute(END_REPLACED.format(table=table))
    stage.cursor.execute(NEWLY_NAMED.format(table=table))


# Along what each names, however long the way round is.
EACH_OTHER = """
    WITH RECURSIVE named AS (
        SELECT ticket_number, original_ticket FROM feed_stage WHERE original_ticket <> ''
        UNION ALL SELECT ticket_number, p.original_ticket FROM {table} p LEFT JOIN feed_stage s USING (ticket_number)
        WHERE p.original_ticket <> '' AND s.original_ticket IS NULL
    ), way AS (
        SELECT line, ticket_number, original_ticket AS at FROM feed_stage WHERE original_ticket <> ''
        UNION SELECT way.line, way.ticket_number, named.original_ticket FROM way JOIN named ON named.ticket_number = way.at
    ) SELECT line, '原票证号码的那张票证又以本行的票证为原票证，不能互相代替。请核对原票证号码'
    FROM way WHERE at = ticket_number"""
UNKNOWN_ORIGINAL = """
    SELECT count(*) FROM feed_stage s WHERE s.original_ticket <> ''
    AND NOT EXISTS (SELECT FROM {table} p WHERE p.ticket_number = s.original_ticket)"""
# 冲正 ends its 原票证号码 as 冲正, any other as 作废; what is 作废 itself takes no place, unless another ticket made it so: of a chain
# A, B, C only the last one stands, whichever row comes again.
REPLACED = """
    INSERT INTO feed_replaced
    WITH RECURSIVE named AS (
        SELECT ticket_number AS by, coalesce(s.original_ticket, p.original_ticket) AS ticket,
            coalesce(s.record_status, p.record_status) AS status
        FROM {table} p LEFT JOIN feed_stage s USING (ticket_number) WHERE p.original_ticket <> ''
        UNION ALL SELECT ticket_number, original_ticket, coalesce(record_status, 'normal')
        FROM feed_stage WHERE original_ticket <> ''
    ), replaced AS (
        SELECT ticket, CASE status WHEN 'reversed' THEN 'reversed' ELSE 'void' END AS status
        FROM named WHERE status <> 'void'
        UNION SELECT named.ticket, 'void' FROM named JOIN replaced ON replaced.ticket = named.by
        WHERE named.status = 'void'
    ) SELECT ticket, min(status) FROM replaced GROUP BY ticket"""
SAY_REPLACED = """
    UPDATE feed_stage s SET record_status = r.record_status FROM feed_replaced r
    WHERE s.ticket_number = r.ticket_number AND s.record_status = 'normal'"""
END_REPLACED = """
    WITH changed AS (
        UPDATE {table} p SET record_status = r.record_status FROM feed_replaced r
        WHERE p.ticket_number = r.ticket_number AND p.record_status = 'normal' RETURNING p.id)
    INSERT INTO feed_changed SELECT id FROM changed"""
NEWLY_NAMED = """
    INSERT INTO feed_changed SELECT p.id FROM feed_stage s JOIN {table} p ON p.ticket_number = s.original_ticket
    WHERE s.original_ticket <> ''"""
