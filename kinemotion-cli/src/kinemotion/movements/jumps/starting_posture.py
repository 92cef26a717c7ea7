"""How an athlete waits before a push-off: standing quietly, or in a held squat."""

from dataclasses import dataclass

import numpy as np

from kinemotion.motion.body import Motion
from kinemotion.motion.metrics import Estimate, combine_errors
from kinemotion.movements.jumps.body_path import compute_vertical_speed, fit_path, interpolate_height
from kinemotion.movements.jumps.flights import WholeFlight
from kinemotion.signals.intervals import find_intervals

_QUIET_WINDOW_S = 0.4
"""Engineering limit: window of the local parabolas that show whether a centre of mass is at rest."""
_QUIET_M_S = 0.1
"""Engineering limit: a standing athlete sways slower than this."""
_UPRIGHT_M = 0.22
"""Engineering limit: the centre of mass of a standing athlete is at most this far below that at take-off, where heels
and arms are up; in a squat it is further below."""
_STANDS_S, _STANDS_AVERAGE_S = 0.15, 1.0
"""Engineering limit: a stand lasts at least so long; its height is the median of so much of its end."""
_FEWEST_FRAMES = 5
"""Engineering limit: fewer frames before an instant show no stand."""
COUNTERMOVEMENT_M = 0.10
"""Engineering limit: a dip out of a held squat that is deeper than this makes a countermovement jump, a shallower one
a squat jump."""
_STILL_M_S, _HELD_S = 0.12, 0.25
"""Engineering limit: a held squat moves slower than this, and lasts longer than this."""
_TREMBLE_S = 0.15
"""Engineering limit: a shorter interruption of a held squat is the landmarks' or the athlete's tremble."""
_LATEST_S = 1.2
"""Engineering limit: from the end of the held squat a push-off takes less time than this."""
_INSTANTS = 400
"""Engineering limit: instants at which the time between squat and take-off is searched for the lowest point."""


@dataclass(frozen=True, slots=True)
class QuietStanding:
    """Quiet standing before a jump."""

    height_m: float
    """Of the centre of mass above the floor."""
    end_s: float
    """Last instant at which the athlete certainly stood still."""


@dataclass(frozen=True, slots=True)
class HeldSquat:
    """A squat held before a jump."""

    start_s: float | None
    """None where it began before the clip."""
    end_s: float
    height_m: float
    """Of the centre of mass above the floor."""


def find_quiet_standing(motion: Motion, *, before_s: float, takeoff_height_m: float) -> QuietStanding | None:
    """Return the last quiet stand before an instant; None where the athlete never stood still, or only in a squat."""
    part = motion.time_s < before_s
    time_s, height = motion.time_s[part], motion.com[part, 1]
    if len(time_s) < _FEWEST_FRAMES:
        return None
    speed = fit_path(motion, time_s, window_s=_QUIET_WINDOW_S).slope
    quiet = (np.abs(speed) < _QUIET_M_S) & (height > takeoff_height_m - _UPRIGHT_M)
    if not quiet.any():
        return None
    last = int(np.flatnonzero(quiet)[-1])
    moving = np.flatnonzero(~quiet[:last])
    first = int(moving[-1]) + 1 if len(moving) else 0
    if time_s[last] - time_s[first] < _STANDS_S:
        return None
    end_s = float(time_s[last])
    still = (time_s >= max(float(time_s[first]), end_s - _STANDS_AVERAGE_S)) & (time_s <= end_s)
    return QuietStanding(float(np.median(height[still])), end_s)


def find_held_squat(motion: Motion, jump: WholeFlight) -> HeldSquat | None:
    """Return the squat held before a jump; None where none is."""
    takeoff_s, takeoff_m = jump.takeoff.time_s, interpolate_height(motion, jump.takeoff.time_s)
    part = motion.time_s < takeoff_s
    time_s, height = motion.time_s[part], motion.com[part, 1]
    still = (np.abs(compute_vertical_speed(motion, time_s)) < _STILL_M_S) & (height < takeoff_m - _UPRIGHT_M)
    spans = _join_spans([(float(time_s[first]), float(time_s[last])) for first, last in find_intervals(still)])
    held = [span for span in spans if span[1] - span[0] >= _HELD_S and takeoff_s - span[1] < _LATEST_S]
    if not held:
        return None
    start_s, end_s = held[-1]
    inside = (time_s >= start_s) & (time_s <= end_s)
    filmed = start_s > time_s[0]
    return HeldSquat(start_s if filmed else None, end_s, float(np.median(height[inside])))


def measure_dip(motion: Motion, jump: WholeFlight, *, squat: HeldSquat) -> Estimate:
    """Return how far the centre of mass sinks below the held squat before it rises, m; about 0 where it does not."""
    after_s = np.linspace(squat.end_s, jump.takeoff.time_s, _INSTANTS)
    dip = squat.height_m - min(interpolate_height(motion, float(time_s)) for time_s in after_s)
    return Estimate(dip, combine_errors(motion.calibration.jump.dip_error_m, motion.scale.relative_uncertainty * dip))


def _join_spans(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the spans of time, joined where only a tremble lies between two."""
    joined: list[tuple[float, float]] = []
    for start_s, end_s in spans:
        if joined and start_s - joined[-1][1] < _TREMBLE_S:
            joined[-1] = (joined[-1][0], end_s)
        else:
            joined.append((start_s, end_s))
    return joined
