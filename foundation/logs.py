"""Nothing personal in the logs: the last step before a line is written masks every number in it."""

from structlog.typing import EventDict, WrappedLogger

from foundation import masks


def mask_numbers(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A structlog processor over all values, however deep: addresses as they were typed, tracebacks, messages."""
    masked = {key: _masked(value) for key, value in event.items()}
    if isinstance(request := masked.get("request"), str):
        masked["request"] = request.partition("?")[0]  # names stand in queries
    return masked


def _masked(value: object) -> object:
    if isinstance(value, str):
        return masks.in_text(value)
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else masks.in_text(str(value))
