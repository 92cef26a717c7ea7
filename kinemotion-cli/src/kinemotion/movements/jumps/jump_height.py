"""How high a jump went: all measurements of one flight fused into a fall under gravity.

Three instants are unknown: take-off, apex and landing. Everything else follows from them and g. What is measured:

- both *events*, where the soles leave and meet the ground;
- the *apex* of the arc through the centre of mass;
- the *drops*: how far the centre of mass is below the apex at take-off and at landing, by its height above the soles;
- the *ends of free fall*: where the path departs from the parabola before take-off and after landing. They are less
  sharp, but need no feet, and so they show an event that was mistaken.

Each counts by its usual error. Where they contradict each other beyond their errors, the error of the result grows. It
also grows by a part for gross errors of the silhouette, which no fit of a single event shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import GRAVITY_M_S2, Arc, Motion
from kinemotion.motion.calibration import JumpCalibration
from kinemotion.motion.events import Event
from kinemotion.motion.metrics import Estimate
from kinemotion.movements.corrections import correct
from kinemotion.movements.jumps.body_path import interpolate_height
from kinemotion.movements.jumps.flights import WholeFlight
from kinemotion.movements.jumps.gross_errors import collect_gross_errors, estimate_sole_speed
from kinemotion.movements.jumps.ground_height import measure_ground_levels
from kinemotion.reconstruct.angles import is_seen_from_side
from kinemotion.signals.affine import apply_affine, invert_affine
from kinemotion.signals.robust import fit_soft_l1
from kinemotion.signals.smooth import fit_local
from kinemotion.signals.sole_scatter import estimate_posture_blur_m

_POSTURE_WINDOW_S = 0.05
"""Engineering limit: frames this near to an event, in the air, show the posture at it."""
_DEPARTURE_M, _DEPARTURE_WINDOW_S = 0.03, 0.06
"""Engineering limit: distance at which the path has departed from the parabola, and window of the fits that show it."""
_SAMPLING_S = 0.002
"""Engineering limit: spacing of the instants at which an end of free fall is looked for, far below its error."""
_BLURRED_SHARE = 0.4
"""Engineering limit: with an error of the parabola above this share of ``_DEPARTURE_M`` the departure is not seen."""
_PARALLAX = 0.1
"""Engineering limit: extra shift of an athlete nearer than the background, as a share of the background's shift."""
_FRAME_SHARE = 0.1
"""Engineering limit: an event is not surer than this share of a frame, however well its curve fits."""
_FIXED_S = 1e-6
"""Engineering limit: how far the fit may move an event that a person gave."""
_MISTAKEN = 4.0
"""Engineering limit: an event this many standard errors from the end of free fall was mistaken."""


