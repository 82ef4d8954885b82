"""What somebody must look at soon: a log line with a stable name, which whoever watches the logs waits for.

docs/operations.md has a paragraph for each: what it means, what to do. Facts are application numbers, counts and codes.
"""

from enum import StrEnum

import structlog

log = structlog.get_logger("alarms")


class Alarm(StrEnum):
    """The names. They are only ever added."""

    NOT_READY = "not_ready"  # database, migrations or worker are not there
    HANDOFF_OVERDUE = "handoff_overdue"  # something that goes to or came from an agency has waited too long
    AGENCY_DOWN = "agency_down"  # an agency has not answered for hours
    INSTRUCTION_HELD = "instruction_held"  # an agency did not take an instruction
    CONTRADICTION = "contradiction"  # what an agency says cannot be true together with what it said before
    UNREADABLE_MESSAGE = "unreadable_message"  # a signed message was refused: not understood, or another under its id
    JOB_FAILED = "job_failed"  # a job gave up
    RECONCILIATION_DIFFERENCE = "reconciliation_difference"  # an agency's list and ours differ
    RECORD_CORRECTED = "record_corrected"  # a feed changed a payment whose refund was decided already
    PAPER_NOT_SET = "paper_not_set"  # no PDF could be made of a receipt
    INVARIANT_BROKEN = "invariant_broken"  # the database holds what must never be


def raise_(alarm: Alarm, **facts: object) -> None:
    """One line, which carries `"alarm": true` beside its name."""
    log.error(alarm.value, alarm=True, **facts)
