"""Fit where the model's points lie beside the joints, the errors of the centre of mass, and both rulers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from fits.estimates import Fitted, deviation, fit_by_clip, mean, resample, spread_between
from fits.samples import Sample
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2
from kinemotion.motion.calibration import CentreOfMass
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.centre_of_mass import compute_com_weights
from kinemotion.reconstruct.scale import BodyInPicture, measure_chain_px, measure_fall_scale
from kinemotion.signals.interpolation import fill_gaps
from kinemotion.signals.robust import Noise

_MARGIN_S = 0.02
"""Left out of a flight next to its ends, as the ruler does."""
_FEWEST = 8
"""Frames of a flight that separate fast from slow errors."""
_RESAMPLES = 20
_SEEN = ("shoulder", "elbow", "hip", "knee", "ankle", "heel", "foot_index")
"""Points whose error is counted."""


def fit_body(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit rows of the groups "landmarks" and "com"."""
    lateral = [sample for sample in samples if sample.is_lateral]
    chains = [np.array([_measure_chain_share(sample)]) for sample in samples]
    return {
        "landmarks.point_error": fit_by_clip([_measure_point_errors(sample) for sample in samples], _pooled),
        "landmarks.shoulder_above_joint": fit_by_clip([_along_trunk(sample, "shoulder") for sample in lateral], mean),
        "landmarks.hip_below_joint": fit_by_clip([_along_trunk(sample, "hip") for sample in lateral], mean),
        "com.chain_share": fit_by_clip(chains, mean),
        "com.chain_share_error": fit_by_clip(chains, deviation),
        **_fit_com([sample for sample in samples if sample.kind != "run" and not sample.case.truth["camera_moves"]]),
    }


