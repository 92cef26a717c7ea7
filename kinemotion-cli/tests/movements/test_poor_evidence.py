"""Whatever is lost of what was seen, the answer is a trial or a refusal: never a crash, and never a warning."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from change_frames import change_people
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kinemotion.errors import KinemotionError
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE, SIDES, Side
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.pose.recorded import load_poses
from kinemotion.session import MeasurementSetup

DATA = Path(__file__).parents[1] / "data"
LONGEST_S = 6.0
"""The beginning of a longer record is enough."""
PARTS = ("ear", "shoulder", "hip", "knee", "ankle", "heel", "foot_index")

Loss = Callable[[list[FramePoses], np.random.Generator], list[FramePoses]]


@cache
def poses_of(sport: str) -> tuple[FramePoses, ...]:
    return tuple(frame for frame in load_poses(DATA / f"{sport}.npz").recorded if frame.time_s < LONGEST_S)


def hidden(part: str, sides: Sequence[Side], share: float) -> Loss:
    """Points that are not seen in a share of the frames."""
    columns = [BLAZEPOSE.index[f"{side}_{part}"] for side in sides]

    def lose(frames: list[FramePoses], random: np.random.Generator) -> list[FramePoses]:
        def hide(pose: Pose) -> Pose:
            points, confidence = pose.points.copy(), pose.confidence.copy()
            if random.random() < share:
                points[columns], confidence[columns] = np.nan, 0.0
            return replace(pose, points=points, confidence=confidence)

        return change_people(frames, hide)

    return lose


def no_silhouette(feet: list[int], share: float) -> Loss:
    """Silhouettes of feet that are not seen in a share of the frames."""

    def lose(frames: list[FramePoses], random: np.random.Generator) -> list[FramePoses]:
        lost = np.isin([0, 1], feet)[:, None]
        return change_people(
            frames,
            lambda pose: replace(pose, ground=np.where(lost, np.nan, pose.ground)) if random.random() < share else pose,
        )

    return lose


def trembling(px: float) -> Loss:
    return lambda frames, random: change_people(
        frames, lambda pose: replace(pose, points=pose.points + random.normal(0.0, px, pose.points.shape))
    )


def dropped(share: float) -> Loss:
    return lambda frames, random: [frame for frame in frames if random.random() > share]


def part_of(first: float, last: float) -> Loss:
    return lambda frames, _: frames[int(first * len(frames)) : int(last * len(frames))]


def played(speed: float) -> Loss:
    return lambda frames, _: [replace(frame, time_s=frame.time_s / speed) for frame in frames]


def gone(share: float) -> Loss:
    """Nobody is seen in a share of the frames."""
    return lambda frames, random: [replace(frame, people=()) if random.random() < share else frame for frame in frames]


def frozen(frames: list[FramePoses], _random: np.random.Generator) -> list[FramePoses]:
    """The picture in the middle, for all the time."""
    return [replace(frames[len(frames) // 2], time_s=frame.time_s, index=frame.index) for frame in frames]


SHARES = st.sampled_from([0.1, 0.5, 0.95, 1.0])
LOSSES = st.one_of(
    st.builds(hidden, st.sampled_from(PARTS), st.sampled_from([SIDES[:1], SIDES[1:], SIDES]), SHARES),
    st.builds(no_silhouette, st.sampled_from([[0], [1], [0, 1]]), SHARES),
    st.builds(trembling, st.sampled_from([3.0, 30.0])),
    st.builds(dropped, st.sampled_from([0.2, 0.5, 0.9])),
    st.builds(gone, st.sampled_from([0.2, 0.9])),
    st.builds(part_of, st.floats(0.0, 0.5), st.floats(0.5, 1.0)),
    st.builds(played, st.sampled_from([0.1, 0.5, 2.0])),
    st.just(frozen),
)


@pytest.mark.parametrize("sport", registry.list_names())
@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])  # a smaller loss shows no more
@given(losses=st.lists(LOSSES, min_size=1, max_size=3), seed=st.integers(0, 1000))
def test_poor_evidence_is_a_trial_or_a_refusal(sport: str, losses: list[Loss], seed: int):
    movement, random = registry.get(sport), np.random.default_rng(seed)
    frames = list(poses_of(sport))
    for lose in losses:
        frames = lose(frames, random) if frames else []
    athlete = Athlete(height_m=1.8, mass_kg=70, speed_m_s=3)
    with suppress(KinemotionError):
        for trial in analyze(frames, MeasurementSetup(movement, BLAZEPOSE, athlete, movement.options())):
            assert in_time(trial)


def in_time(trial: Trial) -> bool:
    """Whether its phases follow each other."""
    starts = [part.start_s for part in trial.phases]
    return starts == sorted(starts)
