"""What happens to an instruction, and when: pure functions, no clock and no storage.

The last two digits of the payee's account decide about the whole: 01 refused, 02 bounced, 03 silent for a while, 04 told
twice and out of order, 05 paid and returned by the bank a little later, 06 refused and then paid, which cannot be, anything
else paid. The last two digits of a line's personal_number decide about that line: HRSS returns those that end in 07. Every
message about the instruction then names them, whatever the order of telling; when they are all there is, the instruction
is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

# China has one time zone and no summer time, so a fixed offset is exact and needs no zone database.
CHINA = timezone(timedelta(hours=8))

REFUSED_BY_AGENCY = {
    "hrss": "社保系统核验未通过：该笔缴费已计入个人账户",
    "medical": "医保系统核验未通过：参保人已享受医保待遇",
}
RETURNED_BY_HRSS = "社保系统核验未通过：该人员已死亡或已注销参保"
BOUNCED_BY_BANK = "银行账号与户名不符"
RETURNED_BY_BANK = "银行退汇：收款账户状态异常，款项已退回"

AGENCIES = tuple(REFUSED_BY_AGENCY)
EVENTS = ("accepted", "refused", "paid", "bounced", "cancelled")
# From here an instruction can still be stopped.
OPEN = ("received", "accepted")


@dataclass(frozen=True)
class Callback:
    """One message to the portal."""

    event: str
    step: int  # its `sequence`: the place in the life of the instruction, whatever the order of telling
    after: float = 0.0  # seconds since the instruction was received
    reason: str = ""
    lines: tuple[dict, ...] = ()  # those the agency returned; all others follow the event
    amount: str = ""  # in yuan; empty: by the rule of `amount_of`
    paid_on: str = ""  # empty: the day of a payment, nothing otherwise


def plan(
    agency: str, account_number: str, lines: Sequence[dict] = (), *, delay: float, silence: float, fault: str = ""
) -> list[Callback]:
    """Callbacks in the order of telling."""
    returned = tuple(
        {"ticket_number": line["ticket_number"], "outcome": "returned", "reason": RETURNED_BY_HRSS}
        for line in lines
        if agency == "hrss" and line["personal_number"].endswith("07")
    )
    whole = bool(returned) and len(returned) == len(lines)
    callbacks = _by_account(agency, account_number[-2:], RETURNED_BY_HRSS if whole else "", delay, silence)
    return [replace(callback, lines=returned) for callback in _shaped(callbacks, fault, agency, delay)]


def _by_account(agency: str, ending: str, returned_whole: str, delay: float, silence: float) -> list[Callback]:
    first = silence if ending == "03" else delay
    accepted, paid = Callback("accepted", 1, first), Callback("paid", 2, first + delay)
    refused = [Callback("refused", 1, delay, returned_whole or REFUSED_BY_AGENCY[agency])]
    if returned_whole or ending == "01":
        return refused
    match ending:
        case "02":
            return [accepted, Callback("bounced", 2, 2 * delay, BOUNCED_BY_BANK)]
        case "04":
            return [paid, accepted, paid, accepted]
        case "05":
            return _shaped([accepted, paid], "late_bounce", agency, delay)
        case "06":
            return _shaped(refused, "contradict", agency, delay)
    return [accepted, paid]


def _shaped(callbacks: list[Callback], fault: str, agency: str, delay: float) -> list[Callback]:
    """The same, told as the fault wants it."""
    last = max(callbacks, key=lambda callback: callback.step)
    more = last.step + 1, last.after + delay
    match fault:
        case "repeat":
            return [callback for callback in callbacks for _ in range(2)]
        case "reorder":
            return callbacks[::-1]
        case "late_bounce" if last.event == "paid":
            return [*callbacks, Callback("bounced", *more, RETURNED_BY_BANK)]
        case "contradict" if last.event == "refused":
            return [*callbacks, Callback("paid", *more)]
        case "contradict":
            return [*callbacks, Callback("refused", *more, REFUSED_BY_AGENCY[agency])]
    return callbacks


def usual_reason(agency: str, event: str, state: str) -> str:
    """What an agency says of an event that somebody adds without a reason, to an instruction in that state."""
    if event == "bounced":
        return RETURNED_BY_BANK if state == "paid" else BOUNCED_BY_BANK
    return REFUSED_BY_AGENCY[agency] if event == "refused" else ""


def amount_of(event: str, whole: str, line_amounts: Mapping[str, str], lines: Sequence[dict]) -> str:
    """What an event is about, in yuan: a refusal is about the whole, anything else about what was not returned."""
    if event == "refused":
        return whole
    returned = {line["ticket_number"] for line in lines}
    return f"{Decimal(whole) - sum(Decimal(line_amounts.get(ticket, '0')) for ticket in returned):.2f}"


def callback_message(callback: Callback, instruction_id: str, occurred_at: str) -> dict:
    """The body of one result."""
    return {
        "event": callback.event,
        "instruction_id": instruction_id,
        "sequence": callback.step,
        "occurred_at": occurred_at,
        "amount": callback.amount,
        "reason": callback.reason,
        "paid_on": callback.paid_on or (occurred_at[:10] if callback.event == "paid" else ""),
        "lines": list(callback.lines),
    }


def moment(seconds: float) -> str:
    """ISO 8601 with offset. The width never changes, so these texts sort like the times they stand for."""
    return datetime.fromtimestamp(seconds, CHINA).isoformat(timespec="microseconds")


def retry_pause(attempts: int) -> float:
    """Seconds to wait after that many failed deliveries: 0.5, 1, 2, … at most 30."""
    return min(30.0, 0.5 * 2 ** min(attempts - 1, 10))
