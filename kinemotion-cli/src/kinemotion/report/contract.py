"""The envelope of every document the engine writes: its version, how a failure looks, how it becomes text."""

import json
from collections.abc import Mapping
from typing import Any

from kinemotion.errors import KinemotionError

SCHEMA_VERSION = "1.0"
"""A minor adds, a major breaks. Readers accept their major and ignore what they do not know."""

Document = dict[str, Any]
"""Plain JSON values: what ``json.dumps`` takes without help."""


def failure(error: KinemotionError) -> Document:
    """The ``error`` object of a failure."""
    return {"code": error.code, "message": error.message, "hint": error.hint, "retryable": error.retryable}


def error_document(error: KinemotionError) -> Document:
    """The document that stands where a result was asked for."""
    return {"schema_version": SCHEMA_VERSION, "error": failure(error)}


def pretty(document: Mapping[str, Any]) -> str:
    """The document as indented text with a final line break, in plain ASCII."""
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def line(document: Mapping[str, Any]) -> str:
    """The document as one line of NDJSON, line break included."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n"
