"""When a foot leaves or meets the ground, found between frames from the height of its sole around that instant.

The sole rests at a constant height, then moves off. Its speed grows to v within a time s (the softness) and may then
change at a rate a. With tau the time since the instant (before it, for a touchdown: the same curve mirrored)::

    height = rest + offset + v (tau - s (1 - exp(-tau / s))) + a tau² / 2        for tau > 0

``offset`` is the difference between what the silhouette shows of a foot on the floor (a shadow joins it) and of a foot
in the air (motion blurs its edge). No threshold is used. The posterior of the instant is computed on a grid, with all
other unknowns integrated out. Its mean and standard deviation are the result.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2
from kinemotion.motion.calibration import ContactErrors
from kinemotion.motion.contact_model import ContactModel


@dataclass(frozen=True, slots=True)
class SoleMotionPrior:
    """What is known before the fit of a sole's motion next to the ground: SI, time running away from the contact."""

    speed_m_s: tuple[float, float]
    """Speed that the sole reaches: mean and standard deviation."""
    speed_change_m_s2: float
    """Standard deviation of its later acceleration."""
    softness_s: tuple[float, ...]
    """Time constants of the start that are equally likely."""
    roll_m_s: float
    """Standard deviation of the slow rise of the resting sole, while the heel lifts and less and less of it touches."""
    silhouette_offset_m: tuple[float, float]
    """Height shown by the silhouette minus real height, for a sole in the air: mean and standard deviation."""
    noise_s: float = 0.0
    """Scatter of the sole's lowest point that is expected of its motion: the way at its speed in this time."""
    extra_error_s: float = 0.0
    """Standard error common to neighbouring frames; the fit cannot see it."""

    @property
    def noise_m(self) -> float:
        """Scatter of the sole's lowest point that is expected before any is seen."""
        return max(_NOISE_M, self.noise_s * self.speed_m_s[0])


@dataclass(frozen=True, slots=True)
class ContactPriors:
    """Priors for the fits of touchdown and toe-off, and the calibrated errors that a fit cannot see."""

    toeoff: SoleMotionPrior
    touchdown: SoleMotionPrior
    touchdown_by_landmarks: SoleMotionPrior
    """For the touchdown by the landmarks of the foot."""
    errors: ContactErrors


_IMPACT_S = (0.0005,)
"""Engineering limit: a sole meets the ground at full speed and stops within the shoe's travel."""
_NOISE_M = 0.0025
"""Engineering limit: scatter of the silhouette's lowest point, a quarter of a mask pixel."""
_PUSH_OFF_NOISE_S = 0.0024
"""Engineering limit: the same of a foot that pushes off, by its speed: half a mask pixel in a usual jump. A standing
foot looks alike in every picture and starts softly: its first frames in the air decide; rest says little of them."""

_PRIORS: Mapping[ContactModel, tuple[SoleMotionPrior, SoleMotionPrior]] = {
    ContactModel.JUMPING: (
        SoleMotionPrior(
            speed_m_s=(1.8, 1.0),
            speed_change_m_s2=15.0,
            softness_s=(0.002, 0.004, 0.007, 0.012, 0.020),
            roll_m_s=0.06,
            silhouette_offset_m=(0.002, 0.005),
            noise_s=_PUSH_OFF_NOISE_S,
        ),
        SoleMotionPrior(
            speed_m_s=(2.0, 1.0),
            speed_change_m_s2=15.0,
            softness_s=_IMPACT_S,
            roll_m_s=0.06,
            silhouette_offset_m=(0.002, 0.005),
        ),
    ),
    ContactModel.RUNNING: (
        SoleMotionPrior(
            speed_m_s=(1.5, 0.8),
            speed_change_m_s2=20.0,
            softness_s=(0.006, 0.012, 0.018, 0.026),
            roll_m_s=0.06,
            silhouette_offset_m=(0.0, 0.005),
        ),
        SoleMotionPrior(
            speed_m_s=(1.2, 0.6),
            speed_change_m_s2=20.0,
            softness_s=_IMPACT_S,
            roll_m_s=0.06,
            silhouette_offset_m=(0.0, 0.01),
        ),
    ),
}
"""Engineering limit: priors of leaving and landing, wide enough for every athlete. In a jump, legs that still extend
pull the toes off. In a run, the toes roll off under a leg that already folds, and a foot lands from a shallow glide."""

