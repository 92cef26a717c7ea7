"""The flow: frames are pushed in, states and trials come out; what a live stream ends with is what batch finds."""

import gc
import logging
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from change_frames import change_people
from measured_jump import countermovement
from synthetic_athlete import Camera, Jumper, film
from synthetic_runner import Runner, film_run

from kinemotion import session as flow
from kinemotion.api import measure
from kinemotion.errors import InternalProblem
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.live import SessionEvent, StateEvent, TrialEvent
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import EstimatorInfo, Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.movements.per_person import PerPersonSegmenter
from kinemotion.pose.recorded import RecordedEstimator, load_poses
from kinemotion.reconstruct.left_right import LEG
from kinemotion.report.contract.document import make_trial_document
from kinemotion.request import Listener, Request, Settings
from kinemotion.session import MeasurementSetup, Session

LEFT_SIDE = np.array([[name.startswith("left"), False] for name in BLAZEPOSE.names])
"""x of the points of the left side."""
DATA = Path(__file__).parent / "data"
NOBODY = Athlete()


def make_setup(sport: str, athlete: Athlete = NOBODY) -> MeasurementSetup:
    movement = registry.get(sport)
    return MeasurementSetup(movement, BLAZEPOSE, athlete, movement.options())


def push_all(session: Session, frames: Iterable[FramePoses]) -> list[SessionEvent]:
    return [*(event for frame in frames for event in session.push(frame)), *session.close()]


def trials_of(events: Iterable[SessionEvent], *, final: bool = True) -> list[Trial]:
    return [event.trial for event in events if isinstance(event, TrialEvent) and event.final is final]


def states_of(events: Iterable[SessionEvent]) -> list[StateEvent]:
    return [event for event in events if isinstance(event, StateEvent)]


def hops(count: int) -> Jumper:
    jumper = Jumper().stand(0.5).sink(0.1, 0.3).push(0.1).fly()
    for _ in range(count - 1):
        jumper.bounce(0.2, 0.1).fly()
    return jumper.absorb(0.1).rise(0.5).stand(1.2)


def dropped() -> Jumper:
    return Jumper(box_m=0.3).stand(0.9).drop().bounce(0.25, 0.3).fly().absorb(0.2).rise(0.6).stand(0.8)


@cache
def synthetic(sport: str) -> Sequence[FramePoses]:
    camera = Camera(fps=60.0, noise_px=0.5)
    squatting = Jumper().stand(0.6).sink(0.3, 0.8, brake_m_s2=0.0).stand(1.2)
    return {
        "cmj": lambda: film(countermovement(), camera),
        "sj": lambda: film(squatting.push(0.3).fly().absorb(0.2).rise(0.6).stand(0.6), camera),
        "dropjump": lambda: film(dropped(), camera),
        "rj": lambda: film(hops(6), camera),
        "running": lambda: film_run(Runner(), camera),
    }[sport]()


@cache
def recorded(sport: str) -> Sequence[FramePoses]:
    return load_poses(DATA / f"{sport}.npz").recorded


@pytest.mark.parametrize("stream", [recorded, synthetic])
@pytest.mark.parametrize("sport", registry.list_names())
def test_live_ends_with_what_batch_finds(sport: str, stream: Callable[[str], Sequence[FramePoses]]):
    asked = make_setup(sport)
    batch, live = (push_all(Session(asked, live=wanted), stream(sport)) for wanted in (False, True))
    assert trials_of(batch)
    found = [[make_trial_document(trial, asked.movement) for trial in trials_of(events)] for events in (batch, live)]
    assert found[0] == found[1]
    assert all(isinstance(event, TrialEvent) and event.final for event in batch)
    assert [state.time_s for state in states_of(live)] == [frame.time_s for frame in stream(sport)]


@pytest.mark.parametrize(("sport", "metric"), [("cmj", "jump_height"), ("dropjump", "ground_contact_time")])
def test_a_flight_is_measured_right_after_its_landing(sport: str, metric: str):
    session, given_s = Session(make_setup(sport), live=True), dict[bool, float]()
    events: list[SessionEvent] = []
    for frame in synthetic(sport):
        new = session.push(frame)
        events += new
        given_s |= {event.final: frame.time_s for event in new if isinstance(event, TrialEvent)}
    [provisional], [final] = trials_of(events, final=False), trials_of(events)
    landing_s = final.events[-2].time_s
    assert 0 < given_s[False] - landing_s < 0.2 < given_s[True] - landing_s
    early, late = (getattr(trial.metrics, metric).value for trial in (provisional, final))
    assert early == pytest.approx(late, rel=0.05)


