"""Cutting streams of poses into jumps."""

from collections.abc import Iterable, Iterator

import pytest
from change_frames import hide_point, join_streams
from cut_stream import cut, trials_in
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.dropjump import DROP_JUMP
from kinemotion.movements.jumps.segmentation import JumpCut, segment_jumps
from kinemotion.movements.rj import REPEATED_JUMPS

_CUT = JumpCut(settle_s=0.5)


def _jumps(count: int, *, rest_s: float = 1.0) -> Jumper:
    jumper = Jumper().stand(0.8)
    for _ in range(count):
        jumper.sink(0.3, 0.5).push(0.3).fly().absorb(0.2).rise(0.6).stand(rest_s)
    return jumper


def cut_jumps(frames: Iterable[FramePoses]) -> Iterator[PoseSequence]:
    return cut(segment_jumps(BLAZEPOSE, cut=_CUT), frames)


def _spans(trials: list[PoseSequence]) -> list[tuple[int, float, float, int]]:
    return [(trial.person, trial.time_s[0], trial.time_s[-1], len(trial)) for trial in trials]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_each_jump_is_a_trial(count: int):
    jumper = _jumps(count)
    trials = list(cut_jumps(film(jumper, Camera(noise_px=1.0))))
    assert len(trials) == count
    for trial, flight in zip(trials, jumper.flights, strict=True):
        assert trial.time_s[0] < flight.takeoff_s - 0.6
        assert flight.landing_s + 0.4 < trial.time_s[-1] < flight.landing_s + 0.8


def test_a_trial_comes_as_soon_as_it_is_over():
    jumper = _jumps(2)
    given_out = 0.0

    def stream() -> Iterator[FramePoses]:
        nonlocal given_out
        for frame in film(jumper, Camera(noise_px=1.0)):
            given_out = frame.time_s
            yield frame

    first = next(cut_jumps(stream()))
    assert given_out == first.time_s[-1] < jumper.flights[1].takeoff_s


@settings(max_examples=15, deadline=None)
@given(chunks=st.lists(st.integers(1, 90), min_size=1, max_size=12), seed=st.integers(0, 5))
def test_live_is_batch(chunks: list[int], seed: int):
    poses = film(_jumps(2), Camera(fps=30.0, noise_px=1.0, seed=seed))

    def in_chunks() -> Iterator[FramePoses]:
        position = 0
        while position < len(poses):
            for size in chunks:
                yield from poses[position : position + size]
                position += size

    batch, live = (list(cut_jumps(stream)) for stream in (poses, in_chunks()))
    assert _spans(live) == _spans(batch)


def test_a_trial_needs_nothing_that_comes_after_it():
    poses = film(_jumps(2), Camera(noise_px=1.0))
    [first, _] = cut_jumps(poses)
    until = [frame for frame in poses if frame.time_s <= first.time_s[-1]]
    assert _spans(list(cut_jumps(until))) == _spans([first])


def test_the_jumper_among_several_people_is_found():
    jumper = film(_jumps(1), Camera(noise_px=1.0), person=1)
    watcher = film(Jumper().stand(5.0), Camera(noise_px=1.0), person=0)
    assert [trial.person for trial in cut_jumps(join_streams(watcher, jumper))] == [1]


def test_a_clip_that_ends_in_the_landing_still_gives_its_jump():
    jumper = Jumper().stand(0.8).sink(0.3, 0.5).push(0.3).fly().absorb(0.2)
    assert len(list(cut_jumps(film(jumper, Camera())))) == 1


def test_trials_are_bounded_however_long_the_stream():
    stand = Jumper().stand(40.0).sink(0.3, 0.5).push(0.3).fly().absorb(0.2).rise(0.6).stand(1.0)
    [trial] = cut_jumps(film(stand, Camera(fps=30.0, noise_px=0.5)))
    assert trial.time_s[-1] - trial.time_s[0] < 7.5
    hops = Jumper().stand(0.5).sink(0.1, 0.3).push(0.1).fly()
    for _ in range(60):
        hops.bounce(0.2, 0.1).fly()
    trials = list(cut_jumps(film(hops, Camera(fps=30.0, noise_px=0.5))))
    assert len(trials) >= 2
    assert all(trial.time_s[-1] - trial.time_s[0] <= _CUT.longest_s + 0.1 for trial in trials)


def test_a_person_who_was_out_of_sight_begins_anew():
    poses = film(_jumps(2), Camera(noise_px=0.5))
    jumper = _jumps(2)
    middle = jumper.flights[0].landing_s + 1.2
    gap = [frame for frame in poses if not middle < frame.time_s < middle + 1.5]
    trials = list(cut_jumps(gap))
    assert trials[0].time_s[-1] < middle


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_a_series_ends_while_the_athlete_stands_up(fps: float):
    jumper = Jumper().stand(0.6).sink(0.3, 0.5).push(0.25).fly()
    for _ in range(3):
        jumper.bounce(0.25, 0.25).fly()
    jumper.absorb(0.1).rise(0.5).stand(0.8)
    series = trials_in(REPEATED_JUMPS, film(jumper, Camera(fps=fps, noise_px=0.5)))
    assert len(series) == 1
    assert 0.5 < series[0].time_s[-1] - jumper.flights[-1].landing_s < 0.7


def test_a_drop_jump_ends_while_the_athlete_stands_up():
    jumper = Jumper(box_m=0.3).stand(0.8).drop().bounce(0.2, 0.3).fly().absorb(0.1).rise(0.5).stand(0.5)
    [trial] = trials_in(DROP_JUMP, film(jumper, Camera(noise_px=0.5)))
    assert 0.38 < trial.time_s[-1] - jumper.flights[-1].landing_s < 0.55


@pytest.mark.parametrize("contact_s", [0.2, 0.48])
def test_a_stumble_ends_no_drop_jump(contact_s: float):
    jumper = Jumper(box_m=0.3).stand(0.8).drop().bounce(0.2, 0.05).fly(lower_m=0.02).bounce(contact_s, 0.2).fly()
    [trial] = trials_in(DROP_JUMP, film(jumper.absorb(0.1).rise(0.5), Camera(fps=30.0, noise_px=0.5)))
    assert trial.time_s[-1] > jumper.flights[-1].landing_s


@pytest.mark.parametrize("height_m", [0.05, 0.2])
def test_a_slow_push_off_ends_no_series(height_m: float):
    jumper = Jumper().stand(0.6).sink(0.3, 0.5).push(height_m).fly()
    for _ in range(3):
        jumper.bounce(0.7, height_m).fly()
    assert len(trials_in(REPEATED_JUMPS, film(jumper.absorb(0.15).rise(0.6), Camera(fps=30.0, noise_px=0.7)))) == 1


def test_an_athlete_who_is_partly_unseen_is_not_taken_to_stand_still():
    jumper = Jumper().stand(0.6).sink(0.3, 0.5).push(0.25).fly()
    for _ in range(3):
        jumper.bounce(0.25, 0.25).fly()
    landing_s = jumper.flights[-1].landing_s
    frames = film(jumper.absorb(0.05).rise(0.2).stand(1.5), Camera(noise_px=0.5))
    seen = [
        hide_point(frame, "left_hip") if frame.index % 4 == 0 and frame.time_s > landing_s else frame
        for frame in frames
    ]
    [series] = trials_in(REPEATED_JUMPS, seen)
    assert 0.95 < series.time_s[-1] - landing_s < 1.1
