"""Many sessions in one process: each gives what its clip alone gives, and a broken one touches no other."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from stream_client import (
    Lines,
    about,
    answer,
    close_record,
    interleave,
    landmark_record,
    open_record,
    recorded,
    whole_session,
)

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.report.contract.document import make_trial_document
from kinemotion.session import MeasurementSetup
from kinemotion.stream.records import Kind, Record, encode_record

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "contract" / "stream-1.schema.json").read_text())
CMJ = whole_session(1, "cmj")


@pytest.fixture(scope="module")
def together() -> Lines:
    """The lines about one session of each movement, all at the same time."""
    return answer(interleave(*(whole_session(number, name) for number, name in enumerate(registry.list_names()))))


def codes(lines: Lines) -> list[tuple[int | None, str]]:
    return [(line["session"], line["error"]["code"]) for line in lines if line["event"] == "error"]


@pytest.mark.parametrize("movement", registry.list_names())
def test_a_session_among_others_gives_what_its_clip_gives(together: Lines, movement: str):
    sport = registry.get(movement)
    alone = analyze(recorded(movement), MeasurementSetup(sport, BLAZEPOSE, Athlete(), sport.options()))
    expected = [json.loads(json.dumps(make_trial_document(trial, sport))) for trial in alone]
    lines = about(together, registry.list_names().index(movement))
    assert [line["trial"] for line in lines if line["event"] == "trial" and line["final"]] == expected
    assert [line["time_s"] for line in lines if line["event"] == "state"] == [
        pytest.approx(frame.time_s) for frame in recorded(movement)
    ]
    closed = lines[-1]
    assert (closed["event"], closed["frames"], closed["dropped"]) == ("closed", len(recorded(movement)), 0)
    assert closed["result"]["data"] == expected[0]["data"]
    assert closed["result"]["problem"] is None


def test_every_line_keeps_the_schema(together: Lines):
    validator: Any = jsonschema.Draft202012Validator(SCHEMA)
    kinds = {(line["event"], line.get("final")): line for line in together}
    broken = answer([Record(Kind.JPEG, 3, 0), *interleave(CMJ[:9], CMJ[4:7])])
    for line in (*kinds.values(), *broken):
        assert list(validator.iter_errors(line)) == []


def test_the_first_line_says_that_the_process_is_ready():
    assert [line["event"] for line in answer([])] == ["ready"]
    assert answer([])[0]["movements"] == list(registry.list_names())


def test_frames_that_come_late_or_twice_are_dropped_and_counted():
    shuffled = [CMJ[0], CMJ[1], CMJ[3], CMJ[2], CMJ[3], CMJ[4], CMJ[-1]]
    lines = about(answer(shuffled), 1)
    assert [line["event"] for line in lines] == ["state", "state", "dropped", "state", "closed"]
    assert lines[2]["frames"] == 2
    assert (lines[-1]["frames"], lines[-1]["dropped"]) == (3, 2)


def resized(record: Record) -> Record:
    return replace(record, payload=record.payload[:4] + b"\x38\x04\x80\x07" + record.payload[8:])


BROKEN = {
    "record_malformed": [CMJ[0], CMJ[1], replace(CMJ[2], payload=b"garbage")],
    "picture_size_changed": [CMJ[0], CMJ[1], resized(CMJ[2])],
    "session_unknown": [CMJ[1]],
    "session_open": [CMJ[0], CMJ[0]],
    "unknown_movement": [open_record(1, "triple jump")],
    "usage": [open_record(1, "cmj", athlete={"height_m": 180})],
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_session_touches_no_other(code: str):
    whole = [*whole_session(2, "dropjump")[:60], close_record(2)]
    lines = answer(interleave(BROKEN[code], whole))
    assert codes(lines) == [(1, code)]
    assert about(lines, 2) == about(answer(whole), 2)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (b"\xff\xfe", "record_malformed"),
        (b"[]", "record_malformed"),
        (b"{}", "record_malformed"),
        (b'{"movement": 1}', "record_malformed"),
        (b"[" * 100_000, "record_malformed"),
        (b'{"movement": "cmj", "speed": 1}', "record_malformed"),
        (b'{"movement": "cmj", "quality": "best"}', "record_malformed"),
        (b'{"movement": "cmj", "athlete": {"size": 1}}', "usage"),
        (b'{"movement": "cmj", "options": {"gravity": 1}}', "usage"),
        (b'{"movement": "dropjump", "options": {"drop_height": "high"}}', "usage"),
        (b'{"movement": "dropjump", "options": {"drop_height": 40}}', "usage"),
    ],
)
def test_an_open_record_that_asks_for_the_impossible_is_refused(asked: bytes, code: str):
    assert codes(answer([Record(Kind.OPEN, 5, 0, asked)])) == [(5, code)]


def test_late_records_of_an_ended_session_are_passed_over():
    lines = answer([CMJ[0], replace(CMJ[1], payload=b""), *CMJ[2:40], close_record(1), CMJ[3]])
    assert codes(lines) == [(1, "record_malformed")]
    assert [line["event"] for line in about(lines, 1)] == ["error", "closed"]


def test_a_number_may_be_used_again():
    lines = about(answer([*CMJ[:3], CMJ[-1], *CMJ[:3], CMJ[-1]]), 1)
    assert [line["event"] for line in lines] == ["state", "state", "closed"] * 2


def test_bytes_that_are_no_record_end_the_process_with_every_session_closed(kinemotion_stream: Any):
    ended = kinemotion_stream(b"".join(map(encode_record, CMJ[:5])) + b"GET / HTTP/1.1\r\n\r\n" * 2)
    assert ended.status == 2
    assert [line["event"] for line in ended.lines][-2:] == ["closed", "error"]
    assert ended.lines[-1]["error"]["code"] == "record_malformed"


def test_an_empty_stream_of_a_session_says_that_nobody_was_seen():
    empty = [landmark_record(1, replace(frame, people=())) for frame in recorded("cmj")]
    closed = answer([CMJ[0], *empty, CMJ[-1]])[-1]
    assert closed["result"]["problem"]["code"] == "nobody_visible"
    assert set(closed["result"]["data"].values()) == {None}
