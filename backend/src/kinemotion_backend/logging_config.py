"""One way of logging, for the service and for the libraries under it: without secrets, safe for a terminal."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kinemotion_backend.settings import Settings

SECRET_WORDS = ("authorization", "cookie", "password", "secret", "token", "api_key", "signature")
REDACTED = "[redacted]"
_INTERNAL = frozenset({"exc_info", "_record", "_from_structlog"})


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event with every value hidden whose name speaks of a secret."""
    return {name: REDACTED if any(word in name.lower() for word in SECRET_WORDS) else event[name] for name in event}


def escape_controls(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event with every control character written out: a client's path must not command the terminal."""
    return {escape_text(name): _escape_value(name, value) for name, value in event.items()}


def escape_text(text: str) -> str:
    """Return the text with every character written out that would command a terminal."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _escape_value(name: str, value: object) -> object:
    if name == "exception":  # its lines stay lines
        return "\n".join(escape_text(line) for line in str(value).split("\n"))
    if isinstance(value, str):
        return escape_text(value)
    return value if isinstance(value, int | float) or value is None or name in _INTERNAL else escape_text(repr(value))


def configure_logging(settings: Settings) -> None:
    """Send everything that is logged to standard error, as the settings ask."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    shown: list[Processor] = [
        structlog.processors.format_exc_info,
        *([structlog.processors.JSONRenderer()] if settings.json_logs else [escape_controls, console]),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    logging.getLogger("asgi_correlation_id").setLevel(logging.ERROR)  # a client's own id that is not taken
