"""What a live session measures of landmarks is what a file's analysis measures of the same poses, to 1e-9."""

import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from math import isnan
from typing import Any, cast

import numpy as np
import pytest
from stream_client import landmark_record, recorded

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.report.contract.live_document import Origin
from kinemotion.session import DueTrial, MeasurementSetup, Session
from kinemotion.stream.landmark_records import decode_landmarks
from kinemotion.stream.trial_worker import TrialJob, measure_job


def list_leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every number, text and missing value below a value, with where it stands."""
    if is_dataclass(value):
        for item in fields(value):
            yield from list_leaves(getattr(value, item.name), f"{path}.{item.name}")
    elif isinstance(value, Mapping):
        for name, part in cast("Mapping[str, Any]", value).items():
            yield from list_leaves(part, f"{path}.{name}")
    elif isinstance(value, tuple | list | np.ndarray):
        for place, part in enumerate(cast("Iterable[Any]", value)):
            yield from list_leaves(part, f"{path}.{place}")
    else:
        yield path, value


def is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return (isnan(one) and isnan(other)) or abs(one - other) <= 1e-9
    return bool(one == other)


def follow_live(movement: str, setup: MeasurementSetup) -> list[DueTrial]:
    """Return the final trials of the recorded clip, sent as records of landmarks and shown live."""
    session, due = Session(setup, live=True), list[DueTrial]()
    for sent in recorded(movement):
        got = decode_landmarks(landmark_record(1, sent).payload)
        assert got.camera is not None
        due += session.follow(FramePoses(sent.index, sent.time_s, got.people, got.camera))
        session.describe_state()
    due += session.finish()
    return [trial for trial in due if trial.final]


@pytest.mark.parametrize("movement", registry.list_names())
def test_live_trials_are_those_of_the_file(movement: str):
    sport = registry.get(movement)
    setup = MeasurementSetup(sport, BLAZEPOSE, Athlete(height_m=1.8, mass_kg=70.0), sport.options())
    batch = [trial.without_motion() for trial in analyze(recorded(movement), setup)]
    jobs = [TrialJob(setup, due, Origin(1, sport, 0)) for due in follow_live(movement, setup)]
    live = [measure_job(pickle.loads(pickle.dumps(job))).trial for job in jobs]  # noqa: S301  (as a worker gets it)
    for trial, expected in zip(live, batch, strict=True):
        leaves, wanted = dict(list_leaves(trial)), dict(list_leaves(expected))
        assert list(leaves) == list(wanted)
        assert [path for path, value in leaves.items() if not is_same(value, wanted[path])] == []
        assert len(trial.events) > 2
        assert sum(isinstance(value, float) for value in leaves.values()) > 50
