"""Whether the picture is upright, by people who run and jump: their feet are below their shoulders."""

import numpy as np

from kinemotion.errors import PictureTurned
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import SIDES, Skeleton

_TURNS_DEG = {(0, 1): 0, (1, 0): 90, (0, -1): 180, (-1, 0): 270}
"""Engineering limit: clockwise turn that makes the picture upright, by where the feet point (x right, y down)."""


_MOST_BODIES = 100
"""Engineering limit: bodies that show whether a stream is upright; they bound its memory."""


class TurnWatcher:
    """Notes how the first bodies of a stream lie in the picture, for a stream in which no trial is found."""

    def __init__(self, skeleton: Skeleton) -> None:
        self._skeleton = skeleton
        self._axes = np.full((_MOST_BODIES, 2), np.nan)
        self._count = 0

    def push(self, frame: FramePoses) -> None:
        """Note everybody in the frame."""
        for pose in frame.people[: _MOST_BODIES - self._count]:
            self._axes[self._count] = find_body_axes(pose.points[None], self._skeleton)[0]
            self._count += 1

    def find_turn_error(self) -> PictureTurned | None:
        """Return the error that names the turn of the picture; None if it is upright or shows nobody."""
        return _find_turn_error(self._axes)


def check_upright(points: Floats, skeleton: Skeleton) -> None:
    """Check that the body with landmarks (T, K, 2), px, is upright in most frames.

    Raises
    ------
    PictureTurned
        If the picture is upside down or lies on its side.
    """
    turned = _find_turn_error(find_body_axes(points, skeleton))
    if turned:
        raise turned


def _find_turn_error(axes: Floats) -> PictureTurned | None:
    """Return the failure that names the turn of body axes (T, 2); None if they are upright or not seen."""
    turn_deg = find_turn_deg(axes)
    if not turn_deg:
        return None
    upside_down = Message("picture_upside_down", "The picture is upside down.")
    return PictureTurned(
        upside_down if turn_deg == 180 else Message("picture_sideways", "The picture lies on its side."),
        hint=Message("rotate", "Analyse the video again with --rotate {turn_deg}.", turn_deg=turn_deg),
    )


def find_body_axes(points: Floats, skeleton: Skeleton) -> Floats:
    """Return the unit vectors (T, 2), y down, from the shoulders to the ankles; NaN where these are not seen."""
    shoulders, ankles = (
        sum(points[:, skeleton.index[f"{side}_{part}"]] for side in SIDES) for part in ("shoulder", "ankle")
    )
    axes = np.asarray(ankles - shoulders)
    return axes / np.linalg.norm(axes, axis=1, keepdims=True)


def find_turn_deg(axes: Floats) -> int:
    """Return the clockwise turn, deg, a multiple of 90, that would bring body axes (T, 2) nearest to upright."""
    seen = axes[np.isfinite(axes).all(axis=1)]
    if not len(seen):
        return 0
    x, y = np.median(seen, axis=0)
    toward = (0, int(np.sign(y))) if abs(y) >= abs(x) else (int(np.sign(x)), 0)
    return _TURNS_DEG.get(toward, 0)
