"""The edge that finds people: a pose per person and frame, raw."""

from kinemotion.pose.base import PoseEstimator, Preset
from kinemotion.pose.estimators import open_estimator
from kinemotion.pose.recorded import RecordedEstimator, load_poses, save_poses

__all__ = ["PoseEstimator", "Preset", "RecordedEstimator", "load_poses", "open_estimator", "save_poses"]
