"""What a live frame costs, how soon many sessions are answered, and how much memory they take."""

import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep, thread_time
from typing import Any, BinaryIO

import numpy as np
import psutil
import pytest
from stream_client import STARTED_US, close_record, landmark_record, open_record, recorded

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pose.estimators import open_estimator
from kinemotion.report.contract.encode import encode_line
from kinemotion.report.contract.live_document import Origin, make_state_event
from kinemotion.session import MeasurementSetup, Session
from kinemotion.stream.landmark_records import decode_landmarks
from kinemotion.stream.records import encode_record
from kinemotion.streaming import PoseFollower
from kinemotion.video import open_video

pytestmark = [pytest.mark.benchmark, pytest.mark.engine]

SAMPLE = Path(__file__).parents[2] / "docs" / "samples" / "cmj.mp4"
FPS, MINUTES, FURTHER = 30, 10, 3
STANDING = 30
"""Frames of the recorded jump in which the athlete stands."""
MB = 1 << 20


def stand_and_jump(seconds: int, *, every_s: int) -> Iterator[FramePoses]:
    """Frames of an athlete who stands, and jumps once in so many seconds, 30 frames a second."""
    jump = recorded("cmj")[::2]
    still = cycle(jump[:STANDING])
    rest = every_s * FPS - len(jump)
    one = [*jump, *islice(still, rest)]
    for index, frame in enumerate(islice(cycle(one), seconds * FPS)):
        yield replace(frame, index=index, time_s=index / FPS)


def start(*options: str) -> Any:
    return subprocess.Popen(
        [sys.executable, "-m", "kinemotion", "stream", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_budget_of_a_frame(stopwatch: Any):
    """CPU milliseconds of each part: pose, kinematics (without trials), lines."""
    with open_video(SAMPLE, threads=1) as video:
        frames = list(video.frames())
    spent: dict[str, list[float]] = {"pose": [], "kinematics": [], "landmarks": [], "encode": []}

    def timed(part: str, work: Any) -> Any:
        began = thread_time()
        found = work()
        spent[part].append(1000 * (thread_time() - began))
        return found

    movement = registry.get("cmj")
    session = Session(MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options()), live=True)
    with open_estimator(preset="fast", threads=1, still_rate="always") as estimator:
        follower = PoseFollower(estimator)
        for frame in frames:
            picture = Frame(frame.index, frame.time_s, frame.image)
            poses = timed("pose", lambda picture=picture: follower.follow(picture))
            record = landmark_record(0, poses)
            timed("landmarks", lambda record=record: decode_landmarks(record.payload))
            timed("kinematics", lambda poses=poses: session.follow(poses))
            state = timed("kinematics", session.describe_state)
            timed("encode", lambda state=state: encode_line(make_state_event(state, Origin(0, movement, 0))))
    stopwatch.repeat(lambda: None, rounds=1)
    stopwatch.note(**{f"{part}_ms": float(np.median(times)) for part, times in spent.items()})


@pytest.mark.parametrize("sessions", [25, 100])
def test_sessions_are_answered_soon(stopwatch: Any, sessions: int):
    """Milliseconds from the record to its state line, over ten seconds at 30 frames a second in one process."""
    process = start()
    sent: dict[tuple[int, int], float] = {}
    waited: list[float] = []
    counted = {"error": 0, "dropped": 0, "trial": 0}

    def read(source: BinaryIO) -> None:
        for text in source:
            event = json.loads(text)
            if event["event"] == "state":
                waited.append(perf_counter() - sent[event["session"], event["time_us"]])
            elif event["event"] in counted:
                counted[event["event"]] += event.get("frames", 1)

    reader = Thread(target=read, args=(process.stdout,))
    reader.start()
    for number in range(sessions):
        process.stdin.write(encode_record(open_record(number, "cmj")))
    began = perf_counter()
    frames = list(stand_and_jump(10, every_s=10))
    for frame in frames:
        for number in range(sessions):
            due_s = began + frame.time_s + number / sessions / FPS
            if (early_s := due_s - perf_counter()) > 0:
                process.stdin.flush()
                sleep(early_s)
            sent[number, STARTED_US + round(frame.time_s * 1e6)] = perf_counter()
            process.stdin.write(encode_record(landmark_record(number, frame)))
    process.stdin.close()
    reader.join()
    process.stdout.close()
    process.wait()
    late = np.quantile(waited, [0.5, 0.95, 0.99]) * 1000
    stopwatch.repeat(lambda: None, rounds=1)
    stopwatch.note(sessions=sessions, p50_ms=late[0], p95_ms=late[1], p99_ms=late[2], frames=len(waited), **counted)


def grown(sessions: int, *, minutes: int) -> tuple[float, float]:
    """Resident memory, MB, of a process after one minute and after so many of clip time of so many sessions."""
    process = start("--every-frame")
    watched = psutil.Process(process.pid)
    reader = Thread(target=deque, args=(process.stdout, 0))
    reader.start()
    sizes: list[float] = []
    for number in range(sessions):
        process.stdin.write(encode_record(open_record(number, "cmj")))
    for frame in stand_and_jump(60 * minutes, every_s=60):
        for number in range(sessions):
            process.stdin.write(encode_record(landmark_record(number, frame)))
        if frame.index in {60 * FPS - 1, 60 * minutes * FPS - 1}:
            process.stdin.flush()
            sizes.append(watched.memory_info().rss / MB)
    for number in range(sessions):
        process.stdin.write(encode_record(close_record(number)))
    process.stdin.close()
    reader.join()
    process.stdout.close()
    process.wait()
    return sizes[0], sizes[-1]


def test_memory_of_ten_minutes(stopwatch: Any):
    after_one, after_ten = grown(1, minutes=MINUTES)
    together, _ = grown(1 + FURTHER, minutes=1)  # buffers are full by then: what is left to grow, one session shows
    stopwatch.repeat(lambda: None, rounds=1)
    stopwatch.note(process_mb=after_ten, grown_mb=after_ten - after_one, session_mb=(together - after_one) / FURTHER)
    assert after_ten < 300
    assert (together - after_one) / FURTHER + (after_ten - after_one) < 5
