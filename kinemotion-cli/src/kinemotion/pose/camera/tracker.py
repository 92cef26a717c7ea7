"""Camera motion, measured on the background: shift, rotation and zoom since the first picture.

Corners of a key picture are tracked into each picture (pyramidal Lucas-Kanade). The key picture is replaced only when
the camera has left it behind or the scene has changed, so that errors do not add up frame by frame. The simplest motion
that explains the corners is taken: none, then a shift, then a shift with rotation and zoom. A camera that stands
has exactly the identity; while it surely does, no corner is tracked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kinemotion.motion.arrays import Floats
from kinemotion.motion.frames import Grey
from kinemotion.opencv import load_opencv
from kinemotion.pose.camera.background import Background, Box
from kinemotion.signals.affine import apply_affine, compose_affine, invert_affine, make_identity_affine

_CORNERS, _FEWEST = 150, 12
"""Corners tracked, and how few of them measure nothing."""
_QUALITY, _SPACING = 0.003, 0.025
"""Least strength of a corner as a share of the strongest, and their least distance as a share of the picture's side."""
_WINDOW, _LEVELS = 11, 2
"""Side of the window that is tracked, px, and how often the picture is halved to find it further away."""
_ITERATIONS, _PRECISION = 20, 0.01
"""Most steps of the tracking at each level, and the step that is small enough, px."""
_LEFT_BEHIND = 0.08
"""A motion of the middle or a corner by this share of the picture's side asks for a new key picture."""
_NEARBY = 0.25
"""Corners count by their distance to the people, with this standard deviation as a share of the picture's side:
when a camera pans, the edges of the picture move faster than its middle."""
_OUTLIER = 2.0
"""Corners further from the shift than this many standard deviations move on their own."""
_LEAST_SPREAD = 0.05
"""Standard deviation of a tracked corner, px, at least."""
_STILL, _SIGNIFICANT = 0.1, 5.0
"""A shift below this many px, or below this many standard errors, is none."""
_TOLERANCE = 1.0
"""Distance in px within which a corner agrees with a rotation and a zoom."""
_BETTER = 0.5
"""A rotation and a zoom must reduce the corners' median distance to this share of what a simpler motion leaves."""
_TRACKING_ERROR = 0.02
"""Added to a distance before it is compared, px: smaller distances are noise."""
_SAME_SCENE, _FAR = 0.5, 3.0
"""Share of corners that must lie within so many px of the motion; fewer mean that another scene follows."""


@dataclass(frozen=True, slots=True)
class _Matches:
    """Places of the same corners in two pictures (N, 2), px."""

    here: Floats
    there: Floats
    """In the key picture."""

    def measure_distances(self, motion: Floats) -> Floats:
        """Return how far a map (2, 3) leaves each corner from its place in the key picture (N,), px."""
        return np.linalg.norm(apply_affine(motion, self.here) - self.there, axis=1)


class CameraTracker:
    """Follows the motion of a camera from picture to picture."""

    def __init__(self) -> None:
        self._key: _KeyPicture | None = None
        self._background: Background | None = None
        """Of the key picture, until the camera moves."""
        self._key_to_first = make_identity_affine()
        self._to_key = make_identity_affine()
        self._step = np.zeros(2)
        self._moving = False

    def follow(self, grey: Grey, people: Sequence[Box]) -> Floats:
        """Return the affine map (2, 3) from this picture to the first one, both px."""
        if self._background and self._background.is_seen_unmoved(grey, people):
            return self._key_to_first
        motion = self._measure(grey, people)
        if motion is None:  # the first picture, another scene, or too little to see
            self._replace_key(grey, people)
            return self._key_to_first
        height, width = grey.shape
        middle, *_ = spots = np.array([(width / 2, height / 2), (0, 0), (width, 0), (0, height), (width, height)])
        self._step = (apply_affine(motion, middle[None]) - apply_affine(self._to_key, middle[None]))[0]
        self._to_key = motion
        to_first = compose_affine(self._key_to_first, motion)
        if np.abs(apply_affine(motion, spots) - spots).max() > _LEFT_BEHIND * max(grey.shape):
            self._replace_key(grey, people)
        return to_first

    def _replace_key(self, grey: Grey, people: Sequence[Box]) -> None:
        """Measure against this picture from now on."""
        self._key_to_first = compose_affine(self._key_to_first, self._to_key)
        self._to_key = make_identity_affine()
        self._key = _KeyPicture.find_corners(grey, people)
        self._background = None if self._moving else Background(grey, people)

    def _measure(self, grey: Grey, people: Sequence[Box]) -> Floats | None:
        """Return the affine map (2, 3) from this picture to the key picture; None where it cannot be found."""
        if self._key is None:
            return None
        expected = self._to_key + np.column_stack([np.zeros((2, 2)), self._step])
        matches = self._key.track(grey, people, expected=expected)
        if len(matches.here) < _FEWEST:
            return None
        weight = _weigh(matches.here, people, shape=grey.shape)
        motion = _fit_motion(matches, weight=weight, moving=self._moving)
        if np.mean(matches.measure_distances(motion) < _FAR) < _SAME_SCENE:
            return None
        if not np.array_equal(motion, make_identity_affine()):
            self._moving, self._background = True, None
        return motion


