"""Which movement and which options a client means, by what the engine declares."""

import math
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kinemotion_backend.contract.documents import MovementInfo, OptionInfo
from kinemotion_backend.errors import InvalidField, InvalidOptions, UnknownMovement
from kinemotion_backend.inputs.corrections import are_corrections
from kinemotion_backend.inputs.option_faults import describe_fault

Option = str | float | bool
Options = Mapping[str, Option]

SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        "counter_movement_jump": "cmj",
        "depth_jump": "dropjump",
        "hops": "rj",
        "run": "running",
        "running_gait": "running",
    }
)
"""Common names of the movements, beside the engine's own names and titles."""

YES, NO = frozenset({"true", "1", "yes", "on"}), frozenset({"false", "0", "no", "off"})

EVENTS = "events"

ATHLETE_OPTIONS: tuple[OptionInfo, ...] = (
    OptionInfo(
        name="mass_kg",
        flag="--mass",
        type="float",
        unit="kg",
        minimum=20,
        maximum=300,
        meaning="Body mass: gives power and force.",
    ),
    OptionInfo(
        name="athlete_height_m",
        flag="--athlete-height",
        type="float",
        unit="m",
        minimum=1,
        maximum=2.5,
        meaning="Stature, barefoot.",
    ),
    OptionInfo(name="sex", flag="--sex", choices=("female", "male"), meaning="Table of segment masses."),
    OptionInfo(
        name="speed_m_s",
        flag="--speed",
        type="float",
        unit="m/s",
        minimum=0.5,
        maximum=15,
        meaning="Belt or ground speed of a run: gives step length.",
    ),
    OptionInfo(
        name="capture_fps",
        flag="--capture-fps",
        type="float",
        unit="1/s",
        minimum=1,
        maximum=2000,
        meaning="Rate that a slow-motion clip was filmed at.",
    ),
    OptionInfo(
        name="rotate_deg",
        flag="--rotate",
        choices=("0", "90", "180", "270"),
        unit="deg",
        meaning="Turns the pictures clockwise, where the film lies on its side or is upside down.",
    ),
    OptionInfo(
        name="person",
        flag="--person",
        type="int",
        minimum=0,
        meaning="If several people are in view, measures only this one: the number from an earlier result.",
    ),
    OptionInfo(
        name=EVENTS,
        flag="--events",
        meaning="Corrected events: a JSON list with name, time_s and, if needed, side and trial, as in the result.",
    ),
)
"""Options of every movement, in the contract's words: declared here and nowhere else in the service."""


def find_movement(name: str, *, among: Iterable[MovementInfo]) -> MovementInfo:
    """Return the movement of that name, title or common spelling."""
    offered = tuple(among)
    wanted = _normalize(name)
    wanted = SPELLINGS.get(wanted, wanted)
    for movement in offered:
        if wanted in {_normalize(movement.name), _normalize(movement.title)}:
            return movement
    known = ", ".join(movement.name for movement in offered)
    raise UnknownMovement(f"There is no such movement. Known movements: {known}.")


def check_options(movement: MovementInfo, options: Options) -> None:
    """Check the options as the engine will, in the API's words.

    Raises
    ------
    InvalidOptions
        When an option is not known or its value is not valid; names every such field.
    """
    declared = _read_declared(movement)
    faults = [
        fault
        for name, value in options.items()
        if (fault := _find_fault(declared.get(name), name, text=str(value), movement=movement))
    ]
    if faults:
        raise InvalidOptions(" ".join(f"{fault.field}: {fault.message}" for fault in faults), fields=faults)


def write_flags(movement: MovementInfo, options: Options) -> list[str]:
    """Return the options as arguments ``--flag=value``, in declared order; a value can never become a flag."""
    check_options(movement, options)
    declared = _read_declared(movement)
    return [_write_flag(declared[name], str(options[name])) for name in declared if name in options]


def convert_options(movement: MovementInfo, options: Options) -> dict[str, Option]:
    """Return the options as values of their declared types, checked: for an engine that is not asked by flags."""
    check_options(movement, options)
    declared = _read_declared(movement)
    return {name: _convert(declared[name], str(value)) for name, value in options.items()}


def _convert(option: OptionInfo, text: str) -> Option:
    if option.type == "bool":
        return text.lower() in YES
    if option.type in {"float", "int"}:
        return int(text) if option.type == "int" else float(text)
    return text


def name_options(text: str, *, movement: MovementInfo) -> str:
    """Replace each flag in the engine's words by the option's name in the API."""
    flags = {option.flag: name for name, option in _read_declared(movement).items()}
    return re.sub(r"--[a-z][a-z-]*", lambda found: flags.get(found[0], found[0]), text)


def _read_declared(movement: MovementInfo) -> dict[str, OptionInfo]:
    return {option.name: option for option in (*ATHLETE_OPTIONS, *movement.options)}


def _find_fault(option: OptionInfo | None, name: str, *, text: str, movement: MovementInfo) -> InvalidField | None:
    """Return what is wrong with the value of the option; None when nothing is."""
    if option is None:
        return describe_fault(name, "unknown_option", movement=movement.title)
    if "\0" in text:
        return describe_fault(name, "zero_byte")
    if option.name == EVENTS:
        return None if are_corrections(text) else describe_fault(name, "not_corrections")
    if option.choices is not None:
        return None if text in option.choices else describe_fault(name, "not_a_choice", choices=option.choices)
    if option.type == "bool":
        return None if text.lower() in YES | NO else describe_fault(name, "not_a_switch")
    return _find_number_fault(option, text) if option.type in {"float", "int"} else None


def _find_number_fault(option: OptionInfo, text: str) -> InvalidField | None:
    try:
        number = int(text) if option.type == "int" else float(text)
        is_finite = math.isfinite(number)
    except (ValueError, OverflowError):  # also a whole number of 310 digits
        number, is_finite = math.nan, False
    if not is_finite:
        return describe_fault(option.name, "not_whole" if option.type == "int" else "not_a_number")
    low, high, unit = option.minimum, option.maximum, option.unit or ""
    if (low is None or low <= number) and (high is None or number <= high):
        return None
    if low is not None and high is not None:
        return describe_fault(option.name, "out_of_range", minimum=low, maximum=high, unit=unit)
    if low is not None:
        return describe_fault(option.name, "too_small", minimum=low, unit=unit)
    return describe_fault(option.name, "too_large", maximum=high or 0, unit=unit)


def _write_flag(option: OptionInfo, text: str) -> str:
    """Return one argument; a boolean option is a pair of flags without a value."""
    if option.type != "bool":
        return f"{option.flag}={text}"
    return option.flag if text.lower() in YES else option.flag.replace("--", "--no-", 1)


def _normalize(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
