"""What happens to an instruction, and when: pure functions, no clock and no storage.

The last two digits of the payee's account decide about the whole: 01 refused, 02 bounced, 03 silent for a while, 04 told
twice and out of order, anything else paid. The last two digits of a line's personal_number decide about that line: HRSS
returns those that end in 07. Every message about the instruction then names them, whatever the order of telling; when
they are all there is, the instruction is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

# China has one time zone and no summer time, so a fixed offset is exact and needs no zone database.
CHINA = timezone(timedelta(hours=8))

REFUSED_BY_AGENCY = {
    "hrss": "社保系统核验未通过：该笔缴费已计入个人账户",
    "medical": "医保系统核验未通过：参保人已享受医保待遇",
}
RETURNED_BY_HRSS = "社保系统核验未通过：该人员已死亡或已注销参保"
BOUNCED_BY_BANK = "银行账号与户名不符"

AGENCIES = tuple(REFUSED_BY_AGENCY)


@dataclass(frozen=True)
class Callback:
    """One message to the portal."""

    event: str
    step: int  # place in the life of the instruction, whatever the order of telling
    after: float  # seconds since the instruction was received
    reason: str = ""
    lines: tuple[dict, ...] = ()  # those the agency returned; all others follow the event


def plan(
    agency: str, account_number: str, lines: Sequence[dict] = (), *, delay: float, silence: float
) -> list[Callback]:
    """Callbacks in the order of telling."""
    returned = tuple(
        {"ticket_number": line["ticket_number"], "outcome": "returned", "reason": RETURNED_BY_HRSS}
        for line in lines
        if agency == "hrss" and line["personal_number"].endswith("07")
    )
    ending = account_number[-2:]
    first = silence if ending == "03" else delay
    callbacks = accepted, paid = [Callback("accepted", 1, first), Callback("paid", 2, first + delay)]
    if returned and len(returned) == len(lines):
        callbacks = [Callback("refused", 1, delay, RETURNED_BY_HRSS)]
    elif ending == "01":
        callbacks = [Callback("refused", 1, delay, REFUSED_BY_AGENCY[agency])]
    elif ending == "02":
        callbacks = [accepted, Callback("bounced", 2, 2 * delay, BOUNCED_BY_BANK)]
    elif ending == "04":
        callbacks = [paid, accepted, paid, accepted]
    return [replace(callback, lines=returned) for callback in callbacks]


def callback_message(callback: Callback, instruction_id: str, received: float) -> dict:
    """The body of one result; `received` is when the instruction came, in seconds since 1970."""
    occurred_at = moment(received + callback.after)
    return {
        "event": callback.event,
        "instruction_id": instruction_id,
        "occurred_at": occurred_at,
        "reason": callback.reason,
        "paid_on": occurred_at[:10] if callback.event == "paid" else "",
        "lines": list(callback.lines),
    }


def moment(seconds: float) -> str:
    """ISO 8601 with offset. The width never changes, so these texts sort like the times they stand for."""
    return datetime.fromtimestamp(seconds, CHINA).isoformat(timespec="microseconds")


def retry_pause(attempts: int) -> float:
    """Seconds to wait after that many failed deliveries: 0.5, 1, 2, … at most 30."""
    return min(30.0, 0.5 * 2 ** min(attempts - 1, 10))
