"""Refusals of films with dark, pale or blurred feet named another cause: no real jump, no box, repeated pictures."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from change_frames import shifted
from synthetic_athlete import Camera, Jumper, film

from kinemotion.clip_watcher import ClipWatcher
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Problem, Quality, Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.reconstruct.quality import describe_no_free_fall
from kinemotion.session import MeasurementSetup

CAMERA = Camera(noise_px=0.5)
DROP_JUMP = Jumper(box_m=0.4).stand(0.8).drop().bounce(0.2, 0.3).fly().absorb(0.2).rise(0.8)


def setup(movement: str) -> MeasurementSetup:
    asked = registry.get(movement)
    return MeasurementSetup(asked, BLAZEPOSE, Athlete(), asked.options())


def blur_soles(frames: list[FramePoses], by_m: float) -> list[FramePoses]:
    """The frames with soles that err by so much."""
    random = np.random.default_rng(2)

    def changed(frame: FramePoses) -> FramePoses:
        [pose] = frame.people
        error_px = np.stack([np.zeros(2), random.normal(0.0, by_m / CAMERA.m_per_px, 2)], axis=1)
        return replace(frame, people=(replace(pose, ground=pose.ground + error_px),))

    return [changed(frame) for frame in frames]


def test_soles_too_unclear_for_any_contact_are_named():
    [trial, *_] = analyze(iter(blur_soles(film(DROP_JUMP, CAMERA), 0.09)), setup("dropjump"))
    assert trial.problem is not None
    assert (trial.problem.code, trial.problem.message.code) == ("nobody_visible", "feet_unclear")
    assert "original file" in trial.problem.hint


def test_clear_soles_are_no_cause():
    jump = Jumper().stand(0.6).sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)
    [trial] = analyze(iter(film(jump, CAMERA)), setup("dropjump"))
    assert trial.problem is not None
    assert trial.problem.message.code == "no_drop_from_box"


def show(frames: list[FramePoses], *, floor: int, shoes: int) -> Iterator[Frame]:
    """A bright wall over a floor of one grey, and shoes of another where the feet are."""
    for frame in frames:
        [pose] = frame.people
        feet = pose.points[[BLAZEPOSE.index[f"{side}_ankle"] for side in ("left", "right")]]
        picture = np.full((1200, 1000, 3), floor, dtype=np.uint8)
        picture[:300] = 220
        for x, y in feet.astype(int):
            picture[max(y - 20, 0) : y + 20, max(x - 20, 0) : x + 20] = shoes
        yield Frame(frame.index, frame.time_s, picture)


def watch(*, floor: int, shoes: int) -> ClipWatcher:
    """A watcher that has seen a clip of such pictures."""
    frames = film(DROP_JUMP, CAMERA)
    corner = np.min([frame.people[0].points.min(axis=0) for frame in frames], axis=0)
    frames = [shifted(frame, 100.0 - corner) for frame in frames]
    video = VideoInfo("clip.mp4", None, 1000, 1200, 0, "h264", 60.0, len(frames), 2.0, variable_frame_rate=False)
    watcher = ClipWatcher(video, setup("dropjump"))
    pictures = watcher.watch_pictures(show(frames, floor=floor, shoes=shoes))
    for _ in zip(pictures, watcher.watch(iter(frames)), strict=False):
        pass
    return watcher


@pytest.mark.parametrize(
    ("floor", "shoes", "message"), [(5, 12, "dark_film"), (125, 135, "feet_faint"), (110, 40, "not_free_fall")]
)
def test_the_light_at_the_feet_explains_a_trial_without_a_result(floor: int, shoes: int, message: str):
    watcher = watch(floor=floor, shoes=shoes)
    problem = Problem("phases_not_found", describe_no_free_fall(0.07))
    trial = watcher.explain_trial(Trial(0, 0, 0.0, 1.0, Quality(0, "low"), problem=problem))
    assert trial.problem is not None
    assert trial.problem.message.code == message


@pytest.mark.parametrize(("shoes", "believed"), [(135, False), (40, True)])
def test_numbers_are_believed_where_feet_are_seen(shoes: int, *, believed: bool):
    [trial] = analyze(iter(film(DROP_JUMP, CAMERA)), setup("dropjump"))
    watcher = watch(floor=125, shoes=shoes)
    video = VideoInfo("clip.mp4", None, 1000, 1200, 0, "h264", 60.0, 100, 2.0, variable_frame_rate=False)
    quality = watcher.rate(trial, [trial], video=video)
    assert (quality.confidence == "high") is believed
    assert ("feet_faint" in [warning.code for warning in quality.warnings]) is not believed
