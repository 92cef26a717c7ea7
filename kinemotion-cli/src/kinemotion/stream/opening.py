"""What an open record asks for: a movement, its options, what is known of the athlete, and which pose model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast, get_args

import msgspec

from kinemotion.calibration import find_calibration
from kinemotion.errors import KinemotionError, RecordMalformed, UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.options import OptionSpec, list_options
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pose.base import Preset
from kinemotion.pose.model_files import LANDMARKS
from kinemotion.session import MeasurementSetup

_Kind = TypeVar("_Kind")


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON of an open record."""

    movement: str
    options: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    athlete: dict[str, Any] = msgspec.field(default_factory=dict[str, Any])
    quality: Preset = "balanced"


@dataclass(frozen=True, slots=True)
class Opening:
    """What one session is to do."""

    setup: MeasurementSetup
    quality: Preset = field(default="balanced")
    """Which pose model finds the points, here or at the client."""


def read_opening(payload: bytes) -> Opening:
    """Return what an open record asks for, checked.

    Raises
    ------
    RecordMalformed
        If the payload is not the JSON that the protocol says.
    UsageProblem
        If an option or a fact about the athlete is not allowed.
    UnknownMovement
        If the movement is not installed.
    """
    asked = _decode(payload)
    movement = registry.get(asked.movement)
    for spec in list_options(movement.options):
        if spec.name in asked.options:
            _check_option(spec, asked.options[spec.name])
    setup = MeasurementSetup(
        movement=movement,
        skeleton=BLAZEPOSE,
        athlete=_convert(asked.athlete, Athlete),
        options=_convert(asked.options, movement.options),
        calibration=find_calibration("litert", LANDMARKS[asked.quality]),
    )
    return Opening(setup, asked.quality)


def _decode(payload: bytes) -> _Asked:
    try:
        return msgspec.json.decode(payload, type=_Asked)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        qualities = ", ".join(get_args(Preset))
        raise RecordMalformed(
            Message("open_malformed", 'An open record cannot be read: "{what}".', what=str(error)),
            hint=Message(
                "send_open_record",
                'Send JSON such as {{"movement": "cmj", "quality": "balanced"}}. Qualities: {known}.',
                known=qualities,
            ),
        ) from None


def _convert(values: Mapping[str, Any], kind: type[_Kind]) -> _Kind:
    """Return an instance of a dataclass made from JSON values."""
    known = [item.name for item in fields(cast("Any", kind))]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise UsageProblem(
            Message("unknown_fields", "Not known: {names}.", names=", ".join(unknown)), hint=_list_known(known)
        )
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise UsageProblem(
            Message("bad_field", 'A field is wrong: "{reason}".', reason=str(error)), hint=_list_known(known)
        ) from None


def _list_known(names: Sequence[str]) -> Message:
    return Message("known_fields", "Known: {names}.", names=", ".join(names) or "–")


def _check_option(spec: OptionSpec, value: object) -> None:
    """Check a value against its declaration.

    Raises
    ------
    UsageProblem
        If it is not one of the choices or beyond the range.
    """
    if value is None and spec.default is None:
        return
    if spec.choices and value not in spec.choices:
        raise _make_option_error(spec, Message("one_of", "one of {known}", known=", ".join(spec.choices)))
    if spec.minimum is not None and isinstance(value, int | float) and not value >= spec.minimum:
        raise _make_option_error(spec, Message("at_least", "{limit} or more", limit=f"{spec.minimum:g}"))
    if spec.maximum is not None and isinstance(value, int | float) and not value <= spec.maximum:
        raise _make_option_error(spec, Message("at_most", "{limit} or less", limit=f"{spec.maximum:g}"))


def _make_option_error(spec: OptionSpec, allowed: Message) -> KinemotionError:
    return UsageProblem(
        Message("option_not_allowed", "The option {name!r} must be {allowed}.", name=spec.name, allowed=allowed),
        hint=Message("see_movements_json", "See `kinemotion movements --json`."),
    )