_MOVES_ON_M_S: Mapping[ContactModel, float] = {ContactModel.JUMPING: 0.06, ContactModel.RUNNING: 0.3}
"""Engineering limit: speed at which the landmarks of a foot may move on after its touchdown. A runner's heel sinks on
above toes that landed first, or rises a little while the foot turns flat."""
SOLE_SPEED_SHARE = 0.85
"""Engineering limit: speed of the soles next to the ground as a share of the speed of the body; chosen, not fitted."""
_SOLE_SPEED_ERROR_M_S, _SOLE_SPEED_ERROR_SHARE = 0.3, 0.25
"""Engineering limit: standard deviation of that speed, m/s, and as a share of it."""
_SLOWEST_M_S = 0.3
"""Engineering limit: a body slower than this steps off; its fall says nothing about the foot."""
_EXPECTED_NOISE_SAMPLES = 4.0
"""Engineering limit: number of samples that this expectation counts for."""
_TOLERANT = 2.5
"""Engineering limit: residuals of so many standard errors count half (Cauchy weights); silhouettes err by frames."""
_OFFSET_TIME_CONSTANT_S = 0.005
"""Engineering limit: time constant with which the offset of the silhouette appears."""
_SPAN_S, _SPAN_FRAMES = 0.030, 1.5
"""Engineering limit: the instant lies within this time, or this number of frames, of the rough one."""
_GRID = 121
"""Engineering limit: instants of the grid, at most a millisecond apart at 60 frames a second."""
_ROUNDS = 4
"""Engineering limit: rounds in which the weights follow the residuals and the residuals the weights."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment and its standard error, s."""

    time_s: float
    uncertainty_s: float


def build_contact_priors(contact_model: ContactModel, errors: ContactErrors) -> ContactPriors:
    """Return the priors for the contacts of a movement."""
    toeoff, touchdown = _PRIORS[contact_model]
    touchdown_by_landmarks = replace(
        touchdown, roll_m_s=_MOVES_ON_M_S[contact_model], extra_error_s=errors.landmarks_error_s
    )
    return ContactPriors(
        toeoff=replace(toeoff, extra_error_s=errors.toeoff_error_s),
        touchdown=replace(touchdown, extra_error_s=errors.touchdown_error_s),
        touchdown_by_landmarks=touchdown_by_landmarks,
        errors=errors,
    )


def set_ballistic_speed(priors: ContactPriors, *, airborne_s: float, rise_m: float) -> ContactPriors:
    """Set the speeds of the soles for a flight that lasts so long and ends so much higher than it began.

    Free fall gives the body's speed at both ends; the soles have most of it.
    """
    change = rise_m / airborne_s
    half = 0.5 * GRAVITY_M_S2 * airborne_s
    return replace(
        priors,
        toeoff=_set_speed(priors.toeoff, half + change),
        touchdown=_set_speed(priors.touchdown, half - change),
        touchdown_by_landmarks=_set_speed(priors.touchdown_by_landmarks, half - change),
    )


def _set_speed(prior: SoleMotionPrior, body_m_s: float) -> SoleMotionPrior:
    if body_m_s < _SLOWEST_M_S:
        return prior
    speed = SOLE_SPEED_SHARE * body_m_s
    return replace(prior, speed_m_s=(speed, _SOLE_SPEED_ERROR_M_S + _SOLE_SPEED_ERROR_SHARE * speed))


def fit_toeoff(time_s: Floats, height_m: Floats, *, near_s: float, prior: SoleMotionPrior) -> Instant:
    """Find the instant at which a resting sole starts to rise.

    Parameters
    ----------
    time_s
        (N,), s: samples around one event, some at rest and some in the air.
    height_m
        (N,), m, up; only differences count.
    near_s
        Rough instant; the result lies within about a frame and a half, or 30 ms, of it.
    prior
        What is known before the fit.
    """
    spacing = float(np.median(np.diff(time_s)))
    instants = near_s + np.linspace(-1.0, 1.0, _GRID) * max(_SPAN_FRAMES * spacing, _SPAN_S)
    design = _build_designs(time_s, instants, prior=prior)
    weight, noise = np.ones(len(time_s)), prior.noise_m
    log_odds = np.zeros((len(instants), len(prior.softness_s)))
    for _ in range(_ROUNDS):
        log_odds, fitted = _compute_evidence(design, height_m, weight=weight / noise**2, prior=prior)
        best = np.unravel_index(int(np.argmax(log_odds)), log_odds.shape)
        residual = height_m - fitted[best]
        noise = _estimate_noise(residual, weight, expected_m=prior.noise_m)
        weight = 1.0 / (1.0 + (residual / (_TOLERANT * noise)) ** 2)
    odds = np.exp(log_odds - log_odds.max()).sum(axis=1)
    odds /= odds.sum()
    mean = float(odds @ instants)
    grid = float(instants[1] - instants[0])
    variance = float(odds @ (instants - mean) ** 2) + grid**2 / 12 + prior.extra_error_s**2
    return Instant(mean, float(np.sqrt(variance)))


