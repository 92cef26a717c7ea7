"""Metres per pixel: from free fall, from the stature, from both, or assumed. And whether the file runs in real time.

In flight the centre of mass falls at g, so the curvature of its path in pixels is the scale (Bieler 2019,
arXiv 1909.02211; Webering 2021, 10.1109/CVPRW53098.2021.00428). Raw points are fitted, never filtered ones. The body's
length in the picture is the scale where the stature is known, and a unit for thresholds. An unknown stature is that of
adults, within 14 cm: it steadies a fall that shows little, for example a low jump.

A file slowed k times shows bodies that fall with g/k². This is judged apart from the contacts, whose thresholds trust
the clock: by the centre of mass while both soles are well above the floor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinemotion.errors import SlowMotion
from kinemotion.messages import Message
from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2, Arc, Flight, Scale, ScaleSource
from kinemotion.motion.calibration import CentreOfMass
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.metrics import Estimate, average_weighted, combine_errors, divide
from kinemotion.motion.skeleton import Skeleton
from kinemotion.signals.intervals import find_intervals
from kinemotion.signals.robust import Noise, fit_linear

NOMINAL_STATURE_M = Estimate(1.72, 0.14)
"""Engineering limit: an adult of unknown stature."""
_EXTENDED = 0.9
"""Engineering limit: quantile over frames; the picture shortens what points to the camera, so the longest are true."""
_MARGIN_S = 0.02
"""Engineering limit: left out after take-off and before landing, where posture and instants are least certain."""
_LONG_FLIGHT_S = 0.2
"""Engineering limit: the curvature of a shorter flight is too uncertain for a scale."""
_CLEAR_CURVATURE = 0.15
"""Engineering limit: relative error above which a flight's curvature shows nothing."""
_STATURE_ERROR_M = 0.01
"""Engineering limit: people give their height in whole centimetres, and are taller in the morning."""
_FEWEST_FOR_CURVATURE, _FEWEST_FOR_ARC = 5, 3
"""Engineering limit: frames, two more than a fall of unknown curvature has unknowns, one more than a known one."""
_AIRBORNE = 0.03
"""Engineering limit: both soles this far above the floor are in the air, body lengths (5 cm)."""
_FLOOR_QUANTILE = 0.9
"""Engineering limit: the floor is the lower sole's place at this quantile, down the picture; below is shadow."""
_REAL_TIME = (0.55, 1.4)
"""Engineering limit: scale from free fall over scale from a stature of 1.72 m, for people from 0.95 to 2.4 m tall."""
_SCALES_DIFFER, _CONTRADICTS = 0.2, 3.0
"""Engineering limit: relative difference, and number of standard errors, by which free fall and a given stature
contradict each other. A video that plays 10 % too fast changes this ratio by about 20 %."""
_SURE = 2.0
"""Engineering limit: number of standard errors by which a fall must leave these bounds."""
USE_REAL_TIME_FILE = Message(
    "use_real_time_file",
    "Use the original file from the camera, at normal speed. Or give the true rate with --capture-fps.",
)
"""What to do with a film that plays faster than real time."""


@dataclass(frozen=True, slots=True)
class BodyInPicture:
    """What the scale is taken from: the path and the length of one body in pixels, and the errors of both."""

    time_s: Floats
    """(T,), s."""
    com_y_px: Floats
    """Height of the centre of mass (T,), px, y down."""
    chain_px: float
    """Length of the body, see `measure_chain_px`."""
    errors: CentreOfMass


def make_com_noise(errors: CentreOfMass) -> Noise:
    """Return the errors of the centre of mass, m."""
    return Noise(white=errors.white_error_m, slow=errors.slow_error_m, slow_time_s=errors.slow_time_s)


def measure_chain_px(points: Floats, skeleton: Skeleton) -> float:
    """Return the length from ankle to ear along shank, thigh, trunk and neck, px, where it is seen longest.

    ``points`` (T, K, 2), px, without gaps.
    """

    def sides(name: str) -> tuple[Floats, Floats]:
        return points[:, skeleton.index[f"left_{name}"]], points[:, skeleton.index[f"right_{name}"]]

    def along(upper: str, lower: str) -> Floats:
        pairs = zip(sides(upper), sides(lower), strict=True)
        return np.mean([np.linalg.norm(a - b, axis=1) for a, b in pairs], axis=0)

    def between(upper: str, lower: str) -> Floats:
        return np.linalg.norm(np.mean(sides(upper), axis=0) - np.mean(sides(lower), axis=0), axis=1)

    length = along("ankle", "knee") + along("knee", "hip") + between("hip", "shoulder") + between("shoulder", "ear")
    return float(np.quantile(length, _EXTENDED))


