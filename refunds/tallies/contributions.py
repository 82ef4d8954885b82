"""What one application counts for, as SQL over its columns, so that whatever changes them takes back what was counted before."""

from refunds.states import QUEUE_OF, Queue
from refunds.tallies.models import Flag, Measure

TABLE = "refunds_tally"
KEY = ("office_id", "scheme", "measure", "day", "officer_id", "bucket", "reason")
# Of an application, all that counts.
COLUMNS = (
    "office_id",
    "amount",
    "submitted_at",
    "due_on",
    "paused_on",
    "organisation_id",
    "marks",
    "warnings",
    "taken_by_id",
    "disputed",
    "moved_on",
    "refund_status",
    "review_status",
    "review_result",
    "decided_at",
    "decided_by_id",
    "reject_reason_id",
    "refunded_on",
)

# A queue in which nobody waits for anybody is not counted.
_UNCOUNTED = (Queue.DRAFT, Queue.CLOSED)
_QUEUE = "CASE WHEN r.disputed <> '' THEN '{disputed}' {queues} END".format(
    disputed=Queue.DISPUTED,
    queues=" ".join(
        f"WHEN (r.refund_status, r.review_status) = ('{refund}', '{review}') THEN '{queue}'"
        for (refund, review), queue in QUEUE_OF.items()
        if queue not in _UNCOUNTED
    ),
)
_UNDECIDED = "r.review_status IN ('pending', 'countersign')"
_SUBMITTED = "(r.submitted_at AT TIME ZONE 'Asia/Shanghai')::date"
_DECIDED = "(r.decided_at AT TIME ZONE 'Asia/Shanghai')::date"
_FLAGS = " + ".join(
    f"CASE WHEN {condition} THEN {flag.value} ELSE 0 END"
    for flag, condition in {
        Flag.BATCH: "r.organisation_id IS NOT NULL",
        Flag.AGAIN: "'again' = ANY(r.marks)",
        Flag.WARNINGS: "r.warnings > 0",
        Flag.UNDECIDED: _UNDECIDED,
        Flag.PAUSED: "r.paused_on IS NOT NULL",
    }.items()
)
_COMPLETED = "r.review_status = 'completed'"
_WITHDRAWN = "r.review_status = 'withdrawn'"
_ENDED_LATE = f"(({_COMPLETED} AND {_DECIDED} > r.due_on) OR ({_WITHDRAWN} AND r.moved_on > r.due_on))"

# (measure, when it counts, day, officer, bucket, reason)
_RULES: tuple[tuple[str, ...], ...] = (
    (_QUEUE, f"({_QUEUE}) IS NOT NULL", "r.due_on", "r.taken_by_id", _FLAGS, "''"),
    (f"'{Measure.RECEIVED}'", "r.submitted_at IS NOT NULL", _SUBMITTED, "NULL", "0", "''"),
    (f"'{Measure.PASSED}'", "r.review_result = 'passed'", _DECIDED, "r.decided_by_id", "0", "''"),
    (f"'{Measure.REJECTED}'", "r.review_result = 'failed'", _DECIDED, "r.decided_by_id", "0", "r.reject_reason_id"),
    (f"'{Measure.DECIDED}'", _COMPLETED, _DECIDED, "NULL", f"{_DECIDED} - {_SUBMITTED}", "''"),
    (f"'{Measure.WITHDRAWN}'", _WITHDRAWN, "r.moved_on", "NULL", "0", "''"),
    (
        f"'{Measure.LATE}'",
        f"({_UNDECIDED} AND r.paused_on IS NULL) OR {_ENDED_LATE}",
        "r.due_on",
        "NULL",
        "0",
        "''",
    ),
    (
        f"'{Measure.LATE_ENDED}'",
        _ENDED_LATE,
        f"CASE WHEN {_COMPLETED} THEN {_DECIDED} ELSE r.moved_on END",
        "NULL",
        "0",
        "''",
    ),
    (f"'{Measure.PAID}'", "r.refund_status = 'refunded'", "r.refunded_on", "NULL", "0", "''"),
    (f"'{Measure.FAILED}'", "r.refund_status = 'payment_failed'", "r.moved_on", "NULL", "0", "''"),
    (f"'{Measure.RETURNED}'", "r.refund_status = 'agency_returned'", "r.moved_on", "NULL", "0", "''"),
)
_VALUES = ",\n    ".join(
    f"({measure}, {counts}, {day}, ({officer})::bigint, {bucket}, {reason}::text)"
    for measure, counts, day, officer, bucket, reason in _RULES
)


def contributions(scheme: str, *sources: tuple[int, str]) -> str:
    """A query: what the rows of the `sources`, as (sign, table), count for, one row per key, none where nothing is left."""
    rows = "\n  UNION ALL ".join(f"SELECT {sign} AS sign, {', '.join(COLUMNS)} FROM {table}" for sign, table in sources)
    return f"""SELECT r.office_id, '{scheme}' AS scheme, c.measure, c.day, c.officer_id, c.bucket, c.reason,
  sum(r.sign) AS number, sum(r.sign * r.amount) AS amount
FROM ({rows}) r
CROSS JOIN LATERAL (VALUES
    {_VALUES}
) c (measure, counts, day, officer_id, bucket, reason)
WHERE c.counts
GROUP BY r.office_id, c.measure, c.day, c.officer_id, c.bucket, c.reason
HAVING sum(r.sign) <> 0 OR sum(r.sign * r.amount) <> 0"""


def counted(query: str, *, folded: bool = False) -> str:
    """The statement that writes what such a query finds."""
    columns, kept = ", ".join((*KEY, "number", "amount", "folded")), "true" if folded else "false"
    return f"INSERT INTO {TABLE} ({columns})\nSELECT c.*, {kept} FROM ({query}) c"