def test_states_follow_a_countermovement_jump():
    events = push_all(Session(make_setup("cmj", Athlete(height_m=1.75)), live=True), synthetic("cmj"))
    [*people] = [person for state in states_of(events) for person in state.people]
    phases = [phase for phase, _ in groupby(person.phase for person in people)]
    assert phases[:4] == ["standing", "countermovement", "flight", "landing"]
    [trial] = trials_of(events)
    height: Any = trial.metrics
    highest_m = max(person.highest_m for person in people if person.highest_m is not None)
    assert highest_m == pytest.approx(height.jump_height_above_standing.value, abs=0.05)
    assert min(person.height_m for person in people if person.height_m is not None) < -0.2


def test_states_know_no_metres_before_the_scale_is_known():
    events = push_all(Session(make_setup("cmj"), live=True), synthetic("cmj"))
    measured = next(place for place, event in enumerate(events) if isinstance(event, TrialEvent))
    before, after = (states_of(part) for part in (events[:measured], events[measured:]))
    assert {person.height_m for state in before for person in state.people} == {None}
    assert any(person.height_m is not None for state in after for person in state.people)


@pytest.mark.parametrize("sport", ["dropjump", "rj", "running"])
def test_states_contain_the_last_contact(sport: str):
    events = push_all(Session(make_setup(sport), live=True), synthetic(sport))
    [trial] = trials_of(events)
    measured: Any = trial.metrics
    phases = {person.phase for state in states_of(events) for person in state.people}
    assert {"contact", "flight"} <= phases
    contacts = [person.contact_time_s for state in states_of(events) for person in state.people]
    last = next(contact for contact in reversed(contacts) if contact is not None)
    assert last == pytest.approx(measured.ground_contact_time.value, abs=0.05)


def test_batch_never_asks_for_what_only_live_wants(monkeypatch: pytest.MonkeyPatch):
    def refuse(_segmenter: object) -> None:
        pytest.fail("asked in batch")

    for verb in ("list_states", "list_provisional_trials"):
        monkeypatch.setattr(PerPersonSegmenter, verb, refuse)
    assert trials_of(push_all(Session(make_setup("cmj")), recorded("cmj")))


@pytest.mark.parametrize("sport", ["cmj", "running"])
def test_an_athlete_who_leaves_ends_the_trial_within_a_second(sport: str):
    frames = list(synthetic(sport))
    landed_s = trials_of(push_all(Session(make_setup(sport)), frames))[0].events[-2].time_s
    gone_s = landed_s + 0.3 if sport == "cmj" else frames[-1].time_s - 1.0
    seen = [frame if frame.time_s <= gone_s else replace(frame, people=()) for frame in frames]
    step_s = frames[1].time_s - frames[0].time_s
    seen += [FramePoses(len(seen) + k, seen[-1].time_s + k * step_s, (), np.eye(2, 3)) for k in range(1, 120)]
    session = Session(make_setup(sport))
    given_s = [frame.time_s for frame in seen if any(trials_of(session.push(frame)))]
    assert len(given_s) == 1
    assert given_s[0] - gone_s <= 1.0


def test_a_clock_that_stands_is_refused():
    session, [first, *_] = Session(make_setup("cmj")), recorded("cmj")
    session.push(first)
    with pytest.raises(ValueError, match="not later"):
        session.push(first)


