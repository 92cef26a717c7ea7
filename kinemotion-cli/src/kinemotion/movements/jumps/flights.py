"""What all jumps share: the flight, the stand, squat and lowest point before it, the path of the centre of mass."""

from dataclasses import dataclass

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2, Arc, Motion
from kinemotion.motion.events import Event
from kinemotion.motion.metrics import Estimate, combined
from kinemotion.signals.crossings import crossings
from kinemotion.signals.intervals import find_intervals
from kinemotion.signals.smooth import LocalFit, local_fit

_PATH_WINDOW_S, _SPEED_WINDOW_S, _QUIET_WINDOW_S = 0.14, 0.15, 0.4
"""Windows of the local parabolas through the centre of mass for its height, its speed, and its rest: the shortest that
average the landmarks' jitter below what is asked of each."""
_FINE = 400
"""Instants at which a path is searched for a turn: milliseconds apart."""
SHORTEST_FLIGHT_S = 0.12
"""A jump of 2 cm."""
_FALLS_SHARE = 0.4
"""Least rise in flight as a share of free fall's: a scale that is only assumed may be wrong by a third."""
_RAGGED_M = 0.03
"""A centre of mass that strays this far from a parabola does not fall freely."""
_QUIET_M_S = 0.1
"""Who stands sways slower than this."""
_UPRIGHT_M = 0.22
"""Standing is at most this far below take-off, where heels and arms are up; a squat is further."""
COUNTERMOVEMENT_M = 0.10
"""Who dips this far out of a held squat jumps a countermovement jump; who dips less, a squat jump."""
_STILL_M_S, _HELD_S = 0.12, 0.25
"""A held squat moves slower than this, and lasts."""
_TWITCH_S = 0.15
"""A shorter interruption of the hold is the landmarks' or the athlete's tremble."""
_LATEST_S = 1.2
"""A push-off takes less time than this from the end of the hold."""
_HEIGHT_ERROR_M = 0.010
"""Standard error of a difference in height between two postures, scale left out, on rendered jumps."""
_DIP_ERROR_M = 0.007
"""Standard error of a dip, scale left out: the landmarks' error changes little between two postures so alike."""
_STAND_S, _STAND_AVERAGE_S = 0.15, 1.0
"""A stand lasts at least so long; its height is the median of so much of its end."""
_FEWEST_FRAMES = 5
"""Fewer frames before an instant show no stand."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A flight that was filmed from take-off to landing."""

    takeoff: Event
    landing: Event
    arc: Arc | None

    @property
    def duration_s(self) -> float:
        """Time in the air, s."""
        return self.landing.time_s - self.takeoff.time_s


@dataclass(frozen=True, slots=True)
class QuietStanding:
    """Quiet standing before a jump."""

    height_m: float
    """Of the centre of mass above the floor."""
    end_s: float
    """Last instant at which the athlete certainly stood still."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A squat held before a jump."""

    start_s: float | None
    """None where it began before the clip."""
    end_s: float
    height_m: float
    """Of the centre of mass above the floor."""


def find_jump(motion: Motion) -> Jump:
    """The jump of a trial that holds one: the longest flight in which the body really falls.

    Raises
    ------
    PhasesNotFound
        Where there is none, or its take-off or landing was not filmed.
    """
    whole = find_ballistic_flights(motion)
    if whole:
        return max(whole, key=lambda jump: jump.duration_s)
    if motion.flights and motion.flights[-1].landing is None:
        raise PhasesNotFound(
            Message("landing_not_filmed", "The video ends before the landing."),
            hint=Message("film_until_standing", "Film until the athlete stands still again."),
        )
    if motion.flights and motion.flights[0].takeoff is None:
        raise PhasesNotFound(
            Message("takeoff_not_filmed", "The video starts while the athlete is in the air."),
            hint=Message("film_from_standing", "Start to film while the athlete stands still."),
        )
    raise PhasesNotFound(Message("no_flight", "The feet never left the ground together."))


def jumps(motion: Motion) -> tuple[Jump, ...]:
    """Flights that were filmed from take-off to landing, in time order."""
    return tuple(
        Jump(flight.takeoff, flight.landing, flight.arc)
        for flight in motion.flights
        if flight.takeoff is not None and flight.landing is not None
    )


def find_ballistic_flights(motion: Motion) -> tuple[Jump, ...]:
    """Those in which the body really rises and falls, in time order."""
    return tuple(jump for jump in jumps(motion) if _falls(motion, jump))


