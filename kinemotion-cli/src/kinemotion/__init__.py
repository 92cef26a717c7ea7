"""Kinemotion: the numbers of a force-plate laboratory from one phone video.

The names below are the public interface; each is imported when it is first asked for, so that ``import kinemotion``
costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinemotion.analysis_report import AnalysisReport
    from kinemotion.api import Settings, VideoResult, analyze_video, process_cmj_video, process_dropjump_video
    from kinemotion.errors import KinemotionError
    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.metrics import Estimate
    from kinemotion.motion.report import Quality, Report, Trial
    from kinemotion.pictures_and_poses import analyze_frames, analyze_poses, estimate_poses
    from kinemotion.pose.recorded import load_poses
    from kinemotion.streaming import ProcessedFrame, StreamingPoseProcessor

__all__ = [
    "AnalysisReport",
    "Athlete",
    "Estimate",
    "KinemotionError",
    "ProcessedFrame",
    "Quality",
    "Report",
    "Settings",
    "StreamingPoseProcessor",
    "Trial",
    "VideoResult",
    "analyze_frames",
    "analyze_poses",
    "analyze_video",
    "estimate_poses",
    "load_poses",
    "process_cmj_video",
    "process_dropjump_video",
]

_HOMES = {
    "kinemotion.analysis_report": ("AnalysisReport",),
    "kinemotion.api": ("Settings", "VideoResult", "analyze_video", "process_cmj_video", "process_dropjump_video"),
    "kinemotion.errors": ("KinemotionError",),
    "kinemotion.motion.athlete": ("Athlete",),
    "kinemotion.motion.metrics": ("Estimate",),
    "kinemotion.motion.report": ("Quality", "Report", "Trial"),
    "kinemotion.pose.recorded": ("load_poses",),
    "kinemotion.pictures_and_poses": ("analyze_frames", "analyze_poses", "estimate_poses"),
    "kinemotion.streaming": ("ProcessedFrame", "StreamingPoseProcessor"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  (the module's protocol)
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
