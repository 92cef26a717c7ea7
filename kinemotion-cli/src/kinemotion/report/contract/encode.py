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
_SIGNIFICANT_DIGITS = 4
"""Of every number: finer than any interval here, coarser than the noise of floating point between machines."""


def describe_failure(error: KinemotionError) -> Failure:
    """Return the ``error`` object of a failure."""
    return {**describe_problem(error.code, message=error.message, hint=error.hint), "retryable": error.retryable}


def describe_problem(code: str, *, message: Message, hint: Message) -> ProblemEntry:
    """Return a problem or an error as text and as coded messages."""
    return {
        "code": code,
        "message": message,
        "hint": hint,
        "reason": describe_message(message),
        "advice": describe_message(hint) if hint else None,
    }


def describe_message(message: Message) -> MessageEntry:
    """Return a message with its code and values."""
    values = {name: _convert_value(value) for name, value in message.values.items()}
    return {"code": message.code, "message": message, "values": values}


def _convert_value(value: Value) -> float | int | str | list[str]:
    if isinstance(value, Names):
        return list(value.titles)
    return round_significant(value) if isinstance(value, float) else value


def round_significant(value: float) -> float:
    """Round to the significant digits of the contract; the addition turns -0.0 into 0.0."""
    return float(f"{value:.{_SIGNIFICANT_DIGITS}g}") + 0.0


def make_error_document(error: KinemotionError) -> ErrorDocument:
    """Return the document that stands where a result was asked for."""
    return {"schema_version": SCHEMA_VERSION, "error": describe_failure(error)}


def make_error_event(error: KinemotionError) -> ErrorEvent:
    """Return the line that ends a stream that failed."""
    return {**make_error_document(error), "event": "error"}


def encode_pretty(document: Mapping[str, Any]) -> str:
    """Return the document as indented text with a final line break, in plain ASCII."""
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def encode_line(document: Mapping[str, Any]) -> str:
    """Return the document as one line of NDJSON, line break included."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n"
