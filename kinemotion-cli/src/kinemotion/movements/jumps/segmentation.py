"""Cutting a live stream of poses into jumps: causal, in bounded memory, one answer however the stream arrives.

A trial is a group of flights with only short times on the ground between them, with what came before the first and
a moment after the last. The cut needs only rough flights; exact instants are found in the finished trial.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import SIDES, Skeleton
from kinemotion.movements.per_person import segment_per_person
from kinemotion.reconstruct.left_right import unswap_limbs
from kinemotion.reconstruct.limb_outliers import recover_limb_outliers
from kinemotion.signals.affine import apply_affine

_LEAVES, _LANDS = 0.018, 0.012
"""Height of the lower foot above its floor at which a flight begins and ends, body lengths (3 and 2 cm)."""
_SHORTEST_S = 0.06
"""A shorter rise of both feet is a flicker."""
_REST_S, _REST_RANGE = 0.3, 0.015
"""Feet that move less than this (body lengths) for this long stand, and their floor is where they are."""
_LOW = 0.03
"""Feet this little above the floor (body lengths) move fast in any flight; where they rest, the floor was wrong."""
_PERCH_S, _PERCH_RANGE = 1.2, 0.008
"""Feet above their floor that are this still stand on something: even slowed ten times no apex of a flight is."""
_MOST = (0.1, 0.9)
"""Quantiles between which the samples of a stand must lie: a silhouette flickers now and then."""
_TICK_S = 1e-4
"""Time stamps are rounded; a frame that is due is due."""
_SETTLING_S = 1.0
"""Time over which the athlete's size in the picture is averaged."""


@dataclass(frozen=True, slots=True)
class JumpCut:
    """How much belongs to a trial."""

    settle_s: float
    """Time on the ground after which the flights before belong together and are over."""
    before_s: float = 5.0
    """What is kept of the time before the first flight."""
    longest_s: float = 12.0
    """A trial that grows longer is given out as it is; what follows begins anew."""
    least_rise: float = _LEAVES
    """How high the lower foot must go to have flown, body lengths; below, a flickering silhouette looks the same."""


def segment_jumps(frames: Iterable[FramePoses], skeleton: Skeleton, *, cut: JumpCut) -> Iterator[PoseSequence]:
    """Trials of every person in the stream, each as soon as it is over or the stream ends."""
    return segment_per_person(frames, watcher=lambda: _Jumper(skeleton, cut))


class _Jumper:
    """One person as far as the stream has shown them."""

    def __init__(self, skeleton: Skeleton, cut: JumpCut) -> None:
        self._skeleton = skeleton
        self._cut = cut
        self._frames: deque[FramePoses] = deque()
        self._feet = _Feet(skeleton, least_rise=cut.least_rise)

    def see(self, frame: FramePoses) -> Iterator[PoseSequence]:
        """The trial that this frame completes, if any."""
        self._frames.append(frame)
        self._feet.see(frame)
        begun_s = self._feet.takeoff_s
        self._forget((frame.time_s if begun_s is None else begun_s) - self._cut.before_s)
        settled = (
            self._feet.landing_s is not None and frame.time_s - self._feet.landing_s > self._cut.settle_s - _TICK_S
        )
        too_long = frame.time_s - self._frames[0].time_s >= self._cut.longest_s
        if settled or too_long:
            yield from self.rest()

    def rest(self) -> Iterator[PoseSequence]:
        """The trial that has begun, if any; what follows begins anew."""
        if self._feet.takeoff_s is not None:
            yield recover_limb_outliers(unswap_limbs(PoseSequence.of(self._frames, self._skeleton)))
            self._frames.clear()
        self._feet.begin_anew()

    def _forget(self, before_s: float) -> None:
        while self._frames and self._frames[0].time_s < before_s:
            self._frames.popleft()