def _fit_com(jumps: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the noise of the centre of mass, then the curvature of its fall with errors of that noise."""
    gravity = jumps[0].calibration.com.apparent_gravity
    noise = _fit_noise([residual for jump in jumps for residual in _flight_residuals(jump, gravity=gravity)])
    values = {name.removeprefix("com."): row.value for name, row in noise.items()}
    errors = replace(jumps[0].calibration.com, apparent_gravity=1.0, apparent_gravity_error=0.0, **values)
    rulers = [ruler for ruler in (_measure_gravity(jump, errors) for jump in jumps) if ruler is not None]
    bend = fit_by_clip([np.array([value]) for value, _ in rulers], mean)
    return noise | {"com.apparent_gravity": bend, "com.apparent_gravity_error": spread_between(rulers)}


def _pooled(variances: Floats) -> float:
    return float(np.sqrt(np.mean(variances)))


def _points(sample: Sample) -> Floats:
    """Points (T, K, 2), px, in the picture of each frame, as the truth says them; gaps filled."""
    return fill_gaps(sample.sequence.points, sample.sequence.time_s)[0]


def _point(sample: Sample, name: str) -> Floats:
    return _points(sample)[:, sample.sequence.skeleton.index[name]]


def _measure_point_errors(sample: Sample) -> Floats:
    """Variance of each point around its joint, offsets left out, as a share of the body's length squared (P,)."""
    length_px = measure_chain_px(_points(sample), sample.sequence.skeleton)
    found: list[float] = []
    for side in SIDES:
        for part in _SEEN:
            off = (_point(sample, f"{side}_{part}") - sample.point_px(f"{side}_{part}")) / length_px
            found += [float(np.median((off[:, axis] - np.median(off[:, axis])) ** 2) / 0.455) for axis in (0, 1)]
    return np.array(found)


def _trunk(sample: Sample) -> tuple[Floats, Floats]:
    """Upward direction of the true trunk (T, 2), px, and its length as the model draws it (T,), px."""
    shoulder, hip = (
        np.mean([sample.point_px(f"{side}_{part}") for side in SIDES], axis=0) for part in ("shoulder", "hip")
    )
    drawn = np.mean([_point(sample, f"{s}_shoulder") - _point(sample, f"{s}_hip") for s in SIDES], axis=0)
    up = shoulder - hip
    return up / np.linalg.norm(up, axis=1, keepdims=True), np.linalg.norm(drawn, axis=1)


def _along_trunk(sample: Sample, part: str) -> Floats:
    """Median distance of a point outward along the trunk from its joint, in trunks (1,)."""
    up, length = _trunk(sample)
    off = np.mean([_point(sample, f"{s}_{part}") - sample.point_px(f"{s}_{part}") for s in SIDES], axis=0)
    outward = 1.0 if part == "shoulder" else -1.0
    return np.array([np.median(outward * (off * up).sum(axis=1) / length)])


def _measure_chain_share(sample: Sample) -> float:
    length_px = measure_chain_px(_points(sample), sample.sequence.skeleton)
    return length_px * float(np.median(sample.m_per_px)) / sample.case.truth["athlete"]["height_m"]


def _com_px(sample: Sample) -> Floats:
    """Height of the centre of mass that the model's points show (T,), px, y down."""
    weights = compute_com_weights(sample.sequence.skeleton, sample.calibration.landmarks)
    return (weights @ _points(sample))[:, 1]


def _flight(sample: Sample) -> slice:
    """Frames of the jump's flight, those next to its ends left out."""
    inside = (sample.event_s("takeoff") + _MARGIN_S, sample.event_s("landing") - _MARGIN_S)
    return slice(*(int(frame) for frame in np.searchsorted(sample.sequence.time_s, inside)))


def _measure_gravity(sample: Sample, errors: CentreOfMass) -> tuple[float, float] | None:
    """Curvature of the drawn fall over that of the true one in the picture, and its standard error."""
    time_s, part = sample.sequence.time_s, _flight(sample)
    chain_px = measure_chain_px(_points(sample), sample.sequence.skeleton)
    drawn = measure_fall_scale(BodyInPicture(time_s, _com_px(sample), chain_px=chain_px, errors=errors), part)
    if drawn is None:
        return None
    offset = time_s[part] - time_s[part].mean()
    design = np.column_stack([np.ones_like(offset), offset, 0.5 * offset**2])
    true_px = float(np.linalg.lstsq(design, sample.com_px[part, 1], rcond=None)[0][2])
    drawn_px = GRAVITY_M_S2 / drawn.value
    return drawn_px / true_px, drawn_px / true_px * drawn.error / drawn.value


def _flight_residuals(sample: Sample, *, gravity: float) -> Iterator[tuple[Floats, Floats]]:
    """Times (N,), s, and errors (N,), m, of the centre of mass in flight, the usual error of its curvature left out."""
    part = _flight(sample)
    time_s = sample.sequence.time_s[part]
    if len(time_s) >= _FEWEST:
        error_px = (_com_px(sample) - sample.com_px[:, 1])[part]
        usual_m = (gravity - 1.0) * 0.5 * GRAVITY_M_S2 * (time_s - time_s.mean()) ** 2
        yield time_s, error_px * sample.m_per_px[part] - usual_m


def _fit_noise(flights: list[tuple[Floats, Floats]]) -> dict[str, Fitted]:
    """Fit fast and slow errors of all flights together by restricted maximum likelihood.

    A straight line is left out: heights are differences, and the picture of a level floor may climb.
    """

    def cost(logs: Floats, chosen: Sequence[int]) -> float:
        return sum(_restricted_cost(*flights[k], noise=Noise(*np.exp(logs).tolist())) for k in chosen)

    everything = range(len(flights))
    start = np.log([0.003, 0.006, 0.12])
    best = minimize(cost, start, args=(everything,), method="Nelder-Mead", options={"xatol": 0.02, "fatol": 0.05}).x
    again = [
        minimize(
            cost, best, args=(chosen,), method="Nelder-Mead", options={"xatol": 0.05, "fatol": 0.2, "maxiter": 60}
        ).x
        for chosen in resample(len(flights), times=_RESAMPLES)
    ]
    spread = np.exp(best) * np.std(again, axis=0)
    names = ("com.white_error_m", "com.slow_error_m", "com.slow_time_s")
    values = zip(names, np.exp(best), spread, strict=True)
    return {name: Fitted(float(value), float(error), len(flights)) for name, value, error in values}


def _restricted_cost(time_s: Floats, errors: Floats, *, noise: Noise) -> float:
    """Twice the negative logarithm of the restricted likelihood."""
    offset = time_s - time_s.mean()
    design = np.column_stack([np.ones_like(offset), offset])
    factor = cho_factor(noise.covariance(time_s) + 1e-12 * np.eye(len(time_s)))
    precision = design.T @ cho_solve(factor, design)
    left = errors - design @ np.linalg.solve(precision, design.T @ cho_solve(factor, errors))
    logs = 2 * np.log(np.diag(factor[0])).sum() + np.linalg.slogdet(precision)[1]
    return float(left @ cho_solve(factor, left) + logs)
