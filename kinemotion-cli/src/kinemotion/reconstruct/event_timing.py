"""When a foot leaves or meets the ground, found between frames from the height of its sole around that instant.

The sole rests at a constant height, then moves off: its speed grows to v within the softness s of the push-off, and
may still change at a rate a. With tau the time since the instant (before it, for a landing: the same curve mirrored)::

    height = rest + step + v (tau - s (1 - exp(-tau / s))) + a tau² / 2        for tau > 0

``step`` is what the silhouette errs by between a foot on the floor (a shadow joins it) and one in the air (motion blurs
its edge). No threshold is crossed anywhere: the posterior of the instant is computed on a grid, with everything else
integrated out, and its mean and standard deviation are the answer.
"""

from dataclasses import dataclass, replace

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2


@dataclass(frozen=True, slots=True)
class LiftOffModel:
    """What is known of a sole's motion next to the ground before looking: SI, time running away from the contact."""

    speed_m_s: tuple[float, float]
    """Speed it reaches: mean and standard deviation."""
    speed_change_m_s2: float
    """Standard deviation of its later acceleration."""
    softness_s: tuple[float, ...]
    """Time constants of the start that are equally likely."""
    roll_m_s: float
    """Standard deviation of the slow rise of the resting sole, while the heel lifts and less and less of it touches."""
    step_m: tuple[float, float]
    """How much higher the silhouette shows a sole in the air than it is: mean and standard deviation."""
    unseen_s: float = 0.0
    """Standard error that no fit shows, because neighbouring silhouettes err alike."""


_IMPACT_S = (0.0005,)
"""A sole meets the ground at full speed and stops within the shoe's travel."""


@dataclass(frozen=True, slots=True)
class ContactModel:
    """How feet leave the ground and meet it."""

    leaving: LiftOffModel
    landing: LiftOffModel
    landmarks_error_s: float
    """Scatter around touch-down, over rendered clips, of the instants at which landmarks of the foot stop sinking."""


JUMPING = ContactModel(
    leaving=LiftOffModel(
        speed_m_s=(1.8, 1.0),
        speed_change_m_s2=15.0,
        softness_s=(0.002, 0.004, 0.007, 0.012, 0.020),
        roll_m_s=0.06,
        step_m=(0.002, 0.005),
        unseen_s=0.0015,
    ),
    landing=LiftOffModel(
        speed_m_s=(2.0, 1.0),
        speed_change_m_s2=15.0,
        softness_s=_IMPACT_S,
        roll_m_s=0.06,
        step_m=(0.002, 0.005),
        unseen_s=0.0015,
    ),
    landmarks_error_s=0.008,
)
"""Toes are pulled off by legs that still extend; muscle and tendon let go within some ten ms."""
RUNNING = ContactModel(
    leaving=LiftOffModel(
        speed_m_s=(1.5, 0.8),
        speed_change_m_s2=20.0,
        softness_s=(0.006, 0.012, 0.018, 0.026),
        roll_m_s=0.06,
        step_m=(0.0, 0.005),
    ),
    landing=LiftOffModel(
        speed_m_s=(1.2, 0.6),
        speed_change_m_s2=20.0,
        softness_s=_IMPACT_S,
        roll_m_s=0.06,
        step_m=(0.0, 0.01),
        unseen_s=0.023,
    ),
    landmarks_error_s=0.012,
)
"""Toes roll off under a leg that already folds. A foot is set down from a shallow glide close to its own shadow: the
scatter of 242 landings of 24 rendered runs is beyond what the frames of one show, and landmarks see them better."""

_FOLLOWS = 0.85
"""Share of the body's speed that the soles have next to the ground: the legs still stretch a little."""
_SLOWEST_M_S = 0.3
"""A body slower than this steps off; its fall says nothing of the foot."""
_EXPECTED_NOISE_M = 0.0025
_EXPECTED_NOISE_SAMPLES = 4.0
"""Scatter of the silhouette's lowest point (a quarter of a mask pixel), worth that many samples of evidence."""
_TOLERANT = 2.5
"""Residuals of so many standard errors count half (Cauchy weights): a silhouette errs by frames."""
_SPAN_S = 0.030
_GRID = 121


def with_ballistic_speed(footwork: ContactModel, *, airborne_s: float, rise_m: float) -> ContactModel:
    """The footwork of a flight that lasts so long and ends so much higher than it began.

    Free fall gives the body's speed at both ends; the soles have most of it.
    """
    change = rise_m / airborne_s
    half = 0.5 * GRAVITY_M_S2 * airborne_s
    return replace(
        footwork,
        leaving=_with_speed(footwork.leaving, half + change),
        landing=_with_speed(footwork.landing, half - change),
    )