def standing_for(duration_s: float, *, fps: float) -> Iterable[FramePoses]:
    """A person who stands still; no two frames share an array, and a number changes now and then."""
    [first, *_] = film(Jumper().stand(0.2), Camera(fps=fps))
    [pose] = first.people
    for index in range(int(duration_s * fps)):
        person = Pose(index // 300 % 5, pose.points.copy(), pose.confidence, pose.ground.copy())
        yield FramePoses(index, index / fps, (person,), first.camera)


@pytest.mark.parametrize(("sport", "longest_s"), [("cmj", 7), ("sj", 7), ("dropjump", 7), ("rj", 4), ("running", 21)])
def test_memory_is_bounded_however_long_the_stream(sport: str, longest_s: float):
    session, alive = Session(make_setup(sport), live=True), list[weakref.ref[np.ndarray]]()
    for frame in standing_for(120.0, fps=30.0):
        alive.append(weakref.ref(frame.people[0].points))
        session.push(frame)
    gc.collect()
    assert sum(reference() is not None for reference in alive) <= longest_s * 30


@pytest.mark.parametrize("fault", [np.linalg.LinAlgError("singular"), ValueError("no"), ZeroDivisionError("0")])
@pytest.mark.parametrize("place", ["repair", "reconstruct", "assess"])
def test_a_failure_in_one_trial_touches_no_other(
    fault: Exception, place: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    once = list(recorded("cmj"))
    gap_s = once[-1].time_s + 1.0
    again = [replace(frame, time_s=frame.time_s + gap_s, index=frame.index + len(once)) for frame in once]
    real, calls = getattr(flow, place), list[int]()

    def fail_once(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise fault
        return real(*args, **options)

    monkeypatch.setattr(flow, place, fail_once)
    with caplog.at_level(logging.ERROR, logger="kinemotion"):
        broken, whole = trials_of(push_all(Session(make_setup("cmj")), [*once, *again]))
    assert broken.problem
    assert broken.problem.code == InternalProblem.code
    assert "error in the program" in broken.problem.message
    assert "--debug" in broken.problem.hint
    assert whole.problem is None
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [fault]


def film_info(frames: Sequence[FramePoses]) -> VideoInfo:
    count = len(frames)
    return VideoInfo("clip.mp4", None, 540, 960, 0, "h264", 60.0, count, frames[-1].time_s, False)


@pytest.mark.parametrize("keep_motion", [False, True])
def test_a_report_holds_motion_only_where_it_is_asked_to(keep_motion: bool):
    """The trials of a report are its document; the motion behind them is freed where no output needs it."""
    frames = recorded("cmj")

    class Played:
        info = film_info(recorded("cmj"))

        def frames(self) -> Iterable[Frame]:
            return ()

    motions = list[weakref.ref[np.ndarray]]()

    def found(trial: Trial) -> None:
        assert trial.motion
        motions.append(weakref.ref(trial.motion.joints))

    report = measure(
        Request(path=Path("clip.mp4"), movement="cmj", quality="balanced", athlete=NOBODY, settings=Settings()),
        Played(),
        estimator=RecordedEstimator(EstimatorInfo("litert", "pose_landmarks_full", None, "none"), tuple(frames)),
        listener=Listener(trial=found),
        keep_motion=keep_motion,
    )
    gc.collect()
    assert [reference() is not None for reference in motions] == [keep_motion]
    assert report.scale is not None
    assert report.headline is not None


def test_a_trial_names_the_repairs_of_its_poses():
    stick = film(countermovement(), Camera(noise_px=0.3))
    apart = change_people(stick, lambda pose: replace(pose, points=pose.points + np.where(LEFT_SIDE, 12.0, 0.0)))
    assert trials_of(push_all(Session(make_setup("cmj")), apart))[0].repairs == ()
    legs = [BLAZEPOSE.index[f"{side}_{part}"] for side in ("left", "right") for part in LEG]

    def swap(pose: Pose) -> Pose:
        points = pose.points.copy()
        points[legs] = points[[BLAZEPOSE.mirror[leg] for leg in legs]]
        return replace(pose, points=points, ground=pose.ground[::-1])

    def lose(pose: Pose) -> Pose:
        points = pose.points.copy()
        points[BLAZEPOSE.index["left_wrist"]] = np.nan
        return replace(pose, points=points)

    swapped = [*apart[:40], *change_people(apart[40:44], swap), *change_people(apart[44:50], lose), *apart[50:]]
    shaken = [replace(frame, camera=np.array([[1.0, 0.0, 0.001], [0.0, 1.0, 0.0]])) for frame in swapped]
    [trial] = trials_of(push_all(Session(make_setup("cmj")), shaken))
    assert set(trial.repairs) == {"limbs_unswapped", "camera_motion_removed", "gaps_filled"}