def find_scale(body: BodyInPicture, *, flights: Sequence[Flight], athlete: Athlete) -> Scale:
    """Return the scale of the picture at the athlete.

    ``flights`` give their instants, arcs are not needed; ``athlete`` gives the stature where it is known.

    Raises
    ------
    SlowMotion
        Where free fall and the given stature contradict each other.
    """
    found = [
        scale
        for flight in flights
        if _measure_duration_s(flight) >= _LONG_FLIGHT_S
        and (inside := _find_frames_inside(flight, body.time_s)) is not None
        and (scale := measure_fall_scale(body, inside)) is not None
    ]
    if athlete.height_m is None:
        source: ScaleSource = "gravity" if found else "assumed"
        found.append(_guess_scale(body, falls=found))
    else:
        source = "gravity+stature" if found else "stature"
        stature = scale_by_stature(body, Estimate(athlete.height_m, _STATURE_ERROR_M))
        _check_scales_agree(found, stature=stature, height_m=athlete.height_m)
        found.append(stature)
    scale = average_weighted(found)
    return Scale(source, scale.value, scale.error / scale.value)


def _guess_scale(body: BodyInPicture, *, falls: Sequence[Estimate]) -> Estimate:
    """Return the scale that makes the athlete an adult of usual stature, m per px.

    Its error grows with what it differs from the falls beyond all errors: a child or a giant is left as the falls say
    (DerSimonian & Laird 1986, 10.1016/0197-2456(86)90046-2, with the stature as the one measurement that may be wrong).
    """
    usual = scale_by_stature(body, NOMINAL_STATURE_M)
    if not falls:
        return usual
    fallen = average_weighted(falls)
    unexplained = (fallen.value - usual.value) ** 2 - fallen.error**2 - usual.error**2
    return Estimate(usual.value, float(np.sqrt(usual.error**2 + max(unexplained, 0.0))))


def can_have_scale(athlete: Athlete, *, contact_model: ContactModel) -> bool:
    """Return whether a clip can show how long a metre is: by the stature, or by flights that are long enough."""
    return athlete.height_m is not None or contact_model is not ContactModel.RUNNING


def _check_scales_agree(falls: Sequence[Estimate], *, stature: Estimate, height_m: float) -> None:
    """Check that free fall and a given stature agree: the mean of two that contradict each other is wrong by both.

    Raises
    ------
    SlowMotion
        Where they differ by more than their errors and more than any error of a film in real time.
    """
    if not falls:
        return
    fallen = average_weighted(list(falls))
    times = fallen.value / stature.value
    error = times * combine_errors(fallen.error / fallen.value, stature.error / stature.value)
    if abs(times - 1) > max(_SCALES_DIFFER, _CONTRADICTS * error):
        raise SlowMotion(
            Message(
                "rulers_disagree",
                "The speed of the fall fits a body height of {fallen_m:.2m}, but the given height is "
                "{given_m:.2m}. Either the video is not in real time, or the given height is wrong.",
                fallen_m=height_m * times,
                given_m=height_m,
            ),
            hint=Message(
                "check_height_or_rate",
                "Check --athlete-height. If the video is not in real time, give the frame rate of the camera with "
                "--capture-fps.",
            ),
        )


def measure_fall_scale(body: BodyInPicture, inside: Bools | slice) -> Estimate | None:
    """Return the scale from the curvature of one fall, m per px; None where the path is not clearly bent.

    ``inside`` selects frames of one flight.
    """
    time_s, com_y_px = body.time_s[inside], body.com_y_px[inside]
    if len(time_s) < _FEWEST_FOR_CURVATURE:
        return None
    noise = make_com_noise(body.errors).scaled(1.0 / scale_by_stature(body, NOMINAL_STATURE_M).value)
    offset = time_s - np.mean(time_s)
    design = np.column_stack([np.ones_like(offset), offset, 0.5 * offset**2])
    fit = fit_linear(design, com_y_px, time_s=time_s, noise=noise)
    curvature, error = float(fit.coefficients[2]), float(np.sqrt(fit.covariance[2, 2]))
    if error > _CLEAR_CURVATURE * curvature:
        return None
    gravity = Estimate(body.errors.apparent_gravity, body.errors.apparent_gravity_error).scaled(GRAVITY_M_S2)
    return divide(gravity, Estimate(curvature, error))


