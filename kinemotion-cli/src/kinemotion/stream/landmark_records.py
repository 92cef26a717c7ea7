"""The payload of a landmarks record: everybody in one picture, as the science needs it and no more.

All numbers are little-endian; all parts have a length that is a multiple of four bytes. The layout is described in
``docs/reference/stream.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan, sqrt
from struct import Struct, error
from typing import NamedTuple

import numpy as np

from kinemotion.errors import RecordMalformed
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.poses import Pose
from kinemotion.motion.skeleton import BLAZEPOSE

VERSION = 1
MOST_PEOPLE = 3
"""Engineering limit: people in one picture, as many as the pose estimators follow."""
_HEADER = Struct("<BBHHH")
"""Version, flags, number of people, width and height of the picture."""
_PERSON = Struct("<HH")
"""Number of the person, zero."""
_AFFINE = Struct("<6f")
_POINTS = len(BLAZEPOSE.names)
_FLOAT = np.dtype("<f4")
_CAMERA, _LANDMARKS, _GROUND, _CHANGE = 6, 3 * _POINTS, 6, 1
"""Numbers of each part."""
_FAR = 16.0
"""Engineering limit: coordinates reach this many sides of the picture beyond it; farther ones are no pixels."""
_LARGEST_SIDE = 16384
"""Engineering limit: pixels of a side."""
_ZOOM = 0.05, 20.0
"""Engineering limit: how much smaller or larger the first picture may show what this one shows."""

_RESERVED = Message("reserved_not_zero", "a reserved number is not zero")
_POINT_FAR = Message("point_far_off", "a point lies far outside the picture")
_CONFIDENCE = Message("confidence_out_of_range", "a confidence is not between 0 and 1")
_IMAGE_CHANGE = Message("change_out_of_range", "an image change is not between 0 and 255")
_GROUND_FLAG = Message("ground_flag", "the flag of a ground point is neither 0 nor 1")
_GROUND_FAR = Message("ground_point_far_off", "a ground point lies far outside the picture")
_CAMERA_MAP = Message("camera_map", "the affine map of the camera is not possible")


class Parts(NamedTuple):
    """Which optional parts a payload holds, in the order of their flags from the lowest bit on."""

    has_ground: bool
    has_camera: bool
    has_change: bool


_PARTS: Sequence[Parts] = tuple(Parts(bool(flags & 1), bool(flags & 2), bool(flags & 4)) for flags in range(8))
"""The parts that each value of the flags means."""


@dataclass(frozen=True, slots=True)
class LandmarkFrame:
    """Everybody in one picture, and what is known of the picture."""

    width: int
    height: int
    people: tuple[Pose, ...]
    camera: Floats | None = None
    """Affine map (2, 3) from this picture to the first one, px; None where the client does not measure it."""
    has_ground: bool = True
    """Whether the client looks for the silhouette's lowest points."""
    has_change: bool = True
    """Whether the client compares pictures."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        return self.width, self.height


def encode_landmarks(frame: LandmarkFrame) -> bytes:
    """Return the payload of a landmarks record."""
    parts = Parts(frame.has_ground, frame.camera is not None, frame.has_change)
    camera = b"" if frame.camera is None else _pack(frame.camera)
    people = b"".join(_encode_person(pose, parts) for pose in frame.people)
    return _HEADER.pack(VERSION, _PARTS.index(parts), len(frame.people), frame.width, frame.height) + camera + people


def decode_landmarks(payload: bytes) -> LandmarkFrame:
    """Return what a landmarks payload holds, checked.

    Raises
    ------
    RecordMalformed
        If its length or a number in it is not what the protocol says.
    """
    try:
        version, flags, count, width, height = _HEADER.unpack_from(payload)
    except error:
        raise _make_malformed_error(Message("header_cut_off", "the header is cut off")) from None
    if version != VERSION or flags >= len(_PARTS) or count > MOST_PEOPLE:
        raise _make_malformed_error(
            Message(
                "landmarks_unknown",
                "version {version}, flags {flags} and {count} people are not all known",
                version=version,
                flags=flags,
                count=count,
            )
        )
    if not (0 < width <= _LARGEST_SIDE and 0 < height <= _LARGEST_SIDE):
        raise _make_malformed_error(
            Message("impossible_size", "a picture cannot have {width} x {height} pixels", width=width, height=height)
        )
    parts = _PARTS[int(flags)]
    camera_size = _CAMERA * _FLOAT.itemsize if parts.has_camera else 0
    person_size = _measure_person(parts)
    if len(payload) != _HEADER.size + camera_size + count * person_size:
        raise _make_malformed_error(
            Message("wrong_length", "{count} bytes are too many or too few", count=len(payload))
        )
    camera = _decode_camera(payload) if camera_size else None
    first = _HEADER.size + camera_size
    reach = _FAR * max(width, height)
    people = tuple(
        _decode_person(payload[place : place + person_size], parts, reach=reach)
        for place in range(first, len(payload), person_size)
    )
    if len({pose.person for pose in people}) < count:
        raise _make_malformed_error(Message("number_given_twice", "two people have the same number"))
    return LandmarkFrame(width, height, people, camera, parts.has_ground, parts.has_change)


def _measure_person(parts: Parts) -> int:
    """Return the bytes of one person."""
    numbers = _LANDMARKS + _GROUND * parts.has_ground + _CHANGE * parts.has_change
    return _PERSON.size + numbers * _FLOAT.itemsize


def _encode_person(pose: Pose, parts: Parts) -> bytes:
    landmarks = _pack(np.column_stack([pose.points, pose.confidence]))
    ground = _pack(_mark_seen(pose.ground)) if parts.has_ground else b""
    change = _pack(np.array([pose.change])) if parts.has_change else b""
    return _PERSON.pack(pose.person, 0) + landmarks + ground + change


def _mark_seen(ground: Floats) -> Floats:
    """Return ground points (2, 3): x, y and whether they are seen."""
    marked = np.zeros((2, 3))
    seen = np.isfinite(ground).all(axis=1)
    marked[seen, :2], marked[seen, 2] = ground[seen], 1.0
    return marked


def _decode_person(payload: bytes, parts: Parts, *, reach: float) -> Pose:
    person, zero = _PERSON.unpack_from(payload)
    numbers = np.frombuffer(payload, _FLOAT, offset=_PERSON.size).astype(float)
    landmarks = numbers[:_LANDMARKS].reshape(_POINTS, 3)
    points, confidence = landmarks[:, :2], landmarks[:, 2]
    _check(zero == 0, _RESERVED)
    _check(not bool((np.abs(points) > reach).any()), _POINT_FAR)
    _check(bool(((confidence >= 0) & (confidence <= 1)).all()), _CONFIDENCE)
    feet: list[float] = numbers[_LANDMARKS : _LANDMARKS + _GROUND].tolist() if parts.has_ground else []
    change = float(numbers[-1]) if parts.has_change else 1.0
    _check(0 <= change <= 255, _IMAGE_CHANGE)
    return Pose(person, points, confidence, _read_ground(feet, reach=reach), change)


def _read_ground(feet: list[float], *, reach: float) -> Floats:
    """Return the ground points (2, 2), NaN where none is valid; ``feet`` are x, y and valid of each, or nothing."""
    ground = [[nan, nan], [nan, nan]]
    for foot in range(len(feet) // 3):
        x, y, valid = feet[3 * foot : 3 * foot + 3]
        _check(valid in {0.0, 1.0}, _GROUND_FLAG)
        if valid:
            _check(abs(x) <= reach and abs(y) <= reach, _GROUND_FAR)
            ground[foot] = [x, y]
    return np.array(ground)


def _decode_camera(payload: bytes) -> Floats:
    numbers = _AFFINE.unpack_from(payload, _HEADER.size)
    a, b, _, d, e, _ = numbers
    zoom = sqrt(abs(a * e - b * d)) if all(map(isfinite, numbers)) else 0.0
    _check(_ZOOM[0] <= zoom <= _ZOOM[1], _CAMERA_MAP)
    return np.array(numbers).reshape(2, 3)


def _pack(numbers: Floats) -> bytes:
    return numbers.astype(_FLOAT).tobytes()


def _check(holds: bool, otherwise: Message) -> None:  # noqa: FBT001  (one fact)
    if not holds:
        raise _make_malformed_error(otherwise)


def _make_malformed_error(what: Message) -> RecordMalformed:
    return RecordMalformed(Message("landmarks_malformed", "A landmarks record cannot be read: {what}.", what=what))
