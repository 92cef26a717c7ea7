"""How far the camera turned or shook, told from the background of small grey pictures.

The shift between two pictures is found by Gauss-Newton steps (Lucas and Kanade 1981) on the background's most
textured points, coarse to fine, with Huber's weights against whatever else moves on its own. It is measured
against a key picture that stays until the camera has left it behind, so that a standing camera cannot drift, or until
another scene follows, as after a title.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Bools, Floats

Grey = NDArray[np.float32]
Indices = NDArray[np.intp]

_HALVINGS = 2
_POINTS, _FEW = 1000, 50
"""Points compared at each level, about, and how few of them tell nothing."""
_STEPS, _STILL = 6, 0.02
"""Most steps at a level, and the step that is small enough, px of the finest; coarser levels need only be near."""
_LEFT_BEHIND = 0.15
"""A shift of this share of the picture's longer side asks for a new key."""
_SAME_SCENE = 0.5
"""Correlation with the key above which a picture shows the same scene: filmed clips keep 0.6, cuts leave 0.2."""
_FLAT = 0.05
"""Mean squared gradient below which a direction tells no shift, squared grey levels a pixel."""
_NOISE = 0.5
"""Grey levels by which pictures of the same thing differ at least."""
_HUBER = 1.5
"""Residuals beyond this many standard deviations weigh less."""


@dataclass(frozen=True, slots=True)
class Box:
    """Part of a picture, px, from its upper left to its lower right corner."""

    low: Floats
    high: Floats


class Camera:
    """A camera's shift since its first picture."""

    def __init__(self) -> None:
        self._key: list[_Level] = []
        self._origin = np.zeros(2)
        self._shift = np.zeros(2)
        self._speed = np.zeros(2)

    def follow(self, grey: Grey, people: Sequence[Box]) -> Floats:
        """Displacement of the background (2,), px, from the first picture to this one."""
        pictures = _halved(grey)
        shift = self._measured(pictures, people)
        known = bool(self._key) and self._key[0].likeness(grey, people, shift=shift) > _SAME_SCENE
        self._speed, self._shift = (shift - self._shift, shift) if known else (np.zeros(2), self._shift)
        now = self._origin + self._shift
        if not known or np.abs(self._shift).max() > _LEFT_BEHIND * max(grey.shape):
            self._key = [_Level.of(picture, people, scale=0.5**level) for level, picture in enumerate(pictures)]
            self._origin, self._shift = now, np.zeros(2)
        return now

    def _measured(self, pictures: Sequence[Grey], people: Sequence[Box]) -> Floats:
        """Shift (2,), px, from the key to a picture, given from fine to coarse; the expected one without a key."""
        shift = self._shift + self._speed
        for level, picture in zip(reversed(self._key), reversed(pictures), strict=False):
            shift = level.shift_to(picture, people, guess=shift)
        return shift


