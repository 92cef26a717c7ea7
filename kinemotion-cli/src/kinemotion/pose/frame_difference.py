"""One frame compared with those before it: what the camera did, and how much each person's region changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinemotion.motion.arrays import Floats, Image
from kinemotion.motion.frames import Grey
from kinemotion.opencv import load_opencv
from kinemotion.pose.camera.background import Box
from kinemotion.pose.camera.tracker import CameraTracker

_CAMERA_SIDE, _CHANGE_SIDE = 320, 160
"""Longest side, px, of the small pictures on which the camera is tracked and changes are measured."""
_MARGIN = 0.15
"""Room about a person's points that belongs to this person, as a share of their extent."""


@dataclass(frozen=True, slots=True)
class FrameDifference:
    """What a frame shows besides its people's points."""

    camera: Floats
    """Affine map (2, 3) from this picture to the first one, px; the identity for a stationary camera."""
    changes: list[float]
    """Per person: mean absolute grey-level change of their region since the previous frame, 0 to 255."""


class FrameComparer:
    """Compares each frame of a video with those before it."""

    def __init__(self) -> None:
        self._camera = CameraTracker()
        self._previous: Grey | None = None

    def compare(self, image: Image | Grey, people: Sequence[Floats]) -> FrameDifference:
        """Compare the next frame (H, W) or (H, W, 3) with those before; of each person come the points (33, 2), px."""
        grey, factor = _shrink(image, side=_CAMERA_SIDE)
        small, further = _shrink(grey, side=_CHANGE_SIDE)
        camera = self._camera.follow(grey, [find_box(points / factor) for points in people]).copy()
        camera[:, 2] *= factor
        boxes = [find_box(points / (factor * further)) for points in people]
        previous, self._previous = self._previous, small
        return FrameDifference(camera, [_measure_change(previous, small, box=box) for box in boxes])


def _shrink(image: Image | Grey, *, side: int) -> tuple[Grey, int]:
    """Return a grey picture of about that longest side, averaged over whole blocks, and the side of a block."""
    cv2 = load_opencv()
    block = max(1, round(max(image.shape[:2]) / side))
    grey = image if image.ndim == 2 else cv2.extractChannel(image, 1)
    rows, columns = (length // block for length in grey.shape)
    if not rows or not columns:
        return grey, 1
    return _average(grey[: rows * block, : columns * block], block=block), block


def _average(grey: Grey, *, block: int) -> Grey:
    """Return the means of whole blocks; what is a turned view of a stored picture is averaged as it is stored."""
    cv2 = load_opencv()
    along = tuple(slice(None, None, -1 if stride < 0 else 1) for stride in grey.strides)
    stored = grey[along]
    turned = stored.strides[0] < stored.strides[1]
    stored = stored.T if turned else stored
    size = stored.shape[1] // block, stored.shape[0] // block
    small = cv2.resize(stored, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray((small.T if turned else small)[along])


def find_box(points: Floats) -> Box:
    """Return the box that a person's points fill, with some room."""
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    margin = _MARGIN * float((high - low).max())
    return Box(low - margin, high + margin)


def _measure_change(previous: Grey | None, grey: Grey, *, box: Box) -> float:
    """Return the mean absolute change of the box's grey levels; a first frame counts as new."""
    if previous is None or previous.shape != grey.shape:
        return 1.0
    part = box.slices()
    difference = load_opencv().absdiff(grey[part], previous[part]) if grey[part].size else None
    return float(difference.mean()) if difference is not None else 0.0
