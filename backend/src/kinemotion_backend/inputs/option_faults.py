"""What can be wrong with the value of an option: in English, and with a code and values for programs that translate."""

from collections.abc import Mapping
from types import MappingProxyType

from kinemotion_backend.errors import FaultValue, InvalidField

FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "unknown_option": "{movement} has no such option.",
        "zero_byte": "The value has a zero byte.",
        "not_corrections": 'Must be a JSON list such as [{{"name": "takeoff", "time_s": 1.75}}].',
        "not_a_choice": "Must be one of {choices}.",
        "not_a_switch": "Must be true or false.",
        "not_whole": "Must be a whole number.",
        "not_a_number": "Must be a number.",
        "out_of_range": "Must be from {minimum:g} to {maximum:g}{unit}.",
        "too_small": "Must be at least {minimum:g}{unit}.",
        "too_large": "Must be at most {maximum:g}{unit}.",
    }
)
"""English of each fault, by its code."""


def describe_fault(field: str, code: str, **values: FaultValue) -> InvalidField:
    """Return the fault of a field; ``unit`` may be missing."""
    unit = f" {values['unit']}" if values.get("unit") else ""
    written = {name: ", ".join(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return InvalidField(field, FAULTS[code].format(**{**written, "unit": unit}), code=code, values=values)
