"""What every registered sport has: a command, a schema, a page, recorded poses, and the report they have always given.

The recorded poses lie in ``tests/data/NAME.npz``, the report in ``tests/data/NAME.golden.json``. After a change that is
meant to move numbers, write the reports anew with ``KINEMOTION_UPDATE_GOLDEN=1`` and read the difference.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from change_frames import change_people
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from measured_trials import measure_trials

from kinemotion.cli.main import kinemotion
from kinemotion.errors import MovementNotFound, NobodyVisible
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.metrics import Estimate, list_metrics
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze, find_best_trial
from kinemotion.pose.recorded import load_poses
from kinemotion.report.contract.document import make_trial_document
from kinemotion.report.contract.schema import SCHEMAS
from kinemotion.session import MeasurementSetup

ROOT = Path(__file__).parents[3]
DATA = Path(__file__).parents[1] / "data"
SPORTS = registry.list_names()
TOLERANCE = 2e-3
"""Numerical libraries differ between Pythons in the last digits; the contract rounds to four."""


@cache
def poses_of(sport: str) -> tuple[FramePoses, ...]:
    return load_poses(DATA / f"{sport}.npz").recorded


def trials_of(sport: str, poses: Iterable[FramePoses]) -> list[Trial]:
    movement = registry.get(sport)
    return measure_trials(movement, poses)


@cache
def recorded_trials_of(sport: str) -> tuple[Trial, ...]:
    return tuple(trials_of(sport, poses_of(sport)))


def numbers_of(trial: Trial) -> dict[str, float]:
    found = {spec.name: getattr(trial.metrics, spec.name) for spec in list_metrics(type(trial.metrics))}
    return {name: value.value for name, value in found.items() if isinstance(value, Estimate)}


@pytest.mark.parametrize("sport", SPORTS)
def test_it_has_a_command_a_schema_and_a_page(sport: str):
    assert CliRunner().invoke(kinemotion, [f"{sport}-analyze", "--help"]).exit_code == 0
    assert f'"{sport}"' in json.dumps(SCHEMAS["analysis-1"]())
    assert (ROOT / "docs" / "science" / f"{sport}.md").exists()


@pytest.mark.parametrize("sport", SPORTS)
def test_recorded_poses_give_the_report_they_always_gave(sport: str):
    movement, kept = registry.get(sport), DATA / f"{sport}.golden.json"
    found = [make_trial_document(trial, movement) for trial in recorded_trials_of(sport)]
    if os.environ.get("KINEMOTION_UPDATE_GOLDEN"):
        kept.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert differences(found, json.loads(kept.read_text(encoding="utf-8"))) == []


def differences(found: Any, kept: Any, *, at: str = "") -> list[str]:
    """Where two documents disagree, numbers beyond the tolerance."""
    a, b = flat(found, at), flat(kept, at)
    return [f"{key}: {a.get(key)!r}, was {b.get(key)!r}" for key in {**a, **b} if not agree(a.get(key), b.get(key))]


def flat(value: Any, at: str) -> dict[str, Any]:
    """A document's leaves by their place."""
    if isinstance(value, dict):
        parts = cast("dict[str, Any]", value).items()
    elif isinstance(value, list):
        parts = enumerate(cast("list[Any]", value))
    else:
        return {at: value}
    return {key: leaf for name, part in parts for key, leaf in flat(part, f"{at}.{name}").items()}


def agree(a: Any, b: Any) -> bool:
    numbers = isinstance(a, int | float) and isinstance(b, int | float)
    return a == pytest.approx(b, rel=TOLERANCE, abs=TOLERANCE) if numbers else a == b


@pytest.mark.parametrize("sport", SPORTS)
def test_its_headline_is_measured_on_the_recorded_poses(sport: str):
    assert any(registry.get(sport).headline in numbers_of(trial) for trial in recorded_trials_of(sport))


@pytest.mark.parametrize(("sport", "shown"), [*permutations(SPORTS, 2)])
def test_it_takes_no_other_movement_for_its_own(sport: str, shown: str):
    best = None
    with suppress(MovementNotFound):
        best = find_best_trial(trials_of(sport, poses_of(shown)), registry.get(sport))
    assert best is None or best.quality.confidence == "low"


