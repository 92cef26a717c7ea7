"""Metres per pixel: from free fall, from the stature, from both, or assumed.

In flight the centre of mass falls at g, so the curvature of its path in pixels is the scale (Bieler 2019,
arXiv 1909.02211; Webering 2021, 10.1109/CVPRW53098.2021.00428). Raw points are fitted, never filtered ones.
"""

from collections.abc import Sequence

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2, Arc, Flight, Scale, ScaleSource
from kinemotion.motion.metrics import Estimate, combined, ratio, weighted
from kinemotion.reconstruct.stature import CHAIN_SHARE, NOMINAL_STATURE_M
from kinemotion.signals.robust import Noise, fit_linear

COM_NOISE_M = Noise(white=0.005, slow=0.006, slow_time_s=0.12)
"""Errors of the centre of mass from BlazePose's points, by rendered athletes: fast, and drifting with the posture."""
_APPARENT_GRAVITY_M_S2 = Estimate(1.023 * GRAVITY_M_S2, 0.005 * GRAVITY_M_S2)
"""BlazePose's points draw a fall so much more bent than it is: 86 rendered jumps, low and high, arms free and not."""
_MARGIN_S = 0.02
"""Left out after take-off and before landing: the posture changes fastest there, and the instants are uncertain."""
_LONG_FLIGHT_S = 0.2
"""Shorter flights bend too little to be a ruler."""
_CLEAR_CURVATURE = 0.15
"""Relative error above which a flight's curvature says nothing."""
_STATURE_ERROR_M = 0.01
"""People give their height in whole centimetres, and are taller in the morning."""
_FEWEST_FOR_CURVATURE, _FEWEST_FOR_ARC = 5, 3
"""Frames: two more than a fall of unknown curvature has unknowns, one more than an arc of known curvature."""


def find_scale(
    com_y_px: Floats, time_s: Floats, *, flights: Sequence[Flight], measure_chain_px: float, athlete: Athlete
) -> Scale:
    """Scale of the picture at the athlete.

    Parameters
    ----------
    com_y_px
        Height of the centre of mass (T,), px, y down.
    time_s
        (T,), s.
    flights
        Their instants; arcs are not needed.
    measure_chain_px
        Length of the body, see ``stature.chain_px``.
    athlete
        Gives the stature where it is known.
    """
    nominal = scale_by_stature(NOMINAL_STATURE_M, measure_chain_px)
    rulers = _by_gravity(com_y_px, time_s, flights=flights, noise=COM_NOISE_M.scaled(1.0 / nominal.value))
    if athlete.height_m is None:
        source: ScaleSource = "gravity" if rulers else "assumed"
    else:
        source = "gravity+stature" if rulers else "stature"
        rulers.append(scale_by_stature(Estimate(athlete.height_m, _STATURE_ERROR_M), measure_chain_px))
    ruler = weighted(rulers or [nominal])
    return Scale(source, ruler.value, ruler.error / ruler.value)


def fit_arc(height_m: Floats, time_s: Floats, *, flight: Flight) -> Arc | None:
    """Parabola of curvature -g through the raw centre of mass of one flight; None where too few frames see it.

    ``height_m`` (T,), m, y up; ``time_s`` (T,), s.
    """
    inside = _inside(flight, time_s)
    if inside is None or inside.sum() < _FEWEST_FOR_ARC:
        return None
    reference_s = float(np.mean(time_s[inside]))
    offset = time_s[inside] - reference_s
    fit = fit_linear(
        np.column_stack([np.ones_like(offset), offset]),
        height_m[inside] + 0.5 * GRAVITY_M_S2 * offset**2,
        time_s=time_s[inside],
        noise=COM_NOISE_M,
    )
    errors = np.sqrt(np.diag(fit.covariance))
    return Arc(
        reference_s=reference_s,
        height_m=Estimate(float(fit.coefficients[0]), float(errors[0])),
        velocity_m_s=Estimate(float(fit.coefficients[1]), float(errors[1])),
        covariance=float(fit.covariance[0, 1]),
        residual_m=fit.rms,
    )


def _inside(flight: Flight, time_s: Floats) -> Bools | None:
    """Frames (T,) of one flight, those next to its ends left out; None where an end is unknown."""
    if flight.takeoff is None or flight.landing is None:
        return None
    return (time_s > flight.takeoff.time_s + _MARGIN_S) & (time_s < flight.landing.time_s - _MARGIN_S)


def _duration_s(flight: Flight) -> float:
    return 0.0 if flight.takeoff is None or flight.landing is None else flight.landing.time_s - flight.takeoff.time_s


def _by_gravity(com_y_px: Floats, time_s: Floats, *, flights: Sequence[Flight], noise: Noise) -> list[Estimate]:
    """Scale from each flight that is long enough, m per px; ``noise`` in px."""
    parts = [_inside(flight, time_s) for flight in flights if _duration_s(flight) >= _LONG_FLIGHT_S]
    rulers = [fall_scale(com_y_px[part], time_s[part], noise=noise) for part in parts if part is not None]
    return [ruler for ruler in rulers if ruler is not None]


def fall_scale(com_y_px: Floats, time_s: Floats, *, noise: Noise) -> Estimate | None:
    """Scale from the free curvature of one fall, m per px; None where it is not clearly bent.

    ``com_y_px`` and ``time_s`` (N,) lie inside one flight; ``noise`` in px.
    """
    if len(time_s) < _FEWEST_FOR_CURVATURE:
        return None
    offset = time_s - np.mean(time_s)
    design = np.column_stack([np.ones_like(offset), offset, 0.5 * offset**2])
    fit = fit_linear(design, com_y_px, time_s=time_s, noise=noise)
    curvature, error = float(fit.coefficients[2]), float(np.sqrt(fit.covariance[2, 2]))
    if error > _CLEAR_CURVATURE * curvature:
        return None
    return ratio(_APPARENT_GRAVITY_M_S2, Estimate(curvature, error))


def scale_by_stature(stature_m: Estimate, measure_chain_px: float) -> Estimate:
    """Scale from a stature and the length of the body in the picture, m per px."""
    length = stature_m.value * CHAIN_SHARE.value
    relative = combined(stature_m.error / stature_m.value, CHAIN_SHARE.error / CHAIN_SHARE.value)
    return Estimate(length, length * relative).scaled(1.0 / measure_chain_px)
