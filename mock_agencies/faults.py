"""How an agency has been told to misbehave. Not kept in the file: a restarted agency is a healthy one."""

import threading

from .messages import Refusal

# Faults that replace the answer, whatever was asked.
BREAKDOWNS = frozenset({"timeout", "reset", "garbage", "server_error", "throttle", "bad_request", "redirect"})
# Faults that only make sense for an instruction, which is taken all the same.
AFTER_TAKING = frozenset({"accept_then_drop", "accept_then_hang", "callback_first", "silent"})

NAMES = BREAKDOWNS | AFTER_TAKING | {"none"}


class Faults:
    """How each agency has been told to misbehave, and for how many requests still."""

    def __init__(self, agencies: tuple[str, ...]):
        self._lock = threading.Lock()
        self._agencies = agencies
        self._set: dict[str, tuple[str, int | None]] = {}

    def set(self, order: object) -> tuple[str, str, int | None]:
        """Obey {"agency", "fault", "times"}: for that many requests, or until changed if times is null."""
        agency, fault, times = self._read(order)
        with self._lock:
            self._set[agency] = (fault, times)
        return agency, fault, times

    def take(self, agency: str, among: frozenset[str]) -> str:
        """The fault to show for this request, if any; uses one up if they are counted."""
        with self._lock:
            fault, times = self._set.get(agency, ("none", None))
            if fault not in among or times == 0:
                return ""
            self._set[agency] = (fault, None if times is None else times - 1)
            return fault

    def _read(self, order: object) -> tuple[str, str, int | None]:
        if not isinstance(order, dict):
            raise Refusal(400, "not_an_object", "The body must be a JSON object.")
        agency, fault, times = order.get("agency"), order.get("fault"), order.get("times")
        if agency not in self._agencies:
            raise Refusal(400, "unknown_agency", f"agency must be one of: {', '.join(self._agencies)}.")
        if not isinstance(fault, str) or fault not in NAMES:
            raise Refusal(400, "unknown_fault", f"fault must be one of: {', '.join(sorted(NAMES))}.")
        if times is not None and (type(times) is not int or times < 1):
            raise Refusal(400, "bad_times", "times must be a whole number from 1, or null.")
        return agency, fault, times
