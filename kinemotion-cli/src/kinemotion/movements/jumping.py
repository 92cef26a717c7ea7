"""What all jumps share: the stance before them, the height of the flight."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import least_squares

from kinemotion.errors import PhasesNotFound
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2, Arc, Motion
from kinemotion.motion.events import Event
from kinemotion.motion.metrics import Estimate, combined
from kinemotion.signals.crossings import crossings
from kinemotion.signals.smooth import LocalFit, local_fit

_PATH_WINDOW_S, _SPEED_WINDOW_S, _QUIET_WINDOW_S = 0.14, 0.18, 0.4
"""Windows of the local parabolas through the centre of mass for its height, its speed, and its rest: the shortest that
average the landmarks' jitter below what is asked of each."""
_POSTURE_M = 0.012
"""Standard error of the centre of mass above the soles at one instant, offsets that last the clip left out."""
_POSTURE_WINDOW_S = 0.05
_FINE = 400
_SHORTEST_FLIGHT_S = 0.12
"""A jump of 2 cm."""
_FALLS_SHARE = 0.4
"""Least rise in flight as a share of free fall's: a scale that is only assumed may be wrong by a third."""
_QUIET_M_S = 0.1
_UPRIGHT_M = 0.22
"""Standing is at most this far below take-off, where heels and arms are up; a squat is further."""
_STAND_S, _STAND_AVERAGE_S = 0.15, 1.0
_FEWEST_FRAMES = 5
_LANDS_LOWER_M = Estimate(-0.013, 0.029)
"""Centre of mass at landing less at take-off where the video does not show it: 80 jumps on force plates."""


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
class Leap:
    """A jump as a fall under gravity: all that was measured of it taken together."""

    jump: Jump
    height: Estimate
    """Rise of the centre of mass from take-off to the apex, m."""
    velocity: Estimate
    """Vertical velocity at take-off, m/s."""
    flight_time: Estimate
    """From the events alone, s."""

    @property
    def height_by_flight_time(self) -> Estimate:
        """The classical g·T²/8, m: as if one landed in the posture of take-off."""
        time = self.flight_time
        return Estimate(GRAVITY_M_S2 * time.value**2 / 8, GRAVITY_M_S2 * time.value * time.error / 4)


