"""Two athletes in one picture were reported as trials 1 and 2, as if one had jumped twice."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from change_frames import join_streams, shifted
from synthetic_athlete import Camera, Jumper, film

from kinemotion import analyze_poses
from kinemotion.i18n.texts import load_texts
from kinemotion.motion.frames import VideoInfo
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo
from kinemotion.pose.recorded import RecordedEstimator
from kinemotion.request import Settings

KNOWN = EstimatorInfo("test", "none", None, "none")


def analyze_athletes(*places_px: float, person: int | None = None) -> Any:
    """Analyse a clip of athletes who stand that far right of the first one's place and jump at the same time."""
    streams: list[list[FramePoses]] = []
    for number, place_px in enumerate(places_px):
        jump = Jumper().stand(0.6).sink(0.3, 0.5).push(0.3 + 0.1 * number).fly().absorb(0.2).rise(0.6)
        frames = film(jump, Camera(noise_px=0.5, seed=number), person=number)
        streams.append([shifted(frame, np.array([place_px, 0.0])) for frame in frames])
    frames = tuple(join_streams(*streams))
    info = VideoInfo("clip.mp4", None, 1800, 1000, 0, "h264", 60.0, len(frames), len(frames) / 60, False)
    return analyze_poses(RecordedEstimator(KNOWN, frames, info), settings=Settings(person=person))


def test_each_athlete_is_named_with_the_place():
    report = analyze_athletes(1200.0, 0.0)
    [said] = [warning for warning in report.quality.warnings if warning.code == "several_athletes"]
    assert said == (
        "The video shows 2 athletes: person 1 on the left, person 0 on the right. Choose one with --person."
    )
    assert "la persona 1 a la izquierda, la persona 0 a la derecha" in load_texts("es").sentence(said)


def test_an_athlete_in_the_middle_is_named():
    report = analyze_athletes(0.0, 600.0, 1200.0)
    [said] = [warning for warning in report.quality.warnings if warning.code == "several_athletes"]
    assert "person 0 on the left, person 1 in the middle, person 2 on the right" in said


@pytest.mark.parametrize("person", [0, 1])
def test_one_athlete_is_chosen(person: int):
    report = analyze_athletes(0.0, 1200.0, person=person)
    assert {trial.person for trial in report.trials} == {person}
    low, high = report.headline.metrics.jump_height.interval
    assert low < 0.3 + 0.1 * person < high
    assert "several_athletes" not in [warning.code for warning in report.quality.warnings]


def test_one_athlete_alone_is_not_counted(sample: Path):
    assert sample.is_file()
    report = analyze_athletes(600.0)
    assert "several_athletes" not in [warning.code for warning in report.quality.warnings]
