"""Frames changed for a test, and taken apart: other poses, other places, several people in one picture."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.skeleton import BLAZEPOSE


def change_people(frames: Iterable[FramePoses], change: Callable[[Pose], Pose]) -> list[FramePoses]:
    """The frames with every pose changed."""
    return [replace(frame, people=tuple(change(pose) for pose in frame.people)) for frame in frames]


def take_only_people(frames: Iterable[FramePoses]) -> list[Pose]:
    """The poses of frames that show one person each."""
    return [pose for frame in frames for [pose] in [frame.people]]


def hide_point(frame: FramePoses, name: str) -> FramePoses:
    """Return the frame with one point of everybody not seen."""
    unseen = np.array(BLAZEPOSE.names)[:, None] == name
    [hidden] = change_people([frame], lambda pose: replace(pose, points=np.where(unseen, np.nan, pose.points)))
    return hidden


def shifted(frame: FramePoses, by_px: Floats) -> FramePoses:
    """The frame with everybody moved by (2,), px."""
    [moved] = change_people([frame], lambda pose: replace(pose, points=pose.points + by_px, ground=pose.ground + by_px))
    return moved


def join_streams(*streams: Iterable[FramePoses]) -> list[FramePoses]:
    """Several people filmed by one camera: frames of one instant become one, with everybody in it."""
    at: dict[float, FramePoses] = {}
    for frame in sorted((frame for stream in streams for frame in stream), key=lambda frame: frame.time_s):
        same = at.get(frame.time_s)
        at[frame.time_s] = frame if same is None else replace(same, people=(*same.people, *frame.people))
    return list(at.values())
