"""One way of logging: structlog, for the service and for the libraries under it, without secrets."""

import logging
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kinemotion_backend.settings import Settings

SECRET_WORDS = ("authorization", "cookie", "password", "secret", "token", "api_key", "signature")
REDACTED = "[redacted]"


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The event with every value whose name speaks of a secret hidden."""
    return {name: REDACTED if any(word in name.lower() for word in SECRET_WORDS) else event[name] for name in event}


def configure_logging(settings: Settings) -> None:
    """Send everything that is logged to standard error, as the settings ask."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    shown: list[Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()] if settings.json_logs else [console]
    )
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
