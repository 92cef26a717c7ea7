"""What a frame costs: processor time, and no time in which the process waits."""

import json
from collections.abc import Callable
from itertools import count
from threading import Event
from time import process_time
from typing import Any

from stream_client import about, whole_session

from kinemotion.report.contract.encode import encode_line
from kinemotion.stream.inbox import Batch
from kinemotion.stream.live_session import SharedParts
from kinemotion.stream.measuring import MeasureAtOnce
from kinemotion.stream.open_models import PoseModels
from kinemotion.stream.processor_time import ProcessorTime
from kinemotion.stream.sessions import Sessions


def step_by(step_s: float) -> Callable[[], float]:
    """A clock that goes on by a step whenever it is read."""
    return (step_s * number for number in count()).__next__


def tell_states(time: ProcessorTime | None) -> list[dict[str, Any]]:
    written = list[str]()
    with PoseModels() as models:
        parts = SharedParts(
            lambda content: written.append(encode_line(content)), written.append, MeasureAtOnce(), models, time
        )
        sessions = Sessions(parts)
        for record in whole_session(1, "cmj")[:6]:
            sessions.take(Batch(record.session, [record], 0))
    return about([json.loads(text) for text in written], 1, "state")


def test_each_frame_reports_what_was_spent_since_the_one_before():
    assert [state["cpu_time_s"] for state in tell_states(ProcessorTime(step_by(0.25)))] == [0.25] * 5


def test_where_every_frame_is_looked_at_the_same_frames_give_the_same_lines():
    assert tell_states(None) == tell_states(None)
    assert "cpu_time_s" not in tell_states(None)[0]


def test_waiting_costs_nothing_and_work_costs_what_it_takes():
    time = ProcessorTime()
    Event().wait(0.5)
    assert time.take_s() < 0.25
    until_s = process_time() + 0.3
    while process_time() < until_s:
        pass
    assert time.take_s() >= 0.3