def _with_speed(kind: LiftOffModel, body_m_s: float) -> LiftOffModel:
    if body_m_s < _SLOWEST_M_S:
        return kind
    speed = _FOLLOWS * body_m_s
    return replace(kind, speed_m_s=(speed, 0.3 + 0.25 * speed))


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment and its standard error, s."""

    time_s: float
    uncertainty_s: float


def departure(time_s: Floats, height_m: Floats, *, near_s: float, kind: LiftOffModel) -> Instant:
    """Instant at which a resting sole starts to rise.

    Parameters
    ----------
    time_s
        (N,), s: samples around one event, some at rest and some in the air.
    height_m
        (N,), m, up; only differences count.
    near_s
        Rough instant; the answer lies within about a frame and a half, or 30 ms, of it.
    kind
        What is known beforehand.
    """
    spacing = float(np.median(np.diff(time_s)))
    instants = near_s + np.linspace(-1.0, 1.0, _GRID) * max(1.5 * spacing, _SPAN_S)
    design = _designs(time_s, instants, kind=kind)
    weight, noise = np.ones(len(time_s)), _EXPECTED_NOISE_M
    log_odds = np.zeros((len(instants), len(kind.softness_s)))
    for _ in range(4):
        log_odds, fitted = _evidence(design, height_m, weight=weight / noise**2, kind=kind)
        best = np.unravel_index(int(np.argmax(log_odds)), log_odds.shape)
        residual = height_m - fitted[best]
        noise = _noise(residual, weight)
        weight = 1.0 / (1.0 + (residual / (_TOLERANT * noise)) ** 2)
    odds = np.exp(log_odds - log_odds.max()).sum(axis=1)
    odds /= odds.sum()
    mean = float(odds @ instants)
    grid = float(instants[1] - instants[0])
    variance = float(odds @ (instants - mean) ** 2) + grid**2 / 12 + kind.unseen_s**2
    return Instant(mean, float(np.sqrt(variance)))


def arrival(time_s: Floats, height_m: Floats, *, near_s: float, kind: LiftOffModel) -> Instant:
    """Instant at which a falling sole comes to rest: a departure with time running backwards."""
    mirrored = departure(-time_s[::-1], height_m[::-1], near_s=-near_s, kind=kind)
    return Instant(-mirrored.time_s, mirrored.uncertainty_s)


def fused(first: Instant, second: Instant) -> Instant:
    """One instant from two independent measurements of it, each weighted by its certainty.

    Where they contradict each other, either may be mistaken: what their errors leave unexplained is added to both
    (DerSimonian & Laird 1986, 10.1016/0197-2456(86)90046-2).
    """
    times, variances = np.array([(found.time_s, found.uncertainty_s**2) for found in (first, second)]).T
    unexplained = max(float(np.diff(times)[0]) ** 2 - float(variances.sum()), 0.0) / 2
    weights = 1.0 / (variances + unexplained)
    return Instant(float(weights @ times / weights.sum()), float(weights.sum() ** -0.5))


def _designs(time_s: Floats, instants: Floats, *, kind: LiftOffModel) -> Floats:
    """Columns rest, roll, step, speed, speed change for each instant and softness (I, S, N, 5)."""
    softness = np.array(kind.softness_s)[None, :, None]
    since = time_s - instants[:, None, None] + 0.0 * softness
    tau = np.maximum(since, 0.0)
    moving = tau - softness * -np.expm1(-tau / softness)
    return np.stack([np.ones_like(tau), np.minimum(since, 0.0), -np.expm1(-tau / 0.005), moving, 0.5 * tau**2], axis=-1)


def _evidence(design: Floats, height_m: Floats, *, weight: Floats, kind: LiftOffModel) -> tuple[Floats, Floats]:
    """Log marginal likelihood (I, S) of each curve, coefficients integrated out, and fitted heights (I, S, N)."""
    mean = np.array([float(np.median(height_m)), 0.0, kind.step_m[0], kind.speed_m_s[0], -GRAVITY_M_S2])
    spread = np.array([1.0, kind.roll_m_s, kind.step_m[1], kind.speed_m_s[1], kind.speed_change_m_s2])
    weighted = design * weight[:, None]
    precision = np.swapaxes(weighted, -1, -2) @ design + np.diag(spread**-2.0)
    pull = np.swapaxes(weighted, -1, -2) @ height_m + mean * spread**-2.0
    coefficients = np.linalg.solve(precision, pull[..., None])[..., 0]
    fitted = (design @ coefficients[..., None])[..., 0]
    misfit = ((height_m - fitted) ** 2 * weight).sum(axis=-1) + (((coefficients - mean) / spread) ** 2).sum(axis=-1)
    return -0.5 * (misfit + np.linalg.slogdet(precision)[1]), fitted


def _noise(residual: Floats, weight: Floats) -> float:
    """Scatter of the samples, m, from a robust sum of squares and what is expected of silhouettes."""
    freedom = max(len(residual) - 4.0, 0.0)
    seen = float((weight * residual**2).sum()) / max(len(residual), 1) * (len(residual) / max(freedom, 1.0))
    total = _EXPECTED_NOISE_SAMPLES + freedom
    return float(np.sqrt((_EXPECTED_NOISE_SAMPLES * _EXPECTED_NOISE_M**2 + freedom * seen) / total))