def measure_leap(motion: Motion, jump: Jump) -> Leap:
    """The leap that agrees best with every measurement of one flight.

    Three instants are unknown: take-off, apex, landing. Five measurements speak of them: both events, the apex of the
    arc, and how far the centre of mass was below the apex at take-off and at landing, by its height above the soles.
    Each counts by its error; where they contradict each other beyond their errors, the result's error grows.
    """
    instants, covariance = _fit_instants(_evidence(motion, jump))
    rise_s = float(instants[1] - instants[0])
    rise_error_s = float(np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))
    velocity = Estimate(rise_s, rise_error_s).scaled(GRAVITY_M_S2)
    height = Estimate(velocity.value**2 / (2 * GRAVITY_M_S2), velocity.value * rise_error_s)
    flight_time = Estimate(jump.duration_s, combined(jump.takeoff.uncertainty_s, jump.landing.uncertainty_s))
    return Leap(jump, height, velocity, flight_time)


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Measurements (N,) of one flight, their covariance (N, N), and what they would be for given instants (3,)."""

    measured: Floats
    covariance: Floats
    expected: Callable[[Floats], Floats]


def _evidence(motion: Motion, jump: Jump) -> _Evidence:
    takeoff, landing, arc = jump.takeoff, jump.landing, jump.arc
    times = np.array([takeoff.time_s, landing.time_s])
    time_variance = np.array([takeoff.uncertainty_s**2, landing.uncertainty_s**2])
    if arc is None or not motion.scale.measured:
        drop = _LANDS_LOWER_M
        return _Evidence(
            measured=np.array([*times, -drop.value]),
            covariance=np.diag([*time_variance, drop.error**2]),
            expected=lambda at: np.array([at[0], at[2], np.diff(_drops(at))[0]]),
        )
    apex_s = arc.reference_s + arc.velocity_m_s.value / GRAVITY_M_S2
    apex_variance = (arc.velocity_m_s.error / GRAVITY_M_S2) ** 2
    below_apex = arc.height_at(apex_s) - np.array([posture_m(motion, takeoff), posture_m(motion, landing)])
    shared = arc.height_m.error**2 + np.outer(below_apex, below_apex) * motion.scale.relative_uncertainty**2
    return _Evidence(
        measured=np.array([*times, apex_s, *below_apex]),
        covariance=block_diag(np.diag([*time_variance, apex_variance]), shared + np.eye(2) * _POSTURE_M**2),
        expected=lambda at: np.array([at[0], at[2], at[1], *_drops(at)]),
    )


def _drops(instants: Floats) -> Floats:
    """Height of the apex above take-off and above landing (2,), m, for take-off, apex and landing (3,), s."""
    return 0.5 * GRAVITY_M_S2 * np.diff(instants) ** 2


def _fit_instants(evidence: _Evidence) -> tuple[Floats, Floats]:
    """Take-off, apex and landing (3,), s, and the covariance (3, 3) of their errors."""
    whiten = np.linalg.inv(np.linalg.cholesky(evidence.covariance))
    takeoff, landing = evidence.measured[:2]
    fit = least_squares(
        lambda instants: whiten @ (evidence.measured - evidence.expected(instants)),
        x0=np.array([takeoff, 0.5 * (takeoff + landing), landing]),
        loss="soft_l1",
        x_scale=0.01,
    )
    freedom = len(evidence.measured) - 3
    surprise = 2 * fit.cost / freedom if freedom else 1.0
    slopes = np.asarray(fit.jac, dtype=np.float64)
    covariance = np.linalg.inv(slopes.T @ slopes).astype(np.float64)
    return fit.x, covariance * max(surprise, 1.0)


def posture_m(motion: Motion, event: Event) -> float:
    """Height of the centre of mass above the lower sole, m, on the airborne side of a take-off or landing."""
    above = motion.com[:, 1] - np.fmin(motion.sole[:, 0, 1], motion.sole[:, 1, 1])
    into_flight = (motion.time_s - event.time_s) * (1.0 if event.name == "takeoff" else -1.0)
    airborne = (into_flight > 0) & np.isfinite(above)
    if not airborne.any():
        return height_at(motion, event.time_s)
    order = np.argsort(np.where(airborne, into_flight, np.inf))
    count = max(1, int(((into_flight < _POSTURE_WINDOW_S) & airborne).sum()))
    return float(np.mean(above[order[:count]]))


@dataclass(frozen=True, slots=True)
class Stance:
    """Quiet standing before a jump."""

    height_m: float
    """Of the centre of mass above the floor."""
    end_s: float
    """Last instant at which the athlete certainly stood still."""


def find_jump(motion: Motion) -> Jump:
    """The jump of a trial that holds one: the longest flight in which the body really falls.

    Raises
    ------
    PhasesNotFound
        Where there is none, or its take-off or landing was not filmed.
    """
    whole = [jump for jump in jumps(motion) if _falls(motion, jump)]
    if whole:
        return max(whole, key=lambda jump: jump.duration_s)
    if motion.flights and motion.flights[-1].landing is None:
        raise PhasesNotFound("The clip ends before the landing.", hint="Keep filming until the athlete stands again.")
    if motion.flights and motion.flights[0].takeoff is None:
        raise PhasesNotFound("The clip begins in the air.", hint="Start filming while the athlete stands still.")
    raise PhasesNotFound("The feet never left the ground together.")


def jumps(motion: Motion) -> tuple[Jump, ...]:
    """Flights that were filmed from take-off to landing, in time order."""
    return tuple(
        Jump(flight.takeoff, flight.landing, flight.arc)
        for flight in motion.flights
        if flight.takeoff is not None and flight.landing is not None
    )


def _falls(motion: Motion, jump: Jump) -> bool:
    """Whether the centre of mass rises and falls as a body in the air must."""
    if jump.duration_s < _SHORTEST_FLIGHT_S:
        return False
    first_s, last_s = jump.takeoff.time_s, jump.landing.time_s
    start, middle, end = (height_at(motion, time_s) for time_s in (first_s, (first_s + last_s) / 2, last_s))
    return middle - (start + end) / 2 > _FALLS_SHARE * GRAVITY_M_S2 * jump.duration_s**2 / 8


def lowest_point_s(motion: Motion, *, before_s: float) -> float | None:
    """Instant of the lowest centre of mass from which the push-off rose, s; None where it lies outside the motion."""
    fine_s: Floats = np.linspace(float(motion.time_s[0]), before_s, _FINE)
    turns = crossings(vertical_speed(motion, fine_s), fine_s)
    return float(turns[-1]) if len(turns) else None


def find_stance(motion: Motion, *, before_s: float, takeoff_height_m: float) -> Stance | None:
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
    moving = np.flatnonzero(np.logical_not(quiet[:last]))
    first = int(moving[-1]) + 1 if len(moving) else 0
    if time_s[last] - time_s[first] < _STAND_S:
        return None
    still = slice(max(first, int(np.searchsorted(time_s, time_s[last] - _STAND_AVERAGE_S))), last + 1)
    return Stance(float(np.median(height[still])), float(time_s[last]))


def vertical_speed(motion: Motion, at_s: Floats) -> Floats:
    """Vertical velocity of the centre of mass at the instants (N,), m/s."""
    return _local(motion, at_s, window_s=_SPEED_WINDOW_S).slope


def height_at(motion: Motion, time_s: float) -> float:
    """Height of the centre of mass at one instant, m."""
    return float(_local(motion, np.array([time_s]), window_s=_PATH_WINDOW_S).value[0])


def _local(motion: Motion, at_s: Floats, *, window_s: float) -> LocalFit:
    return local_fit(motion.com[:, 1], motion.time_s, at_s=at_s, window_s=window_s, degree=2)
