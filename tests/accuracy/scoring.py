"""Clips whose truth is known, and the engine's errors on them."""

import json
import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from truth import true_values

from kinemotion.calibration import find_calibration
from kinemotion.errors import KinemotionError
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.report import Trial
from kinemotion.movements import registry
from kinemotion.pipeline import analyze, find_best_trial
from kinemotion.pose import open_estimator
from kinemotion.pose.recorded import RecordedEstimator, load_poses, save_poses
from kinemotion.report.contract.document import list_intervals, list_values
from kinemotion.session import MeasurementSetup
from kinemotion.video import open_video

Document = dict[str, Any]
MODELS = {
    "balanced": ("litert", "balanced"),
    "fast": ("litert", "fast"),
    "accurate": ("litert", "accurate"),
    "mediapipe": ("mediapipe", "balanced"),
}
"""What finds the poses: estimator and preset, the default first."""
ALL, RATES, VIEWS = "all", ("24–30 /s", "50–60 /s", "120–240 /s"), ("side", "oblique", "front")
PARTS = (ALL, *RATES, *VIEWS)
"""Which clips a row counts, in the order of a table."""
SIZES = ("below 250 px", "250–500 px", "above 500 px")
"""How tall the athletes are in the picture."""
MOVEMENTS = {"cmj": "cmj", "sj": "sj", "dj": "dropjump", "run": "running"}


@dataclass(frozen=True)
class Case:
    """One clip, what it shows and what is true of it."""

    clip: Path
    truth: Document

    @property
    def name(self) -> str:
        return self.clip.stem

    @property
    def movement(self) -> str:
        return MOVEMENTS[self.truth["motion"]["kind"]]

    @property
    def rate(self) -> str:
        fps = self.truth["video"]["fps_capture"] or self.truth["spec"]["video"]["fps"]
        return RATES[0] if fps < 40 else RATES[1] if fps < 90 else RATES[2]

    @property
    def view(self) -> str:
        yaw = self.truth.get("spec", {}).get("camera", {}).get("yaw", 90)
        return VIEWS[0] if yaw > 75 else VIEWS[1] if yaw > 20 else VIEWS[2]

    @property
    def size(self) -> str:
        """How tall the athlete is in the picture, by the middle of the frames."""
        m_per_px = statistics.median(frame["m_per_px"] for frame in self.truth["frames"])
        height_px = self.truth["athlete"]["standing_height_with_shoes_m"] / m_per_px
        return SIZES[0] if height_px < 250 else SIZES[1] if height_px < 500 else SIZES[2]

    @property
    def capture_fps(self) -> float | None:
        """A slowed file says nothing of its capture rate: it is scored with it given."""
        video = self.truth["video"]
        return video["fps_capture"] if video.get("slowmo_factor", 1) != 1 else None


@dataclass(frozen=True)
class Error:
    """One metric of one clip against its truth, in the contract's unit."""

    case: Case
    model: str
    key: str
    error: float | None
    covered: bool | None
    half_width: float | None = None
    """Half of the stated interval."""
    quality: int | None = None
    """Quality score of the trial, 0 to 100."""


def cases(folders: Iterable[Path]) -> list[Case]:
    """Every clip with a truth beside it, by name."""
    found = [path for folder in folders for path in sorted(folder.rglob("*.truth.json"))]
    return [
        Case(path.with_name(path.name.replace(".truth.json", ".mp4")), json.loads(path.read_text())) for path in found
    ]


def score(case: Case, *, model: str, poses: Path) -> list[Error]:
    """Errors of one clip; None where the engine gives no number."""
    movement = registry.get(case.movement)
    try:
        estimator = load_recorded(case, model=model, folder=poses)
        calibration = find_calibration(estimator.info.name, estimator.info.model)
        setup = MeasurementSetup(movement, estimator.skeleton, Athlete(), movement.options(), calibration)
        best = find_best_trial(analyze(estimator.estimate(), setup), movement)
    except KinemotionError:
        best = None
    return errors_of(case, best, model=model, truth=true_values(case.truth))


def load_recorded(case: Case, *, model: str, folder: Path) -> RecordedEstimator:
    """Return the poses of a clip, found once and kept."""
    kept = folder / f"{case.name}.{model}.npz"
    if not kept.exists():
        name, preset = MODELS[model]
        with (
            open_video(case.clip, capture_fps=case.capture_fps) as video,
            open_estimator(name, preset=preset) as estimator,
        ):
            save_poses(kept, estimator.estimate(video.frames()), info=estimator.info)
    return load_poses(kept)


def errors_of(case: Case, trial: Trial | None, *, model: str, truth: dict[str, float]) -> list[Error]:
    """Errors of a clip's trial, one for each contract key of the truth."""
    movement = registry.get(case.movement)
    metrics = trial.metrics if trial else None
    data, where = list_values(metrics, movement.metrics), list_intervals(metrics, movement.metrics)
    quality = trial.quality.score if trial else None

    def error(key: str, true: float) -> Error:
        got, interval = data.get(key), where.get(key)
        if not isinstance(got, int | float):
            return Error(case, model, key, None, None)
        if interval is None:
            return Error(case, model, key, got - true, None, quality=quality)
        half_width = (interval[1] - interval[0]) / 2
        return Error(case, model, key, got - true, interval[0] <= true <= interval[1], half_width, quality)

    return [error(key, true) for key, true in truth.items()]


def sections(errors: Iterable[Error]) -> Iterator[str]:
    """Lines of Markdown: a section a movement, a table a metric, with a row for each model, rate and view."""
    groups: dict[str, dict[str, dict[tuple[int, int, str], list[Error]]]] = {}
    for error in errors:
        table = groups.setdefault(error.case.movement, {}).setdefault(error.key, defaultdict(list))
        for part in (ALL, error.case.rate, error.case.view):
            table[list(MODELS).index(error.model), PARTS.index(part), error.model].append(error)
    for movement, tables in sorted(groups.items()):
        yield f"\n## {registry.get(movement).title}"
        for key, rows in tables.items():
            yield f"\n### `{key}`\n"
            yield "| model | of | clips | bias | ±95 % limits | RMSE | interval cover |"
            yield "|---|---|---|---|---|---|---|"
            for (_, part, model), members in sorted(rows.items()):
                yield f"| {model} | {PARTS[part]} | {summary(members)} |"


def summary(errors: list[Error]) -> str:
    """The figures of one row, as cells."""
    known = [error.error for error in errors if error.error is not None]
    covered = [error.covered for error in errors if error.covered is not None]
    missing = len(errors) - len(known)
    count = f"{len(known)}" + (f" (+{missing} without)" if missing else "")
    if not known:
        return f"{count} | | | | "
    limits = f"{1.96 * statistics.stdev(known):.3g}" if len(known) > 2 else ""
    rmse = math.sqrt(statistics.fmean(error * error for error in known))
    cover = f"{100 * statistics.fmean(covered):.0f} %" if covered else ""
    return f"{count} | {statistics.fmean(known):+.3g} | {limits} | {rmse:.3g} | {cover}"
