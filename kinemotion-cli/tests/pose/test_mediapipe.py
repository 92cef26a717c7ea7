"""The default estimator is held against MediaPipe's own, on the same frames with the same models."""

import sys
from collections.abc import Callable

import numpy as np
import pytest
from change_frames import take_only_people

from kinemotion.errors import ModelProblem
from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.pose import open_estimator

FramesOf = Callable[..., list[Frame]]


def seen(name: str, frames: list[Frame]) -> list[FramePoses]:
    with open_estimator(name) as estimator:
        return list(estimator.estimate(frames))


def test_both_estimators_agree(standing: Image, flying: Image, frames_of: FramesOf) -> None:
    pytest.importorskip("mediapipe", reason="the mediapipe extra is not installed")
    frames = frames_of(standing, standing, flying, flying)
    ours, theirs = take_only_people(seen("litert", frames)), take_only_people(seen("mediapipe", frames))
    assert [pose.person for pose in ours] == [pose.person for pose in theirs] == [0, 0, 0, 0]
    body_px = float(np.mean([np.ptp(pose.points[:, 1]) for pose in ours]))
    distance_px = np.array([np.hypot(*(a.points - b.points).T) for a, b in zip(ours, theirs, strict=True)])
    assert np.median(distance_px) < 0.01 * body_px
    for a, b in zip(ours, theirs, strict=True):
        assert np.abs(a.confidence - b.confidence).mean() < 0.15
        assert np.nanmax(a.ground[:, 1]) == pytest.approx(np.nanmax(b.ground[:, 1]), abs=0.03 * body_px)


def test_a_missing_extra_is_reported_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(ModelProblem) as raised, open_estimator("mediapipe"):
        pass
    assert "extra 'mediapipe'" in raised.value.hint
