"""Pose estimation: the estimators, people from frame to frame, camera motion, silhouettes, saved poses."""

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