def fit_touchdown(time_s: Floats, height_m: Floats, *, near_s: float, prior: SoleMotionPrior) -> Instant:
    """Find the instant at which a falling sole comes to rest: a toe-off with time running backwards."""
    mirrored = fit_toeoff(-time_s[::-1], height_m[::-1], near_s=-near_s, prior=prior)
    return Instant(-mirrored.time_s, mirrored.uncertainty_s)


def fuse_instants(first: Instant, second: Instant) -> Instant:
    """Combine two independent measurements of one instant, each weighted by its certainty.

    Where they contradict each other, either may be wrong: what their errors leave unexplained is added to both
    (DerSimonian & Laird 1986, 10.1016/0197-2456(86)90046-2).
    """
    times, variances = np.array([(found.time_s, found.uncertainty_s**2) for found in (first, second)]).T
    unexplained = max(float(np.diff(times)[0]) ** 2 - float(variances.sum()), 0.0) / 2
    weights = 1.0 / (variances + unexplained)
    return Instant(float(weights @ times / weights.sum()), float(weights.sum() ** -0.5))


def _build_designs(time_s: Floats, instants: Floats, *, prior: SoleMotionPrior) -> Floats:
    """Return columns rest, roll, offset, speed and speed change for each instant and softness (I, S, N, 5)."""
    softness = np.array(prior.softness_s)[None, :, None]
    since = time_s - instants[:, None, None] + 0.0 * softness
    tau = np.maximum(since, 0.0)
    moving = tau - softness * -np.expm1(-tau / softness)
    offset = -np.expm1(-tau / _OFFSET_TIME_CONSTANT_S)
    return np.stack([np.ones_like(tau), np.minimum(since, 0.0), offset, moving, 0.5 * tau**2], axis=-1)


def _compute_evidence(
    design: Floats, height_m: Floats, *, weight: Floats, prior: SoleMotionPrior
) -> tuple[Floats, Floats]:
    """Return the log marginal likelihood (I, S) of each curve, coefficients integrated out, and heights (I, S, N)."""
    mean = np.array([float(np.median(height_m)), 0.0, prior.silhouette_offset_m[0], prior.speed_m_s[0], -GRAVITY_M_S2])
    spread = np.array([1.0, prior.roll_m_s, prior.silhouette_offset_m[1], prior.speed_m_s[1], prior.speed_change_m_s2])
    weighted = design * weight[:, None]
    precision = np.swapaxes(weighted, -1, -2) @ design + np.diag(spread**-2.0)
    pull = np.swapaxes(weighted, -1, -2) @ height_m + mean * spread**-2.0
    coefficients = np.linalg.solve(precision, pull[..., None])[..., 0]
    fitted = (design @ coefficients[..., None])[..., 0]
    misfit = ((height_m - fitted) ** 2 * weight).sum(axis=-1) + (((coefficients - mean) / spread) ** 2).sum(axis=-1)
    return -0.5 * (misfit + np.linalg.slogdet(precision)[1]), fitted


def _estimate_noise(residual: Floats, weight: Floats, *, expected_m: float) -> float:
    """Return the scatter of the samples, m, from a robust sum of squares and what is expected of silhouettes."""
    freedom = max(len(residual) - 4.0, 0.0)
    seen = float((weight * residual**2).sum()) / max(len(residual), 1) * (len(residual) / max(freedom, 1.0))
    total = _EXPECTED_NOISE_SAMPLES + freedom
    return float(np.sqrt((_EXPECTED_NOISE_SAMPLES * expected_m**2 + freedom * seen) / total))
