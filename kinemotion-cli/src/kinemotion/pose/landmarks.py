"""The landmarks of one person in a region of the picture: BlazePose's landmark model."""

from dataclasses import dataclass, replace

import numpy as np

from kinemotion.motion.arrays import Floats, Image
from kinemotion.pose.model_files import ModelFile
from kinemotion.pose.networks.graph import cut
from kinemotion.pose.networks.mask import FootFeatures, MaskNetwork
from kinemotion.pose.roi import Region, crop
from kinemotion.pose.runtime import LoadNetwork, Network, Tensor
from kinemotion.pose.silhouette import Silhouette, find_foot_areas
from kinemotion.signals.affine import apply_affine, invert_affine

_SIZE = 256
_POINTS, _AUXILIARY = 33, 2
"""Points of the skeleton, and the two after them: the body's centre and a point on the circle around it."""

_MASK = 2
"""Number of the output that is the person's mask; the next region does not need it."""

_CORNERS = np.array([(0, 0), (1, 0), (0, 1), (1, 1)])
"""Which end of x and of y each corner of a rectangle has."""
_REACH = 4
"""Cells of a heat map that count on each side of a point."""
_CERTAIN = 60.0
"""Logit beyond which a probability is 0 or 1."""
_FAINT = 0.1
"""Probability below which a heat map is not used."""


@dataclass(frozen=True, slots=True)
class LandmarkResult:
    """What the model found of one person in one region."""

    points: Floats
    """(33, 2), px of the picture."""
    confidence: Floats
    """(33,), 0 to 1: seen, and inside the picture."""
    score: float
    """0 to 1: whether there is a person."""
    next_region: Region
    """Region in which the person is expected in the next picture."""
    to_image: Floats
    """Affine map (2, 3) from the model's input to the picture, px."""
    features: FootFeatures
    """Intermediate results near the feet, from which the mask network continues."""


class LandmarkModel:
    """The landmark network in two parts: landmarks, and the mask, which is computed only where it is asked for."""

    def __init__(self, model: ModelFile, *, threads: int, load: LoadNetwork = Network) -> None:
        points, mask = cut(model.content, later=_MASK)
        self._points = load(replace(model, content=points), threads=threads)
        self._mask = MaskNetwork(replace(model, content=mask), load)

    def find_landmarks(self, image: Image, region: Region) -> LandmarkResult:
        """Find the landmarks of the person in a region of the picture (H, W, 3)."""
        to_image = region.map_to_image(_SIZE)
        tensor = crop(image, to_image, size=_SIZE)[None]
        tensor /= 255
        points, score, heat, _, *features = self._points(tensor)
        rows = points.reshape(-1, 5)[: _POINTS + _AUXILIARY].astype(float)
        placed = apply_affine(to_image, refine_points(rows[:, :2], heat[0]))
        return LandmarkResult(
            points=placed[:_POINTS],
            confidence=_to_probability(rows[:_POINTS, 3:5]).min(axis=1),
            score=float(score[0, 0]),
            next_region=Region.from_circle(placed[_POINTS], placed[_POINTS + 1]),
            to_image=to_image,
            features=FootFeatures.take(features, _find_areas(placed[:_POINTS], to_image)),
        )

    def find_silhouette(self, landmarks: LandmarkResult) -> Silhouette:
        """Find the outline, near the feet, of the person whose landmarks were found; it costs a second network."""
        return Silhouette(self._mask.draw(landmarks.features), landmarks.to_image)


def _find_areas(points: Floats, to_image: Floats) -> list[Floats]:
    """Return where the feet are in the model's input, each (2, 2): low and high corner, px.

    ``points`` are the landmarks (33, 2), image px.
    """
    corners = find_foot_areas(points)[:, _CORNERS[:, [0, 1]], [0, 1]]
    areas = [np.array([foot.min(axis=0), foot.max(axis=0)]) for foot in apply_affine(invert_affine(to_image), corners)]
    return [area for area in areas if np.all(np.isfinite(area))]


def refine_points(points: Floats, heat: Tensor) -> Floats:
    """Return points (N, 2), crop px, moved to the weighted middle of their heat map (64, 64, N or more) nearby.

    As MediaPipe's refinement (a cell's coordinate is its index), but with squared weights in a wider window, which
    on rendered athletes brings the points nearer to the truth.
    """
    cells, around = heat.shape[0], np.arange(-_REACH, _REACH + 1)
    cell_px = _SIZE / cells
    inside = np.all((points >= 0) & (points < _SIZE), axis=1)
    node = np.rint(points / cell_px).astype(int).clip(0, cells - 1)
    columns, rows = (node[:, axis, None] + around for axis in (0, 1))
    there = ((rows >= 0) & (rows < cells))[:, :, None] & ((columns >= 0) & (columns < cells))[:, None, :]
    index = rows.clip(0, cells - 1)[:, :, None], columns.clip(0, cells - 1)[:, None, :]
    logits = heat[(*index, np.arange(len(points))[:, None, None])].astype(float)
    weight = np.where(there, _to_probability(logits) ** 2, 0.0)
    total = np.maximum(weight.sum(axis=(1, 2)), _FAINT**2)
    x = (weight.sum(axis=1) * columns).sum(axis=1) / total
    y = (weight.sum(axis=2) * rows).sum(axis=1) / total
    trusted = inside & (weight.max(axis=(1, 2)) >= _FAINT**2)
    return np.where(trusted[:, None], np.column_stack([x, y]) * cell_px, points)


def _to_probability(logits: Floats) -> Floats:
    """Return the logistic function; SciPy's own takes a quarter of a second to load."""
    return 1.0 / (1.0 + np.exp(-logits.clip(-_CERTAIN, _CERTAIN)))
