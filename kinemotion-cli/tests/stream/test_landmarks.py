"""Landmarks on the wire: what is sent is what is read, and what cannot be is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stream_client import recorded

from kinemotion.errors import RecordMalformed
from kinemotion.motion.poses import Pose
from kinemotion.stream.landmark_records import LandmarkFrame, decode_landmarks, encode_landmarks
from kinemotion.stream.records import Kind, Record, encode_record

VECTOR = Path(__file__).parents[3] / "docs" / "contract" / "examples" / "landmarks-record.json"
STANDS = np.eye(2, 3)


def sent(**changed: Any) -> LandmarkFrame:
    return replace(LandmarkFrame(540, 960, recorded("cmj")[0].people, STANDS), **changed)


def equal(one: Pose, other: Pose) -> bool:
    arrays = all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in ("points", "confidence", "ground")
    )
    return arrays and (one.person, one.change) == (other.person, other.change)


@pytest.mark.parametrize("movement", ["cmj", "running"])
def test_poses_of_single_precision_arrive_as_they_were(movement: str):
    for frame in recorded(movement):
        got = decode_landmarks(encode_landmarks(LandmarkFrame(540, 960, frame.people, frame.camera)))
        assert got.camera is not None
        assert np.array_equal(got.camera, frame.camera)
        assert [equal(*pair) for pair in zip(got.people, frame.people, strict=True)] == [True] * len(frame.people)


def test_parts_that_a_client_does_not_measure_are_missing():
    got = decode_landmarks(encode_landmarks(sent(camera=None, has_ground=False, has_change=False)))
    assert (got.camera, got.has_ground, got.has_change) == (None, False, False)
    assert np.isnan(got.people[0].ground).all()
    assert got.people[0].change == 1.0


def test_the_test_vector_says_what_its_bytes_mean():
    for vector in json.loads(VECTOR.read_text())["records"]:
        payload = bytes.fromhex(vector["payload_hex"])
        record = Record(Kind(vector["kind"]), vector["session"], vector["time_us"], payload)
        assert encode_record(record).hex() == vector["record_hex"]
        got = decode_landmarks(payload)
        assert got.size == (vector["width"], vector["height"])
        assert (None if got.camera is None else got.camera.tolist()) == vector["camera"]
        for pose, expected in zip(got.people, vector["people"], strict=True):
            points = np.array(expected["points"], dtype=float)
            assert pose.person == expected["person"]
            assert np.array_equal(np.column_stack([pose.points, pose.confidence]), points, equal_nan=True)
            ground = np.array(expected["ground"] or np.full((2, 2), np.nan), dtype=float)
            assert np.array_equal(pose.ground, ground, equal_nan=True)
            assert pose.change == (1.0 if expected["change"] is None else expected["change"])


def changed(place: int, value: float) -> bytes:
    """The payload of a frame without camera, with one number of its person changed."""
    payload = bytearray(encode_landmarks(sent(camera=None)))
    at = 8 + 4 + 4 * place
    payload[at : at + 4] = np.float32(value).tobytes()
    return bytes(payload)


WHOLE = encode_landmarks(sent())
BROKEN = {
    "empty": b"",
    "short header": WHOLE[:7],
    "cut off": WHOLE[:-1],
    "too long": WHOLE + b"\0",
    "another version": b"\2" + WHOLE[1:],
    "unknown flag": WHOLE[:1] + b"\x08" + WHOLE[2:],
    "a crowd": WHOLE[:2] + b"\xff\xff" + WHOLE[4:],
    "no picture": encode_landmarks(sent(width=0)),
    "infinite": changed(0, np.inf),
    "far away": changed(1, 1e9),
    "confidence above 1": changed(2, 1.5),
    "no confidence": changed(2, np.nan),
    "half a ground point": changed(101, 0.5),
    "no change": changed(105, np.nan),
    "a change beyond white": changed(105, 256.0),
    "an infinite camera": encode_landmarks(sent(camera=np.full((2, 3), np.inf))),
    "a flat camera": encode_landmarks(sent(camera=np.zeros((2, 3)))),
    "one number twice": encode_landmarks(sent(people=recorded("cmj")[0].people * 2)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_frame_is_refused(name: str):
    with pytest.raises(RecordMalformed, match="landmarks record cannot be read"):
        decode_landmarks(BROKEN[name])
