"""One frame compared with those before: what the camera did, and whether anybody moved."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pillow

from kinemotion.motion.arrays import Floats, Image
from kinemotion.pose.camera import Box, Camera, Grey

_SIDE = 160
"""Longest side of the small picture that is compared, px."""
_MARGIN = 0.15
"""Room about a person's points that is not background, as a share of their extent."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a frame shows besides its people's points."""

    camera: Floats
    """(2,), px: displacement of the background since the first frame."""
    changes: list[float]
    """Per person: mean absolute grey-level change of their region since the previous frame."""


class Scene:
    """A video as far as it was seen."""

    def __init__(self) -> None:
        self._camera = Camera()
        self._before: Grey | None = None

    def follow(self, image: Image, people: Sequence[Floats]) -> Sight:
        """The next frame (H, W, 3) compared with those before; people are the points (33, 2) px of each."""
        grey, factor = _small(image)
        boxes = [_box(points / factor) for points in people]
        before, self._before = self._before, grey
        changes = [_change(before, grey, box=box) for box in boxes]
        return Sight(self._camera.follow(grey, boxes) * factor, changes)


def _small(image: Image) -> tuple[Grey, int]:
    """A grey picture of bounded size, and how many times smaller it is."""
    factor = max(1, round(max(image.shape[:2]) / _SIDE))
    stride = max(1, factor // 3)  # every pixel need not be read: nine in each block are enough
    block = factor // stride
    green = Pillow.fromarray(np.ascontiguousarray(image[::stride, ::stride, 1]))
    return np.asarray(green.reduce(block), dtype=np.float32), stride * block


def _box(points: Floats) -> Box:
    """The box that a person's points fill, with some room."""
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    margin = _MARGIN * float((high - low).max())
    return Box(low - margin, high + margin)


def _change(before: Grey | None, grey: Grey, *, box: Box) -> float:
    """Mean absolute change of the box's grey levels; a first frame counts as new."""
    if before is None:
        return 1.0
    height, width = grey.shape
    (left, top), (right, bottom) = np.floor(box.low).astype(int), np.ceil(box.high).astype(int)
    part = slice(max(top, 0), min(max(bottom, 0), height)), slice(max(left, 0), min(max(right, 0), width))
    difference = np.abs(grey[part] - before[part])
    return float(difference.mean()) if difference.size else 0.0
