"""One detection feeds phases and metrics: durations in both are equal, to the last digit."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measured_jump import countermovement
from measured_trials import measure_trials
from synthetic_athlete import Camera, Jumper, film
from synthetic_runner import Runner, film_run

from kinemotion.motion.events import Phase
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Trial
from kinemotion.movements import registry
from kinemotion.pose.recorded import load_poses

DATA = Path(__file__).parents[1] / "data"
SPANS = {
    "unweighting_duration": ["unweighting"],
    "braking_duration": ["braking"],
    "propulsion_duration": ["propulsion"],
    "concentric_duration": ["propulsion"],
    "eccentric_duration": ["unweighting", "braking"],
    "time_to_takeoff": ["unweighting", "braking", "propulsion"],
    "ground_contact_time": ["braking", "propulsion"],
    "flight_time": ["flight"],
    "hold_duration": ["hold"],
}
"""Metrics of a trial without repetitions, and the phases that they are the sum of."""


def trials_of(sport: str, frames: Iterable[FramePoses]) -> list[Trial]:
    movement = registry.get(sport)
    return measure_trials(movement, frames)


def check_trial(trial: Trial) -> int:
    """Compare every duration of a trial with its phases; return how many there were."""
    if trial.repetitions:
        return check_repetitions(trial)
    parts = {part.name: part for part in trial.phases}
    compared = 0
    for name, spans in SPANS.items():
        value = getattr(trial.metrics, name, None)
        if value is not None:
            assert value.value == sum(parts[span].duration_s for span in spans), name
            compared += 1
    return compared


def check_repetitions(trial: Trial) -> int:
    """Every contact and flight of a hop or step is a phase, or lies between two."""
    named = {(part.start_s, part.end_s): part for part in trial.phases}
    edges = {part.end_s for part in trial.phases}, {part.start_s for part in trial.phases}
    compared = 0
    for repetition in trial.repetitions:
        contact: Estimate | None = getattr(repetition.metrics, "ground_contact_time", None)
        flight: Estimate | None = getattr(repetition.metrics, "flight_time", None)
        if contact is not None:
            start_s = repetition.start_s
            [part] = [part for (begin_s, _), part in named.items() if begin_s == start_s]
            assert contact.value == part.duration_s
            compared += 1
        if flight is not None:
            assert flight_between(trial.phases, repetition.end_s).duration_s == flight.value
            assert repetition.end_s in (edges[0] | edges[1])
            compared += 1
    return compared


def flight_between(phases: Sequence[Phase], landing_s: float) -> Phase:
    """The flight that ends at an instant: a phase of its own, or what lies between two stances."""
    for part in phases:
        if part.name == "flight" and part.end_s == landing_s:
            return part
    [after] = [part for part in phases if part.start_s == landing_s]
    before = max((part for part in phases if part.start_s < landing_s), key=lambda part: part.start_s)
    return Phase("flight", before.end, after.start)


@pytest.mark.parametrize("sport", registry.list_names())
def test_on_recorded_poses(sport: str):
    [trial] = trials_of(sport, load_poses(DATA / f"{sport}.npz").recorded)
    assert check_trial(trial) >= 3


def squat_jump(height_m: float) -> Jumper:
    squatting = Jumper().stand(0.6).sink(0.3, 0.8, brake_m_s2=0.0).stand(1.2)
    return squatting.push(height_m).fly().absorb(0.2).rise(0.6).stand(0.6)


def drop_jump(height_m: float) -> Jumper:
    return Jumper(box_m=0.3).stand(0.9).drop().bounce(0.22, height_m).fly().absorb(0.2).rise(0.6).stand(0.8)


def series(height_m: float) -> Jumper:
    jumper = Jumper().stand(0.5).sink(0.1, 0.3).push(height_m).fly()
    for _ in range(4):
        jumper.bounce(0.2, height_m).fly()
    return jumper.absorb(0.1).rise(0.5).stand(1.2)


ATHLETES: dict[str, Callable[[float], Jumper]] = {
    "cmj": countermovement,
    "sj": squat_jump,
    "dropjump": drop_jump,
    "rj": series,
}


def frames_of(sport: str, height_m: float, camera: Camera) -> list[FramePoses]:
    if sport == "running":
        return film_run(Runner(duration_s=4.0), camera)
    return film(ATHLETES[sport](height_m), camera)


@pytest.mark.parametrize("sport", registry.list_names())
@settings(max_examples=6, deadline=None)
@given(
    height_m=st.floats(0.12, 0.5),
    fps=st.sampled_from([30.0, 60.0, 120.0]),
    noise_px=st.floats(0.0, 2.0),
    seed=st.integers(0, 99),
)
def test_on_synthetic_athletes(sport: str, height_m: float, fps: float, noise_px: float, seed: int):
    camera = Camera(fps=fps, noise_px=noise_px, jitter_s=0.001, seed=seed)
    for trial in trials_of(sport, frames_of(sport, height_m, camera)):
        if trial.metrics is not None:
            assert check_trial(trial) >= 2
