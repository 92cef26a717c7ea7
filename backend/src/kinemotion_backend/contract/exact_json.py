"""JSON as every reader of it can take it: finite numbers, and texts that a database keeps."""

import json
import math
import sys


def _refuse_constant(text: str) -> float:
    """Refuse NaN and the infinities, which Python reads and writes although JSON has none."""
    raise ValueError(f"{text} is not a number")


def _read_fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


def _read_whole(text: str) -> int:
    """Read a whole number; one of 310 digits is as infinite to every other reader as 1e310."""
    number = int(text)
    if abs(number) > sys.float_info.max:
        raise ValueError(f"{text[:20]}… is too large")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_read_fraction, parse_int=_read_whole)


def read_json(content: bytes) -> object:
    """Read JSON as every reader of it can.

    Raises
    ------
    ValueError
        When it is no JSON, has a number that is not finite or the character NUL, or is nested too deeply.
    """
    if b"\\u0000" in content:
        raise ValueError("the JSON has the character NUL, which no database keeps")
    try:
        return _DECODER.decode(content.decode())
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
