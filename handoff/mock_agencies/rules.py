"""What happens to an instruction, and when: pure functions, no clock and no storage."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

# China has one time zone and no summer time, so a fixed offset is exact and needs no zone database.
CHINA = timezone(timedelta(hours=8))

REFUSED_BY_AGENCY = {
    "hrss": ("credited_to_account", "社保系统核验未通过：该笔缴费已计入个人账户"),
    "medical": ("benefits_used", "医保系统核验未通过：参保人已享受医保待遇"),
}
BOUNCED_BY_BANK = ("account_name_mismatch", "银行账号与户名不符")

AGENCIES = tuple(REFUSED_BY_AGENCY)


@dataclass(frozen=True)
class Callback:
    """One message to the portal; the two times are seconds after the instruction was received."""

    event: str
    step: int  # place in the life of the instruction, whatever the order of telling
    happens_after: float
    told_after: float
    reason_code: str = ""
    reason: str = ""


def plan(agency: str, account_number: str, *, delay: float, silence: float) -> list[Callback]:
    """Callbacks in the order of telling, decided by the last two digits of the payee's account."""
    match account_number[-2:]:
        case "01":
            return [Callback("refused", 1, delay, delay, *REFUSED_BY_AGENCY[agency])]
        case "02":
            return [_accepted(delay), Callback("bounced", 2, 2 * delay, 2 * delay, *BOUNCED_BY_BANK)]
        case "03":
            return [_accepted(silence), _paid(silence + delay)]
        case "04":
            accepted = Callback("accepted", 1, delay, 2 * delay)
            return [_paid(2 * delay), accepted, _paid(2 * delay), accepted]
        case _:
            return [_accepted(delay), _paid(2 * delay)]


def _accepted(after: float) -> Callback:
    return Callback("accepted", 1, after, after)


def _paid(after: float) -> Callback:
    return Callback("paid", 2, after, after)


def callback_message(callback: Callback, instruction_id: str, received: float) -> dict:
    """The body of one result; `received` is when the instruction came, in seconds since 1970."""
    happened = received + callback.happens_after
    return {
        "event": callback.event,
        "instruction_id": instruction_id,
        "occurred_at": moment(happened),
        "reason_code": callback.reason_code,
        "reason": callback.reason,
        "paid_on": moment(happened)[:10] if callback.event == "paid" else "",
        "lines": [],
    }


def moment(seconds: float) -> str:
    """ISO 8601 with offset. The width never changes, so these texts sort like the times they stand for."""
    return datetime.fromtimestamp(seconds, CHINA).isoformat(timespec="microseconds")


def retry_pause(attempts: int) -> float:
    """Seconds to wait after that many failed deliveries: 0.5, 1, 2, … at most 30."""
    return min(30.0, 0.5 * 2 ** min(attempts - 1, 10))
