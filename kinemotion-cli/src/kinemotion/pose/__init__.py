"""The edge that finds people: a pose per person and frame, raw."""

from kinemotion.pose.base import PoseEstimator, Preset
from kinemotion.pose.estimators import choose_default_estimator, open_estimator
from kinemotion.pose.recorded import RecordedEstimator, load_poses, save_poses

__all__ = [
    "PoseEstimator",
    "Preset",
    "RecordedEstimator",
    "choose_default_estimator",
    "load_poses",
    "open_estimator",
    "save_poses",
]