@dataclass(frozen=True, slots=True)
class _KeyPicture:
    """A picture that later ones are compared with."""

    grey: Grey
    corners: NDArray[np.float32]
    """(N, 2), px, between the middles of pixels."""

    @classmethod
    def find_corners(cls, grey: Grey, people: Sequence[Box]) -> "_KeyPicture":
        """Find the strongest corners of the background."""
        background = np.full(grey.shape, 255, dtype=np.uint8)
        for box in people:
            background[box.slices()] = 0
        found = load_opencv().goodFeaturesToTrack(
            grey, _CORNERS, _QUALITY, _SPACING * max(grey.shape), mask=background, blockSize=5
        )
        corners = np.zeros((0, 2), dtype=np.float32) if found is None else found[:, 0]
        return cls(grey, corners)

    def track(self, grey: Grey, people: Sequence[Box], *, expected: Floats) -> _Matches:
        """Find the corners again.

        ``expected`` is the map (2, 3) from this picture to the key picture that the tracking starts from.
        """
        if not len(self.corners):
            return _Matches(np.zeros((0, 2)), np.zeros((0, 2)))
        cv2 = load_opencv()
        there = self.corners.astype(np.float64) + 0.5  # OpenCV counts from the middle of a pixel
        guess = (apply_affine(invert_affine(expected), there) - 0.5).astype(np.float32)
        tracked, status, _ = cv2.calcOpticalFlowPyrLK(
            self.grey,
            grey,
            self.corners,
            guess,
            winSize=(_WINDOW, _WINDOW),
            maxLevel=_LEVELS,
            criteria=(cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, _ITERATIONS, _PRECISION),
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )
        here = tracked.astype(np.float64) + 0.5
        seen = (status.ravel() == 1) & np.all((here >= 0) & (here <= grey.shape[::-1]), axis=1)
        for box in people:
            seen &= ~box.contains(here)
        return _Matches(here[seen], there[seen])


def _weigh(points: Floats, people: Sequence[Box], *, shape: tuple[int, ...]) -> Floats:
    """Return how much each of the points (N, 2) shows of the background behind the people (N,), up to 1."""
    middles = [(box.low + box.high) / 2 for box in people] or [np.array(shape[::-1]) / 2]
    distance = np.linalg.norm(points - np.mean(middles, axis=0), axis=1)
    return (
        np.exp(-0.5 * np.square(distance / (_NEARBY * max(shape)))) + 1e-3
    )  # even the far ones count where none is near


def _fit_motion(matches: _Matches, *, weight: Floats, moving: bool) -> Floats:
    """Return the simplest map (2, 3) that explains the matches; a camera seen ``moving`` is not taken to stand."""
    simple = _fit_shift(matches, weight=weight, moving=moving)
    left = float(np.median(matches.measure_distances(simple)))
    if left * _BETTER <= _TRACKING_ERROR:
        return simple
    full, _ = load_opencv().estimateAffinePartial2D(matches.here, matches.there, ransacReprojThreshold=_TOLERANCE)
    if full is None:
        return simple
    left_by_full = float(np.median(matches.measure_distances(full)))
    return full if left_by_full + _TRACKING_ERROR < _BETTER * left else simple


def _fit_shift(matches: _Matches, *, weight: Floats, moving: bool) -> Floats:
    """Return the shift as a map (2, 3); the identity where none is significant and the camera was not seen moving."""
    steps = matches.there - matches.here
    typical = np.array([_find_median(steps[:, axis], weight) for axis in (0, 1)])
    distance = np.linalg.norm(steps - typical, axis=1)
    spread = 1.4826 * _find_median(distance, weight) + _LEAST_SPREAD
    agreeing = weight * (distance < _OUTLIER * spread)
    shift = agreeing @ steps / agreeing.sum()
    size = float(np.linalg.norm(shift))
    error = spread * float(np.linalg.norm(agreeing)) / float(agreeing.sum())
    if not moving and (size < _STILL or size < _SIGNIFICANT * error):
        return make_identity_affine()
    return np.column_stack([np.eye(2), shift])


def _find_median(values: Floats, weight: Floats) -> float:
    """Return the weighted median of values (N,)."""
    order = np.argsort(values)
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