@pytest.mark.parametrize("sport", SPORTS)
def test_a_picture_twice_as_large_shows_the_same_metres(sport: str):
    def zoomed(pose: Pose) -> Pose:
        return replace(pose, points=2 * pose.points, ground=2 * pose.ground)

    larger = [replace(frame, camera=frame.camera * (1, 1, 2)) for frame in change_people(poses_of(sport), zoomed)]
    once, twice = recorded_trials_of(sport), trials_of(sport, larger)
    assert [numbers_of(a) for a in twice] == [pytest.approx(numbers_of(b), rel=1e-4, abs=1e-6) for b in once]


@pytest.mark.parametrize("sport", SPORTS)
def test_a_later_clip_shows_the_same_movement(sport: str):
    later = [replace(frame, time_s=frame.time_s + 100.0) for frame in poses_of(sport)]
    once, again = recorded_trials_of(sport), trials_of(sport, later)
    assert [numbers_of(a) for a in again] == [pytest.approx(numbers_of(b), rel=1e-4, abs=1e-6) for b in once]
    assert [a.start_s for a in again] == pytest.approx([b.start_s + 100.0 for b in once])


@pytest.mark.parametrize("sport", SPORTS)
def test_a_mirrored_clip_shows_the_same_movement_on_the_other_side(sport: str):
    def mirrored(pose: Pose) -> Pose:
        width = np.array([1000.0, 0.0])
        swap = list(BLAZEPOSE.mirror)
        return replace(
            pose,
            points=(pose.points * flip + width)[swap],
            confidence=pose.confidence[swap],
            ground=(pose.ground * flip + width)[::-1],
        )

    flip = np.array([-1.0, 1.0])
    mirror = np.array([[-1.0, 0.0, 1000.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    turned = [
        replace(frame, camera=mirror[:2] @ np.vstack([frame.camera, (0, 0, 1)]) @ mirror)
        for frame in change_people(poses_of(sport), mirrored)
    ]
    once, other = recorded_trials_of(sport), trials_of(sport, turned)
    for a, b in zip(other, once, strict=True):
        expected = {name: -value if "asymmetry" in name else value for name, value in numbers_of(b).items()}
        assert numbers_of(a) == pytest.approx(expected, rel=1e-4, abs=1e-5)
        swapped = {"left": "right", "right": "left", None: None}
        assert [part.side for part in a.repetitions] == [swapped[part.side] for part in b.repetitions]


@pytest.mark.parametrize("sport", SPORTS)
@settings(max_examples=3)
@given(cut=st.floats(0.1, 1.0))
def test_what_a_live_stream_has_shown_so_far_is_what_the_file_shows(sport: str, cut: float):
    """Every trial that a live stream gave before its cut is the file's."""
    takes, movement = two_takes_of(sport), registry.get(sport)
    live = [make_trial_document(trial, movement) for trial in shown_live(sport, takes, until=int(cut * len(takes)))]
    assert live == [make_trial_document(trial, movement) for trial in trials_of_two_takes(sport)][: len(live)]


@cache
def two_takes_of(sport: str) -> tuple[FramePoses, ...]:
    """The recorded poses, and the same once more two seconds later."""
    take = poses_of(sport)
    gap_s = take[-1].time_s + 2.0
    return (*take, *(replace(frame, time_s=frame.time_s + gap_s, index=frame.index + len(take)) for frame in take))


@cache
def trials_of_two_takes(sport: str) -> tuple[Trial, ...]:
    return tuple(trials_of(sport, two_takes_of(sport)))


def shown_live(sport: str, poses: Sequence[FramePoses], *, until: int) -> list[Trial]:
    """Trials that came while the stream still ran."""
    movement, seen, shown = registry.get(sport), 0, list[Trial]()

    def stream() -> Iterator[FramePoses]:
        nonlocal seen
        for frame in poses[:until]:
            seen += 1
            yield frame

    with suppress(MovementNotFound, NobodyVisible):
        for trial in analyze(stream(), MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options())):
            if seen < until:
                shown.append(trial)
    return shown