@dataclass(frozen=True, slots=True)
class _Level:
    """Textured points of a key picture at one scale."""

    scale: float
    points: Floats
    """(N, 2), px of this scale."""
    grey: Floats
    """(N,)."""
    gradient: Floats
    """(N, 2), grey levels a pixel."""

    @classmethod
    def of(cls, picture: Grey, people: Sequence[Box], *, scale: float) -> Self:
        """Points spread over a picture, the most textured of each cell, that are no part of a person."""
        along_y, along_x = _gradient(picture)
        strongest = _strongest(along_x**2 + along_y**2)
        points = np.column_stack([strongest % picture.shape[1], strongest // picture.shape[1]]).astype(float)
        background = ~_within(points / scale, people)
        chosen = strongest[background]
        gradient = np.column_stack([along_x.ravel()[chosen], along_y.ravel()[chosen]])
        return cls(scale, points[background], _as_floats(picture).ravel()[chosen], gradient)

    def shift_to(self, picture: Grey, people: Sequence[Box], *, guess: Floats) -> Floats:
        """Shift (2,), px of the full scale, from the key to a picture of this scale."""
        background = ~_within(self.points / self.scale + guess, people)
        shift = guess * self.scale
        for _ in range(_STEPS):
            step = self._step(picture, shift, background=background)
            shift = shift + step
            if np.abs(step).max() < _STILL / self.scale:
                break
        return shift / self.scale

    def likeness(self, picture: Grey, people: Sequence[Box], *, shift: Floats) -> float:
        """Correlation with a picture of this scale at a shift (2,), px of the full one; 0 where nothing is seen."""
        background = ~_within(self.points / self.scale + shift, people)
        moved, seen = self._moved(picture, shift * self.scale, background=background)
        if seen.sum() < _FEW:
            return 0.0
        there, here = _sampled(picture, moved[seen]), self.grey[seen]
        there, here = there - there.mean(), here - here.mean()
        return float(there @ here / max(np.linalg.norm(there) * np.linalg.norm(here), len(here) * _NOISE**2))

    def _moved(self, picture: Grey, shift: Floats, *, background: Bools) -> tuple[Floats, Bools]:
        """The points (N, 2) at a shift, px of this scale, and which of them (N,) are background inside the picture."""
        moved = self.points + shift
        return moved, background & np.all((moved >= 0) & (moved <= np.array(picture.shape[::-1]) - 1), axis=1)

    def _step(self, picture: Grey, shift: Floats, *, background: Bools) -> Floats:
        """Correction (2,) of a shift, px of this scale; none where too little is seen."""
        moved, seen = self._moved(picture, shift, background=background)
        if seen.sum() < _FEW:
            return np.zeros(2)
        gradient = self.gradient[seen]
        residual = _sampled(picture, moved[seen]) - self.grey[seen]
        residual = residual - np.median(residual)  # the exposure may change
        spread = _NOISE + 1.4826 * float(np.median(np.abs(residual)))
        weight = np.minimum(1.0, _HUBER * spread / np.maximum(np.abs(residual), _NOISE))
        weighted = gradient * weight[:, None]
        normal = weighted.T @ gradient + _FLAT * len(gradient) * np.eye(2)
        return np.asarray(np.linalg.solve(normal, -weighted.T @ residual), dtype=np.float64)


def _within(points: Floats, people: Sequence[Box]) -> Bools:
    """Which of the points (N, 2) belong to a person (N,)."""
    inside = np.zeros(len(points), dtype=bool)
    for box in people:
        inside |= np.all((points >= box.low) & (points <= box.high), axis=1)
    return inside


def _strongest(strength: Floats) -> Indices:
    """Flat index of the largest value in each of about a thousand square cells of an array."""
    height, width = strength.shape
    cell = max(1, round(sqrt(strength.size / _POINTS)))
    rows, columns = height // cell, width // cell
    cells = strength[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell).swapaxes(1, 2)
    best = cells.reshape(rows * columns, cell * cell).argmax(axis=1).astype(np.intp)
    row, column = np.divmod(best, cell)
    corner_row, corner_column = np.divmod(np.arange(rows * columns, dtype=np.intp), columns)
    return (corner_row * cell + row) * width + corner_column * cell + column


def _halved(grey: Grey) -> list[Grey]:
    """The picture and its halvings, fine to coarse."""
    pictures = [grey]
    for _ in range(_HALVINGS):
        even = pictures[-1][: pictures[-1].shape[0] // 2 * 2, : pictures[-1].shape[1] // 2 * 2]
        pictures.append((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / np.float32(4))
    return pictures


def _gradient(picture: Grey) -> tuple[Floats, Floats]:
    """Grey levels a pixel along y and along x."""
    grey = _as_floats(picture)
    return np.asarray(np.gradient(grey, axis=0)), np.asarray(np.gradient(grey, axis=1))


def _as_floats(values: Grey) -> Floats:
    """The same values in double precision."""
    return values.astype(np.float64)


def _sampled(picture: Grey, points: Floats) -> Floats:
    """Grey levels at points (N, 2) inside the picture, bilinear."""
    corner = np.minimum(points.astype(np.intp), np.array(picture.shape[::-1]) - 2)
    column, row = corner.T
    x, y = (points - corner).T
    upper = picture[row, column] * (1 - x) + picture[row, column + 1] * x
    lower = picture[row + 1, column] * (1 - x) + picture[row + 1, column + 1] * x
    return _as_floats(upper * (1 - y) + lower * y)
