"""Parts of documents that every command writes: messages, failures, rounding, JSON text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kinemotion.messages import Message, Names, Value

if TYPE_CHECKING:  # the shapes are for readers and for the schemas: writing waits for no library
    from collections.abc import Mapping

    from kinemotion.errors import KinemotionError
    from kinemotion.report.contract.common_types import ErrorDocument, Failure, MessageEntry, ProblemEntry
    from kinemotion.report.contract.stream_types import ErrorEvent

SCHEMA_VERSION = "1.1"
SIGNIFICANT_DIGITS = 4
"""Of every number: finer than any interval here, coarser than the noise of floating point between machines."""


def failure(error: KinemotionError) -> Failure:
    """Return the ``error`` object of a failure."""
    return {**problem_entry(error.code, message=error.message, hint=error.hint), "retryable": error.retryable}


def problem_entry(code: str, *, message: Message, hint: Message) -> ProblemEntry:
    """Return a problem or an error as text and as coded messages."""
    return {
        "code": code,
        "message": message,
        "hint": hint,
        "reason": message_entry(message),
        "advice": message_entry(hint) if hint else None,
    }


def message_entry(message: Message) -> MessageEntry:
    """Return a message with its code and values."""
    values = {name: _value(value) for name, value in message.values.items()}
    return {"code": message.code, "message": message, "values": values}


def _value(value: Value) -> float | int | str | list[str]:
    if isinstance(value, Names):
        return list(value.titles)
    return significant(value) if isinstance(value, float) else value


def significant(value: float) -> float:
    """Round to the significant digits of the contract; the addition turns -0.0 into 0.0."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}") + 0.0


def error_document(error: KinemotionError) -> ErrorDocument:
    """The document that stands where a result was asked for."""
    return {"schema_version": SCHEMA_VERSION, "error": failure(error)}


def error_event(error: KinemotionError) -> ErrorEvent:
    """The line that ends a stream that failed."""
    return {**error_document(error), "event": "error"}


def pretty(document: Mapping[str, Any]) -> str:
    """The document as indented text with a final line break, in plain ASCII."""
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def line(document: Mapping[str, Any]) -> str:
    """The document as one line of NDJSON, line break included."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n"