def _falls(motion: Motion, jump: Jump) -> bool:
    """Whether the centre of mass rises and falls as a body in the air must."""
    if jump.duration_s < SHORTEST_FLIGHT_S or (jump.arc is not None and jump.arc.residual_m > _RAGGED_M):
        return False
    first_s, last_s = jump.takeoff.time_s, jump.landing.time_s
    start, middle, end = (height_at(motion, time_s) for time_s in (first_s, (first_s + last_s) / 2, last_s))
    return middle - (start + end) / 2 > _FALLS_SHARE * GRAVITY_M_S2 * jump.duration_s**2 / 8


def lowest_point_s(motion: Motion, *, before_s: float) -> float | None:
    """Instant of the lowest centre of mass from which the push-off rose, s; None where it lies outside the motion."""
    fine_s: Floats = np.linspace(float(motion.time_s[0]), before_s, _FINE)
    turns = crossings(vertical_speed(motion, fine_s), fine_s)
    return float(turns[-1]) if len(turns) else None


def find_quiet_standing(motion: Motion, *, before_s: float, takeoff_height_m: float) -> QuietStanding | None:
    """The last quiet stand before an instant; None where the athlete never stood still, or only in a squat."""
    part = motion.time_s < before_s
    time_s, height = motion.time_s[part], motion.com[part, 1]
    if len(time_s) < _FEWEST_FRAMES:
        return None
    speed = _local(motion, time_s, window_s=_QUIET_WINDOW_S).slope
    quiet = (np.abs(speed) < _QUIET_M_S) & (height > takeoff_height_m - _UPRIGHT_M)
    if not quiet.any():
        return None
    last = int(np.flatnonzero(quiet)[-1])
    moving = np.flatnonzero(~quiet[:last])
    first = int(moving[-1]) + 1 if len(moving) else 0
    if time_s[last] - time_s[first] < _STAND_S:
        return None
    end_s = float(time_s[last])
    still = (time_s >= max(float(time_s[first]), end_s - _STAND_AVERAGE_S)) & (time_s <= end_s)
    return QuietStanding(float(np.median(height[still])), end_s)


def find_hold(motion: Motion, jump: Jump) -> Hold | None:
    """The squat held before a jump; None where none is."""
    takeoff_s, takeoff_m = jump.takeoff.time_s, height_at(motion, jump.takeoff.time_s)
    part = motion.time_s < takeoff_s
    time_s, height = motion.time_s[part], motion.com[part, 1]
    still = (np.abs(vertical_speed(motion, time_s)) < _STILL_M_S) & (height < takeoff_m - _UPRIGHT_M)
    runs = _joined([(float(time_s[first]), float(time_s[last])) for first, last in find_intervals(still)])
    held = [run for run in runs if run[1] - run[0] >= _HELD_S and takeoff_s - run[1] < _LATEST_S]
    if not held:
        return None
    start_s, end_s = held[-1]
    inside = (time_s >= start_s) & (time_s <= end_s)
    filmed = start_s > time_s[0]
    return Hold(start_s if filmed else None, end_s, float(np.median(height[inside])))


def height_difference(motion: Motion, value_m: float) -> Estimate:
    """A difference in height of the centre of mass between two postures, m, with its error."""
    return Estimate(value_m, combined(_HEIGHT_ERROR_M, motion.scale.relative_uncertainty * value_m))


def dip_m(motion: Motion, jump: Jump, *, hold: Hold) -> Estimate:
    """How far the centre of mass sinks below the held squat before it rises, m; about 0 where it does not."""
    after = np.linspace(hold.end_s, jump.takeoff.time_s, _FINE)
    dip = hold.height_m - min(height_at(motion, float(time_s)) for time_s in after)
    return Estimate(dip, combined(_DIP_ERROR_M, motion.scale.relative_uncertainty * dip))


def _joined(runs: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches, those joined between which the body only twitched."""
    joined: list[tuple[float, float]] = []
    for start_s, end_s in runs:
        if joined and start_s - joined[-1][1] < _TWITCH_S:
            joined[-1] = (joined[-1][0], end_s)
        else:
            joined.append((start_s, end_s))
    return joined


def vertical_speed(motion: Motion, at_s: Floats) -> Floats:
    """Vertical velocity of the centre of mass at the instants (N,), m/s."""
    return _local(motion, at_s, window_s=_SPEED_WINDOW_S).slope


def height_at(motion: Motion, time_s: float) -> float:
    """Height of the centre of mass at one instant, m."""
    return float(_local(motion, np.array([time_s]), window_s=_PATH_WINDOW_S).value[0])


def _local(motion: Motion, at_s: Floats, *, window_s: float) -> LocalFit:
    return local_fit(motion.com[:, 1], motion.time_s, at_s=at_s, window_s=window_s, degree=2)