def scale_by_stature(body: BodyInPicture, stature_m: Estimate) -> Estimate:
    """Return the scale from a stature and the length of the body in the picture, m per px."""
    length = stature_m.value * body.errors.chain_share
    relative = combine_errors(
        stature_m.error / stature_m.value, body.errors.chain_share_error / body.errors.chain_share
    )
    return Estimate(length, length * relative).scaled(1.0 / body.chain_px)


def fit_arc(height_m: Floats, time_s: Floats, *, flight: Flight, errors: CentreOfMass) -> Arc | None:
    """Fit a parabola of curvature -g to the raw centre of mass of one flight; None where too few frames see it.

    ``height_m`` (T,), m, y up; ``time_s`` (T,), s.
    """
    inside = _find_frames_inside(flight, time_s)
    if inside is None or inside.sum() < _FEWEST_FOR_ARC:
        return None
    reference_s = float(np.mean(time_s[inside]))
    offset = time_s[inside] - reference_s
    fit = fit_linear(
        np.column_stack([np.ones_like(offset), offset]),
        height_m[inside] + 0.5 * GRAVITY_M_S2 * offset**2,
        time_s=time_s[inside],
        noise=make_com_noise(errors),
    )
    spread = np.sqrt(np.diag(fit.covariance))
    return Arc(
        reference_s=reference_s,
        height_m=Estimate(float(fit.coefficients[0]), float(spread[0])),
        velocity_m_s=Estimate(float(fit.coefficients[1]), float(spread[1])),
        covariance=float(fit.covariance[0, 1]),
        residual_m=fit.rms,
    )


def _find_frames_inside(flight: Flight, time_s: Floats) -> Bools | None:
    """Return the frames (T,) of one flight, those next to its ends left out; None where an end is unknown."""
    if flight.takeoff is None or flight.landing is None:
        return None
    return (time_s > flight.takeoff.time_s + _MARGIN_S) & (time_s < flight.landing.time_s - _MARGIN_S)


def _measure_duration_s(flight: Flight) -> float:
    return 0.0 if flight.takeoff is None or flight.landing is None else flight.landing.time_s - flight.takeoff.time_s


def check_real_time(body: BodyInPicture, soles_y_px: Floats) -> None:
    """Check that every fall of the centre of mass is one in real time.

    ``soles_y_px`` is the lowest point of each foot (T, 2), px, y down; NaN where unseen.

    Raises
    ------
    SlowMotion
        If the fall gives a body height outside 0.95 to 2.4 m.
    """
    expected = scale_by_stature(body, NOMINAL_STATURE_M)
    for fallen in find_falls(body, soles_y_px):
        _judge(fallen, expected=expected)


def find_falls(body: BodyInPicture, soles_y_px: Floats) -> list[Estimate]:
    """Return the scale, m per px, of every free fall that shows its apex, whatever the clock says of its duration.

    ``soles_y_px`` is the lowest point of each foot (T, 2), px, y down; NaN where unseen.
    """
    parts = _find_airborne(soles_y_px, body.chain_px)
    with_apex = (part for part in parts if 0 < np.argmin(body.com_y_px[part]) < part.stop - part.start - 1)
    measured = (measure_fall_scale(body, part) for part in with_apex)
    return [fallen for fallen in measured if fallen is not None]


def _judge(fallen: Estimate, *, expected: Estimate) -> None:
    """Raise where a fall, with its error, cannot be one in real time."""
    low, high = ((fallen.value + sign * _SURE * fallen.error) / expected.value for sign in (-1, 1))
    slowed = (fallen.value / expected.value) ** 0.5
    if low > _REAL_TIME[1]:
        raise SlowMotion(
            Message(
                "slow_motion",
                "The athlete falls about {times:.1f} times too slowly. The video is in slow motion.",
                times=slowed,
            )
        )
    if high < _REAL_TIME[0]:
        raise SlowMotion(
            Message(
                "sped_up",
                "The athlete falls about {times:.1f} times too fast. The video plays faster than real time.",
                times=1 / slowed,
            ),
            hint=USE_REAL_TIME_FILE,
        )


def _find_airborne(soles_y_px: Floats, chain_px: float) -> list[slice]:
    """Intervals with both soles well above the floor, with floor before and after them."""
    lower = np.fmax(soles_y_px[:, 0], soles_y_px[:, 1])
    seen = lower[np.isfinite(lower)]
    if not len(seen):
        return []
    up: Bools = np.quantile(seen, _FLOOR_QUANTILE) - lower > _AIRBORNE * chain_px
    return [slice(first, last + 1) for first, last in find_intervals(up) if first > 0 and last + 1 < len(up)]