class _Feet:
    """Whether both feet are in the air, told from the lower one's height above the floor it last stood on."""

    def __init__(self, skeleton: Skeleton, *, least_rise: float) -> None:
        columns = skeleton.index
        self._soles = [[columns[f"{side}_{part}"] for part in ("heel", "foot_index")] for side in SIDES]
        self._chain = [columns[f"left_{part}"] for part in ("ankle", "knee", "hip", "shoulder", "ear")]
        self._least_rise = least_rise
        self._recent: deque[tuple[float, float]] = deque()
        self._size_px = 0.0
        self._floor_px = -np.inf
        self._landed_px = -np.inf
        self._measured_s = -np.inf
        self._risen_s: float | None = None
        self.takeoff_s: float | None = None
        """Begin of the first flight of this trial."""
        self.landing_s: float | None = None
        """End of the latest flight of this trial; None in the air and before the first."""

    def begin_anew(self) -> None:
        """Forget the flights, keep the floor."""
        self.takeoff_s = self.landing_s = None

    def see(self, frame: FramePoses) -> None:
        """Take in the next frame."""
        lowest = self._lowest_px(frame)
        self._measure(frame)
        if not (np.isfinite(lowest) and self._size_px):
            return
        self._recent.append((frame.time_s, lowest))
        while self._recent[0][0] < frame.time_s - _PERCH_S:
            self._recent.popleft()
        height = self._above_floor(float(np.median([y for _, y in list(self._recent)[-3:]])))
        if self._risen_s is None and height > _LEAVES:
            self._risen_s = frame.time_s
        elif self._risen_s is not None:
            self._follow(self._risen_s, now_s=frame.time_s, height=height)
        elif self.landing_s is not None and self._floor_px - self._landed_px > _LEAVES * self._size_px:
            self._land(frame.time_s)  # on a box, perhaps, from which they have fallen since

    def _follow(self, risen_s: float, *, now_s: float, height: float) -> None:
        """Take a rise for a flight once it has lasted, and end it where the feet come down."""
        if height <= _LANDS:
            self._risen_s = None
            if self.takeoff_s is not None and self.landing_s is None:
                self._land(now_s)
        elif now_s - risen_s >= _SHORTEST_S and height > self._least_rise:
            self.landing_s = None
            if self.takeoff_s is None:
                self.takeoff_s = risen_s

    def _land(self, now_s: float) -> None:
        """Take the feet to have landed, on the floor as it is now."""
        self.landing_s, self._landed_px = now_s, self._floor_px

    def _above_floor(self, lowest_px: float) -> float:
        """Height of the lower foot, body lengths; the floor follows feet that go below it or stand above it."""
        low = self._floor_px - lowest_px < _LOW * self._size_px
        if (self._risen_s is None or low) and self._still(_REST_S, _REST_RANGE):
            self._floor_px = lowest_px
        elif self._risen_s is not None and self._perched(self._risen_s):
            self._floor_px = lowest_px
            if self.takeoff_s == self._risen_s:
                self.begin_anew()
        self._floor_px = max(self._floor_px, lowest_px)
        return (self._floor_px - lowest_px) / self._size_px

    def _perched(self, risen_s: float) -> bool:
        """Whether the feet that rose have come to stand on something."""
        return self._recent[-1][0] - risen_s >= _PERCH_S and self._still(_PERCH_S, _PERCH_RANGE)

    def _still(self, duration_s: float, spread: float) -> bool:
        """Whether the lower foot has stayed within a range (body lengths) for that long."""
        now_s, _ = self._recent[-1]
        levels = [y for time_s, y in self._recent if time_s >= now_s - duration_s]
        lasted = now_s - self._recent[0][0] > 0.8 * duration_s
        low, high = np.quantile(levels, _MOST)
        return lasted and float(high - low) < spread * self._size_px

    def _lowest_px(self, frame: FramePoses) -> float:
        """Height of the lower foot in the picture, px, y down: its silhouette's, else its landmarks'."""
        [pose] = frame.people
        points, soles = apply_affine(frame.camera, pose.points), apply_affine(frame.camera, pose.ground)
        sides = [
            ground if np.isfinite(ground) else points[columns, 1].max()
            for ground, columns in zip(soles[:, 1], self._soles, strict=True)
        ]
        seen = [y for y in sides if np.isfinite(y)]
        return float(max(seen)) if seen else float("nan")

    def _measure(self, frame: FramePoses) -> None:
        """Average the athlete's length in the picture."""
        [pose] = frame.people
        length = float(np.linalg.norm(np.diff(pose.points[self._chain], axis=0), axis=1).sum())
        if np.isfinite(length):
            self._size_px += (length - self._size_px) * min(1.0, (frame.time_s - self._measured_s) / _SETTLING_S)
            self._measured_s = frame.time_s
