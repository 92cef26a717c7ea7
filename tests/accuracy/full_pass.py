"""Clips measured in every frame, and by the default, which passes over frames in which nothing happens.

``python tests/accuracy/full_pass.py FOLDER...`` prints, for every clip and movement, the largest difference of a metric
in widths of its interval, and how many frames were passed over.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from kinemotion.calibration import find_calibration
from kinemotion.errors import KinemotionError
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo, Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze
from kinemotion.pose import open_estimator
from kinemotion.session import MeasurementSetup
from kinemotion.video import open_video

LIMIT = 0.1
"""Largest difference that is allowed, in widths of the metric's 95 % interval."""


@dataclass(frozen=True)
class Passes:
    """The poses of one clip, found both ways."""

    full: list[FramePoses]
    default: list[FramePoses]
    info: EstimatorInfo

    @property
    def passed_over(self) -> int:
        """Frames that the pose model has not seen."""
        pairs = zip(self.default, self.default[1:], strict=False)
        return self.between + sum(_are_same(*pair) and _is_held(*pair) for pair in pairs)

    @property
    def between(self) -> int:
        """Those of them whose points lie between those of two measured frames, as the athlete stands up."""
        return sum(map(_is_between, self.default, self.default[1:], self.default[2:]))


@dataclass(frozen=True)
class Difference:
    """One metric of one trial, measured both ways."""

    what: str
    full: float | None
    default: float | None
    widths: float
    """Difference in widths of the interval; infinite where only one of both has a number."""


def find_poses(clip: Path, *, preset: str = "balanced") -> Passes:
    """Find the poses of a clip both ways."""
    found: list[list[FramePoses]] = []
    for still_rate in ("always", "rarely"):
        with open_video(clip) as video, open_estimator("litert", preset=preset, still_rate=still_rate) as estimator:
            found.append(list(estimator.estimate(video.frames())))
    return Passes(found[0], found[1], estimator.info)


def find_default_poses(clip: Path, *, preset: str, threads: int) -> list[FramePoses]:
    """Find the poses of a clip by the default, with so many threads."""
    with open_video(clip) as video, open_estimator("litert", preset=preset, threads=threads) as estimator:
        return list(estimator.estimate(video.frames()))


def compare(passes: Passes, movement: str) -> list[Difference]:
    """Return the differences of all metrics of all trials of a movement, largest first."""
    full, default = (_find_trials(poses, movement, info=passes.info) for poses in (passes.full, passes.default))
    if len(full) != len(default):
        return [Difference("trials", len(full), len(default), float("inf"))]
    found = [item for pair in zip(full, default, strict=True) for item in _compare_trials(*pair)]
    return sorted(found, key=lambda item: -item.widths)


def _are_same(*frames: FramePoses) -> bool:
    """Return whether the same people, and anybody, are in all of the frames."""
    numbers = [[pose.person for pose in frame.people] for frame in frames]
    return bool(numbers[0]) and all(other == numbers[0] for other in numbers)


def _is_held(before: FramePoses, after: FramePoses) -> bool:
    """Return whether everybody has the same points and soles in both frames."""
    return all(
        one.points.tobytes() == other.points.tobytes() and one.ground.tobytes() == other.ground.tobytes()
        for one, other in zip(before.people, after.people, strict=True)
    )


def _is_between(before: FramePoses, frame: FramePoses, after: FramePoses) -> bool:
    """Return whether the points of a frame lie on the straight line through those before and after, and move."""
    if not _are_same(before, frame, after):
        return False
    share = (frame.time_s - before.time_s) / (after.time_s - before.time_s)
    return all(
        (one.points != other.points).any()
        and np.allclose(other.points, one.points + share * (last.points - one.points), rtol=0, atol=1e-6)
        for one, other, last in zip(before.people, frame.people, after.people, strict=True)
    )


def _find_trials(poses: Sequence[FramePoses], movement: str, *, info: EstimatorInfo) -> list[Trial]:
    sport = registry.get(movement)
    setup = MeasurementSetup(sport, BLAZEPOSE, Athlete(), sport.options(), find_calibration(info.name, info.model))
    try:
        return list(analyze(poses, setup))
    except KinemotionError:
        return []


def _compare_trials(full: Trial, default: Trial) -> Iterator[Difference]:
    values, others = _list_estimates(full), _list_estimates(default)
    for key in sorted(values.keys() | others.keys()):
        one, other = values.get(key), others.get(key)
        if one is None or other is None:
            yield Difference(key, one and one.value, other and other.value, float("inf"))
            continue
        low, high = one.interval
        distance = abs(one.value - other.value)
        yield Difference(key, one.value, other.value, distance / (high - low) if distance else 0.0)


def _list_estimates(trial: Trial) -> dict[str, Estimate]:
    if trial.metrics is None:
        return {}
    metrics: Any = trial.metrics
    values = {field.name: getattr(metrics, field.name) for field in fields(metrics)}
    return {f"{trial.index}.{name}": value for name, value in values.items() if isinstance(value, Estimate)}


def main() -> None:
    """Print a line a clip and movement that has trials; fail where a difference is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--quality", default="balanced")
    arguments = parser.parse_args()
    worst = 0.0
    for clip in sorted(path for folder in arguments.folders for path in folder.rglob("*.mp4")):
        passes = find_poses(clip, preset=arguments.quality)
        print(f"{clip.stem}: {passes.passed_over} of {len(passes.full)} frames passed over", flush=True)  # noqa: T201
        for movement in registry.list_names():
            differences = [item for item in compare(passes, movement) if item.widths > LIMIT / 2]
            worst = max([worst, *(item.widths for item in differences)])
            for item in differences:
                print(f"  {movement} {item.what}: {item.full} {item.default} ({item.widths:.2f} widths)", flush=True)  # noqa: T201
    raise SystemExit(f"{worst:.2f} widths" if worst > LIMIT else 0)


if __name__ == "__main__":
    main()
