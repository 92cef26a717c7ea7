"""Finding people in a whole picture: BlazePose's detector, a single-shot detector with fixed anchors."""

from dataclasses import replace

import numpy as np

from kinemotion.motion.arrays import Floats, Image
from kinemotion.opencv import load_opencv
from kinemotion.pose.base import MOST_PEOPLE, PRESENT
from kinemotion.pose.model_files import DETECTOR, load_model
from kinemotion.pose.roi import Region
from kinemotion.pose.runtime import LoadNetwork, Network, Tensor

_SIZE = 224
_GRIDS = ((8, 2), (16, 2), (32, 6))
"""Stride of each anchor grid, px of the model's input, and anchors at each of its nodes."""
_ELONGATED = 1.3
"""Ratio of the sides from which parts of a picture show people noticeably larger than the whole."""
_SAME_PERSON = 0.15
"""Two detections nearer than this share of their region's side are one person."""


class Detector:
    """The people in a picture, each as the region to look at more closely."""

    def __init__(self, *, threads: int, load: LoadNetwork = Network) -> None:
        self._network = load(load_model(DETECTOR), threads=threads)
        self._anchors = _make_anchors()

    def detect(self, image: Image) -> list[Region]:
        """Return the regions of the people found, surest first.

        Where the whole picture shows nobody, squares of it are searched: the model sees 224 px, in which somebody who
        is small in a wide picture is lost.
        """
        return self._detect_in(image) or _drop_duplicates(
            [
                replace(region, center=region.center + corner)
                for corner in _list_squares(image.shape[1], image.shape[0])
                for region in self._detect_in(_cut_square(image, corner))
            ]
        )

    def _detect_in(self, image: Image) -> list[Region]:
        """Return the regions of the people found in one picture, surest first."""
        tensor, scale, corner = _fit_into_input(image)
        boxes, scores = self._network(tensor)
        sure = _select_sure(scores[0, :, 0].astype(float))
        keypoints = boxes[0, sure, 4:8].astype(float).reshape(-1, 2, 2) + self._anchors[sure, None]
        return _drop_duplicates([Region.from_circle(*(pair - corner) / scale) for pair in keypoints])


def _list_squares(width: int, height: int) -> list[tuple[int, int]]:
    """Return corners of three overlapping squares along the longer side; none for a picture that is nearly square."""
    longer, side = max(width, height), min(width, height)
    if longer < _ELONGATED * side:
        return []
    starts = (0, (longer - side) // 2, longer - side)
    return [(start, 0) if width > height else (0, start) for start in starts]


def _cut_square(image: Image, corner: tuple[int, int]) -> Image:
    """Return the part of the picture from a corner (x, y), as wide as the shorter side."""
    side = min(image.shape[:2])
    return image[corner[1] : corner[1] + side, corner[0] : corner[0] + side]


def _make_anchors() -> Floats:
    """Return centres of the anchors (2254, 2), px of the model's input."""
    grids: list[Floats] = []
    for stride, count in _GRIDS:
        nodes = np.arange(stride / 2, _SIZE, stride)
        x, y = np.meshgrid(nodes, nodes)
        grids.append(np.repeat(np.column_stack([x.ravel(), y.ravel()]), count, axis=0))
    return np.concatenate(grids)


def _fit_into_input(image: Image) -> tuple[Tensor, float, Floats]:
    """Return the picture fitted into the model's input (1, 224, 224, 3), -1 to 1, its scale, and its corner (2,)."""
    cv2 = load_opencv()
    height, width = image.shape[:2]
    scale = _SIZE / max(height, width)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    corner = (_SIZE - inner[0]) // 2, (_SIZE - inner[1]) // 2
    canvas = np.zeros((_SIZE, _SIZE, 3), dtype=np.uint8)
    resized = cv2.resize(image, inner, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    canvas[corner[1] : corner[1] + inner[1], corner[0] : corner[0] + inner[0]] = resized
    tensor = canvas.astype(np.float32)[None] / np.float32(127.5) - np.float32(1)
    return tensor, scale, np.array(corner, dtype=float)


def _select_sure(logits: Floats) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """Return indices of the anchors that see a person, surest first."""
    order = np.argsort(-logits, kind="stable")
    return order[logits[order] > np.log(PRESENT / (1 - PRESENT))]


def _drop_duplicates(regions: list[Region]) -> list[Region]:
    """Return the first of each group of regions about the same place."""
    kept: list[Region] = []
    for region in regions:
        if len(kept) < MOST_PEOPLE and all(region.measure_distance(other) > _SAME_PERSON for other in kept):
            kept.append(region)
    return kept
