"""The test vector of landmarks records: bytes and what they mean, for every client that writes or reads them."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.poses import Pose
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.stream.landmark_records import LandmarkFrame, encode_landmarks
from kinemotion.stream.records import Kind, Record, encode_record

SESSION, TIME_US = 7, 1_767_225_600_000_000
UNSEEN = BLAZEPOSE.index["left_pinky"]
"""A landmark of the first person that the model does not give."""


def make_person(number: int, *, shift_px: float) -> Pose:
    """Return a person whose numbers single precision holds exactly."""
    places = np.arange(len(BLAZEPOSE.names), dtype=float)
    points = np.column_stack([200.0 + shift_px + places / 4, 100.0 + 8 * places])
    if number == 0:
        points[UNSEEN] = np.nan
    ground = np.array([[210.5 + shift_px, 372.25], [np.nan, np.nan]])
    return Pose(number, points, (places % 4) / 4, ground, change=2.5)


def list_frames() -> Iterator[tuple[str, LandmarkFrame]]:
    """Yield what the records hold, by name."""
    both = (make_person(0, shift_px=0.0), make_person(3, shift_px=160.0))
    moved = np.array([[1.0, 0.0, -1.5], [0.0, 1.0, 0.25]])
    yield "everything", LandmarkFrame(640, 360, both, moved)
    yield "bare", LandmarkFrame(640, 360, both[:1], has_ground=False, has_change=False)
    yield "nobody", LandmarkFrame(640, 360, (), moved)


def write_vector() -> str:
    """Return the whole file as JSON text: objects in lines, numbers without line breaks."""
    rows = ",\n  ".join(json.dumps(describe_record(name, frame)) for name, frame in list_frames())
    return f'{{"records": [\n  {rows}\n]}}\n'


def describe_record(name: str, frame: LandmarkFrame) -> dict[str, Any]:
    """Return one record: its meaning and its bytes."""
    payload = encode_landmarks(frame)
    record = Record(Kind.LANDMARKS, SESSION, TIME_US, payload)
    return {
        "name": name,
        "kind": int(record.kind),
        "session": record.session,
        "time_us": record.time_us,
        "width": frame.width,
        "height": frame.height,
        "camera": None if frame.camera is None else list_rows(frame.camera),
        "people": [describe_person(pose, frame) for pose in frame.people],
        "payload_hex": payload.hex(),
        "record_hex": encode_record(record).hex(),
    }


def describe_person(pose: Pose, frame: LandmarkFrame) -> dict[str, Any]:
    """Return one person; null stands for what is unseen, and for a part that the record lacks."""
    return {
        "person": pose.person,
        "points": list_rows(np.column_stack([pose.points, pose.confidence])),
        "ground": list_rows(pose.ground) if frame.has_ground else None,
        "change": pose.change if frame.has_change else None,
    }


def list_rows(numbers: Floats) -> list[list[float | None]]:
    """Return rows of numbers, null where one is missing."""
    return [[None if np.isnan(value) else float(value) for value in row] for row in numbers]