@dataclass(frozen=True, slots=True)
class FusedFlight:
    """A flight as a fall under gravity: what all its measurements agree on best."""

    takeoff: Event
    landing: Event
    height: Estimate
    """Rise of the centre of mass from take-off to the apex, m."""
    velocity: Estimate
    """Vertical velocity at take-off, m/s."""
    flight_time: Estimate
    """s."""
    arc: Arc | None

    @property
    def height_by_flight_time(self) -> Estimate:
        """The classical g·T²/8, m: as if one landed in the posture of take-off."""
        time = self.flight_time
        return Estimate(GRAVITY_M_S2 * time.value**2 / 8, GRAVITY_M_S2 * time.value * time.error / 4)

    @property
    def metrics(self) -> dict[str, Estimate]:
        """The values of ``FlightMetrics``, by name."""
        return {
            "jump_height": self.height,
            "jump_height_flight_time": self.height_by_flight_time,
            "flight_time": self.flight_time,
            "takeoff_velocity": self.velocity,
        }


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Measurements (N,) of one flight, their covariance (N, N), and what they would be for given instants (3,).

    ``low_soles`` (N,) is the change of each for every metre that the soles are seen too low about the take-off.
    """

    measured: Floats
    covariance: Floats
    expected: Callable[[Floats], Floats]
    low_soles: Floats


def fuse_flight(motion: Motion, flight: WholeFlight, *, ignore_ends: tuple[bool, bool] = (False, False)) -> FusedFlight:
    """Fuse all measurements of one flight; an event that a person corrected is taken as it was given.

    ``ignore_ends`` says whether its take-off and its landing belong to a short stiff contact. There the path of the
    centre of mass departs from the parabola faster than in other push-offs and landings: that end is not used.
    """
    fused = _fuse(motion, flight, unused=np.array(ignore_ends), given=np.zeros(2, dtype=bool))
    takeoff, landing = correct(fused.takeoff, motion), correct(fused.landing, motion)
    given = np.array([event.automatic_s is not None for event in (takeoff, landing)])
    if not given.any():
        return fused
    corrected = replace(
        flight, takeoff=takeoff if given[0] else flight.takeoff, landing=landing if given[1] else flight.landing
    )
    return _fuse(motion, corrected, unused=np.array(ignore_ends) | given, given=given)


def _fuse(motion: Motion, flight: WholeFlight, *, unused: Bools, given: Bools) -> FusedFlight:
    """Fuse the measurements of a flight, without the ``unused`` ends of free fall; ``given`` events are kept."""
    if flight.arc is None or not motion.scale.measured:
        evidence = _use_events_alone(flight, calibration=motion.calibration.jump)
    else:
        evidence = _use_everything(motion, flight, arc=flight.arc, unused=unused)
    gross = collect_gross_errors(motion, low_soles=evidence.low_soles)
    gross[:2][given] = 0.0
    instants, covariance = _fit_instants(evidence, gross=gross)
    if given.any():
        instants, _ = _fit_instants(_set_given_events(evidence, given), gross=gross)
        instants[::2] = np.where(given, evidence.measured[:2], instants[::2])
    errors = np.sqrt(np.diag(covariance))
    errors[::2] = np.where(given, [flight.takeoff.uncertainty_s, flight.landing.uncertainty_s], errors[::2])
    rise = Estimate(float(instants[1] - instants[0]), _estimate_error_between(covariance, places=(0, 1)))
    velocity = rise.scaled(GRAVITY_M_S2)
    takeoff = replace(flight.takeoff, time_s=float(instants[0]), uncertainty_s=float(errors[0]))
    landing = replace(flight.landing, time_s=float(instants[2]), uncertainty_s=float(errors[2]))
    return FusedFlight(
        takeoff=takeoff,
        landing=landing,
        height=Estimate(velocity.value**2 / (2 * GRAVITY_M_S2), abs(velocity.value) * rise.error),
        velocity=velocity,
        flight_time=Estimate(landing.time_s - takeoff.time_s, _estimate_error_between(covariance, places=(0, 2))),
        arc=flight.arc,
    )


def _set_given_events(evidence: _Evidence, given: Bools) -> _Evidence:
    """Return the evidence in which take-off and landing (2,) that are given have next to no error."""
    covariance = evidence.covariance.copy()
    places = np.flatnonzero(given)
    covariance[places, places] = _FIXED_S**2
    return replace(evidence, covariance=covariance)


def _estimate_error_between(covariance: Floats, *, places: tuple[int, int]) -> float:
    """Standard error of the time between two of three instants, s, given the covariance (3, 3) of their errors."""
    first, last = places
    return float(np.sqrt(covariance[first, first] + covariance[last, last] - 2 * covariance[first, last]))


def _use_events_alone(flight: WholeFlight, *, calibration: JumpCalibration) -> _Evidence:
    """Return the evidence of both events, and of the usual height of take-off minus that of landing."""
    events = flight.takeoff, flight.landing
    errors = np.array([*(event.uncertainty_s for event in events), calibration.com_takeoff_minus_landing_error_m])
    return _Evidence(
        measured=np.array([*(event.time_s for event in events), calibration.com_takeoff_minus_landing_m]),
        covariance=np.diag(errors**2),
        expected=lambda at: np.array([at[0], at[2], np.diff(_compute_drops(at))[0]]),
        low_soles=np.array([1.0 / estimate_sole_speed(flight.duration_s), 0.0, 0.0]),
    )


def _use_everything(motion: Motion, flight: WholeFlight, *, arc: Arc, unused: Bools) -> _Evidence:
    """Return the evidence of events, apex, drops and the ends of free fall."""
    calibration = motion.calibration.jump
    ends = find_free_fall_ends(motion, arc, unused=unused)
    end_errors_s = np.array([calibration.free_fall_start_error_s, calibration.free_fall_end_error_s])
    seen = np.isfinite(ends)
    events = [
        _replace_mistaken(event, free_fall_s, error_s=error_s)
        for event, free_fall_s, error_s in zip((flight.takeoff, flight.landing), ends, end_errors_s, strict=True)
    ]
    climb_m_s, sway_m = _measure_climb(motion, flight), _measure_sway(motion, flight)
    apex_s = arc.reference_s + (arc.velocity_m_s.value - climb_m_s) / GRAVITY_M_S2
    heights = [measure_posture_height(motion, event) + climb_m_s * (apex_s - event.time_s) for event in events]
    drops = arc.height_at(apex_s) - np.array(heights)
    shared = arc.height_m.error**2 + np.outer(drops, drops) * motion.scale.relative_uncertainty**2
    own = np.eye(2) * (calibration.posture_error_m**2 + sway_m**2 + estimate_posture_blur_m(motion) ** 2)
    least_s = _FRAME_SHARE * float(np.median(np.diff(motion.time_s)))
    time_errors = [float(np.hypot(event.uncertainty_s, least_s)) for event in events]
    time_errors.append(float(np.hypot(arc.velocity_m_s.error, sway_m / flight.duration_s)) / GRAVITY_M_S2)
    time_errors += list(end_errors_s[seen])
    covariance = np.diag(np.square([*time_errors, 0.0, 0.0]))
    covariance[-2:, -2:] = shared + own
    return _Evidence(
        measured=np.array([*(event.time_s for event in events), apex_s, *ends[seen], *drops]),
        covariance=covariance,
        expected=lambda at: np.array([at[0], at[2], at[1], *at[::2][seen], *_compute_drops(at)]),
        low_soles=np.array([1.0 / estimate_sole_speed(flight.duration_s), *np.zeros(len(time_errors) - 1), -1.0, 0.0]),
    )


def _measure_climb(motion: Motion, flight: WholeFlight) -> float:
    """Return how fast the picture of the ground rises from take-off to landing, m/s; 0 where that is not seen.

    It sinks under one who flies towards the camera. The floor is level, so it is none of the body's own rise.
    """
    before, after = (measure_ground_levels(motion, event.time_s) for event in (flight.takeoff, flight.landing))
    seen = np.isfinite(after - before)
    return float(np.mean((after - before)[seen])) / flight.duration_s if seen.any() else 0.0


def _measure_sway(motion: Motion, flight: WholeFlight) -> float:
    """Return how far a hand-held camera may have moved the athlete in flight against the background, m."""
    pixels, camera = motion.pixels, motion.pixels.camera
    airborne = (motion.time_s >= flight.takeoff.time_s) & (motion.time_s <= flight.landing.time_s)
    if camera is None or not airborne.any():
        return 0.0
    body = motion.com[airborne] * (1.0, -1.0) / pixels.m_per_px + pixels.origin_px
    shift = body - apply_affine(invert_affine(camera[airborne]), body[:, None])[:, 0]
    return _PARALLAX * float(np.ptp(shift[:, 1])) * pixels.m_per_px


def _compute_drops(instants: Floats) -> Floats:
    """Return height of the apex above take-off and above landing (2,), m, for take-off, apex and landing (3,), s."""
    return 0.5 * GRAVITY_M_S2 * np.diff(instants) ** 2


def find_free_fall_ends(motion: Motion, arc: Arc, *, unused: Bools) -> Floats:
    """Return when the path departs from the parabola: take-off and landing (2,), s; NaN where that is not seen."""
    clear_m = _BLURRED_SHARE * _DEPARTURE_M
    found = np.full(2, np.nan)
    if unused.all() or arc.residual_m >= clear_m:
        return found
    fine_s = np.arange(motion.time_s[0], motion.time_s[-1], _SAMPLING_S)
    blurred_m = 0.5 * GRAVITY_M_S2 * (fine_s - arc.reference_s) ** 2 * motion.scale.relative_uncertainty
    fine_s = fine_s[blurred_m < clear_m]
    astray = motion.com[:, 1] - np.array([arc.height_at(time_s) for time_s in motion.time_s])
    smoothed = fit_local(astray, motion.time_s, at_s=fine_s, window_s=_DEPARTURE_WINDOW_S, degree=2).value
    off = fine_s[smoothed > _DEPARTURE_M]  # the ground only pushes, so the path leaves the arc upwards
    before, after = off[off < arc.reference_s], off[off > arc.reference_s]
    if len(before):
        found[0] = before[-1] - motion.calibration.jump.free_fall_start_offset_s
    if len(after):
        found[1] = after[0] - motion.calibration.jump.free_fall_end_offset_s
    apart = found[0] < arc.reference_s, found[1] > arc.reference_s  # else the path strays in mid-air
    return np.where(apart & ~unused, found, np.nan)


def _replace_mistaken(event: Event, free_fall_s: float, *, error_s: float) -> Event:
    """Return the event, or the end of free fall (NaN where unknown) where the event cannot belong to this flight."""
    if abs(event.time_s - free_fall_s) > _MISTAKEN * np.hypot(event.uncertainty_s, error_s):
        return replace(event, time_s=float(free_fall_s), uncertainty_s=error_s)
    return event


def _fit_instants(evidence: _Evidence, *, gross: Floats) -> tuple[Floats, Floats]:
    """Take-off, apex and landing (3,), s, and the covariance (3, 3) of their errors.

    The gross errors, each with its effect on all measurements (N, 3), pass through the fit like any other error.
    """
    whiten = np.linalg.inv(np.linalg.cholesky(evidence.covariance))
    takeoff, landing = evidence.measured[:2]
    fit = fit_soft_l1(
        lambda instants: whiten @ (evidence.measured - evidence.expected(instants)),
        x0=np.array([takeoff, 0.5 * (takeoff + landing), landing]),
        x_scale=0.01,
    )
    freedom = len(evidence.measured) - 3
    surprise = 2 * fit.cost / freedom if freedom else 1.0
    slopes = fit.jac
    covariance = np.linalg.inv(slopes.T @ slopes).astype(np.float64)
    passed_on = covariance @ slopes.T @ whiten @ gross
    return fit.x, covariance * max(surprise, 1.0) + passed_on @ passed_on.T


def measure_posture_height(motion: Motion, event: Event) -> float:
    """Return the height of the centre of mass at a take-off or landing, m, by the posture next to it in the air."""
    above = motion.com[:, 1] - _measure_sole_rise(motion, measure_ground_levels(motion, event.time_s))
    into_flight = (motion.time_s - event.time_s) * (1.0 if event.name == "takeoff" else -1.0)
    airborne = (into_flight > 0) & np.isfinite(above)
    if not airborne.any():
        return interpolate_height(motion, event.time_s)
    calibration = motion.calibration.jump
    posture_offset_m = (
        calibration.takeoff_posture_offset_m if event.name == "takeoff" else calibration.landing_posture_offset_m
    )
    order = np.argsort(np.where(airborne, into_flight, np.inf))
    count = max(1, int(((into_flight < _POSTURE_WINDOW_S) & airborne).sum()))
    return float(np.mean(above[order[:count]], dtype=np.float64)) - posture_offset_m


def _measure_sole_rise(motion: Motion, levels_m: Floats) -> Floats:
    """How far the soles have left the ground (T,), m, whose level (2,) under each is known, or else that of the floor.

    From the side one foot hides the other, and the lower is seen; from elsewhere they stand at different distances,
    tip by different angles in the picture, and their mean counts.
    """
    rises = motion.sole[:, :, 1] - (levels_m if np.isfinite(levels_m).any() else np.zeros(2))
    feet = np.isfinite(rises)
    lower = np.fmin(rises[:, 0], rises[:, 1])
    if is_seen_from_side(motion):
        return lower
    return np.where(feet.all(axis=1), rises.mean(axis=1), lower)
