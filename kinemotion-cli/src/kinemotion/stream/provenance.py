"""Where the numbers of a session come from: the same report as of a file, without its trials."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kinemotion.installed import read_version
from kinemotion.motion.frames import VideoInfo
from kinemotion.motion.report import EstimatorInfo, Provenance, Quality, Report
from kinemotion.pose.model_files import LANDMARKS
from kinemotion.report.contract.live_document import Summary
from kinemotion.stream.opening import Opening
from kinemotion.stream.records import Kind

_VARIES = 1.5
"""Engineering limit: the longest time between two frames by the shortest, from which the rate is said to vary."""


@dataclass(slots=True)
class FrameCounter:
    """Counts the frames of a session that are looked at, and the time between them."""

    frames: int = 0
    _first_s: float = 0.0
    _last_s: float = 0.0
    _steps_s: tuple[float, float] = float("inf"), 0.0
    """Shortest and longest."""

    def count(self, time_s: float) -> None:
        """Count a frame."""
        if self.frames:
            step_s, (shortest_s, longest_s) = time_s - self._last_s, self._steps_s
            self._steps_s = min(shortest_s, step_s), max(longest_s, step_s)
        else:
            self._first_s = time_s
        self.frames, self._last_s = self.frames + 1, time_s

    def describe(self, kind: Kind | None, *, size: tuple[int, int]) -> VideoInfo:
        """Describe the stream as the file that it could be."""
        duration_s = self._last_s - self._first_s
        width, height = size
        return VideoInfo(
            source="stream",
            sha256=None,
            width=width,
            height=height,
            rotation_deg=0,
            codec=kind.name.lower() if kind else "none",
            fps=(self.frames - 1) / duration_s if duration_s > 0 else 0.0,
            frame_count=self.frames,
            duration_s=duration_s,
            variable_frame_rate=self._steps_s[1] > _VARIES * self._steps_s[0],
        )


def describe_session(
    opening: Opening, video: VideoInfo, *, estimator: EstimatorInfo | None, summary: Summary
) -> Report:
    """Return the report of a session: its best trial, and what else could explain its numbers."""
    setup, best, problem = opening.setup, summary.best, summary.problem
    reasons = (problem.message,) if problem else ()
    return Report(
        movement=setup.movement.name,
        trials=(),
        headline=best,
        quality=best.quality if best else Quality(score=0, confidence="low", warnings=reasons),
        video=video,
        provenance=Provenance(
            version=read_version(),
            timestamp="",  # the client that keeps the result knows the time
            quality_preset=opening.quality,
            processing_time_s=0.0,
            stages_s={},
            estimator=estimator or _describe_client(opening),
            settings=_list_settings(opening),
        ),
        problem=problem,
    )


def _describe_client(opening: Opening) -> EstimatorInfo:
    """Describe the model that the client says it runs."""
    return EstimatorInfo("client", LANDMARKS[opening.quality], None, "client")


def _list_settings(opening: Opening) -> Mapping[str, Any]:
    return {"options": asdict(opening.setup.options), "athlete": asdict(opening.setup.athlete)}
