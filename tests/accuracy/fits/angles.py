"""Fit joint angles: where hips and ankles slide in deep postures, how a foot's pitch follows, and the errors left."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import least_squares

from fits.estimates import Fitted, fit_by_clip, missing_error, resample
from fits.samples import Sample
from kinemotion.motion.arrays import Floats
from kinemotion.motion.calibration import AngleErrors, LandmarkGeometry
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.angles import Angle, compute_angle, measure_angle

_FOLDED_FROM_DEG = 60.0
"""Chosen, not fitted: below it the points follow the joints."""
_EXACT = AngleErrors(hip_error_deg=0.0, knee_error_deg=0.0, ankle_error_deg=0.0, trunk_error_deg=0.0, pitch_error=0.0)
_TRUE: dict[Angle, str] = {"hip_flexion": "hip_flexion", "knee_flexion": "knee_flexion"}
_BEND = ("hip_in_front_of_joint", "folded_hip_share", "folded_knee_share")
_PITCH = ("ankle_wander", "ankle_to_ball")
_EVENTS = ("propulsion_start", "takeoff", "landing")
_RESAMPLES = 12
_TOLERANT = 2.0
"""Residuals beyond count less: degrees over the square root of a clip's frames."""
_AROUND_S = 0.06
"""Time before and after an event in which angles are compared."""


def fit_angles(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit rows of the groups "landmarks" and "angles", from jumps seen from the side."""
    jumps = [sample for sample in samples if sample.is_lateral and sample.kind in {"cmj", "sj"}]
    found = _fit_geometry(jumps, _BEND, names=("hip_flexion", "knee_flexion"))
    geometry = _with(jumps[0].calibration.landmarks, {name: found[f"landmarks.{name}"].value for name in _BEND})
    found |= _fit_geometry([_posed(jump, geometry) for jump in jumps], _PITCH, names=("ankle_dorsiflexion",))
    geometry = _with(geometry, {name: found[f"landmarks.{name}"].value for name in _PITCH})
    found["landmarks.folded_from_deg"] = Fitted(_FOLDED_FROM_DEG, 0.0, len(jumps))
    return found | _fit_errors([_posed(jump, geometry) for jump in jumps])


def _with(geometry: LandmarkGeometry, values: dict[str, float]) -> LandmarkGeometry:
    return replace(geometry, **values)


def _posed(sample: Sample, geometry: LandmarkGeometry) -> Sample:
    """The sample with another geometry; nothing but the angles follows it."""
    return replace(sample, calibration=replace(sample.calibration, landmarks=geometry, angles=_EXACT))


def _true_deg(sample: Sample, name: Angle) -> Floats:
    """True angle (T,), deg, mean of both sides, by the engine's definition."""
    if name == "trunk_lean":
        return sample.angle_deg("trunk_lean")
    if name == "ankle_dorsiflexion":
        return 90.0 - np.mean([sample.angle_deg(f"{side}_ankle_angle") for side in SIDES], axis=0)
    return np.mean([sample.angle_deg(f"{side}_{name}") for side in SIDES], axis=0)


def _fit_geometry(jumps: Sequence[Sample], fields: tuple[str, ...], *, names: tuple[Angle, ...]) -> dict[str, Fitted]:
    """Fit fields of the geometry by least squares on angles around the events, clips weighted alike."""

    def misfit(values: Floats, chosen: Sequence[int]) -> Floats:
        return np.concatenate(
            [_misfit(jumps[k], dict(zip(fields, values.tolist(), strict=True)), names) for k in chosen]
        )

    everything = list(range(len(jumps)))
    start = np.array([getattr(jumps[0].calibration.landmarks, field) for field in fields])
    best = _minimise(misfit, start, everything)
    again = [_minimise(misfit, best, chosen) for chosen in resample(len(jumps), times=_RESAMPLES)]
    spread = np.std(again, axis=0)
    return {
        f"landmarks.{field}": Fitted(float(value), float(error), len(jumps))
        for field, value, error in zip(fields, best, spread, strict=True)
    }


def _minimise(misfit: Callable[[Floats, Sequence[int]], Floats], start: Floats, chosen: Sequence[int]) -> Floats:
    return least_squares(
        misfit,
        start,
        args=(chosen,),
        bounds=(0.0, 1.0),
        loss="soft_l1",
        f_scale=_TOLERANT,
        diff_step=np.full(len(start), 0.02),
        max_nfev=15,
    ).x


def _misfit(sample: Sample, values: dict[str, float], names: tuple[Angle, ...]) -> Floats:
    """Errors of the angles (N,), deg, over the square root of their number."""
    geometry = _with(sample.calibration.landmarks, values)
    motion = replace(sample.motion, calibration=replace(sample.calibration, landmarks=geometry))
    events_s = np.array([sample.event_s(event) for event in (_EVENTS if "hip_flexion" in names else _EVENTS[:2])])
    part = (np.abs(motion.time_s[:, None] - events_s) < _AROUND_S).any(axis=1)
    errors = [
        np.mean([compute_angle(motion, name, side=side) for side in SIDES], axis=0)[part]
        - _true_deg(sample, name)[part]
        for name in names
    ]
    found = np.concatenate(errors)
    return found / np.sqrt(len(found))


def _fit_errors(jumps: Sequence[Sample]) -> dict[str, Fitted]:
    """Errors at the lowest point, at take-off and at landing beyond those of the points."""
    rows: dict[str, Angle] = {"hip": "hip_flexion", "knee": "knee_flexion", "trunk": "trunk_lean"}
    found = {
        f"angles.{row}_error_deg": fit_by_clip([_score(jump, name, _EVENTS) for jump in jumps], missing_error)
        for row, name in rows.items()
    }
    lowest = [_score(jump, "ankle_dorsiflexion", _EVENTS[:1]) for jump in jumps]
    found["angles.ankle_error_deg"] = fit_by_clip(lowest, missing_error)
    takeoff = [_score(jump, "ankle_dorsiflexion", ("takeoff",)) for jump in jumps]
    found["angles.pitch_error"] = fit_by_clip([np.column_stack([scores / 45.0]) for scores in takeoff], missing_error)
    return found


def _score(sample: Sample, name: Angle, events: tuple[str, ...]) -> Floats:
    """Errors and stated errors (N, 2), deg, of an angle at true instants."""
    motion = replace(sample.motion, calibration=sample.calibration)
    rows: list[tuple[float, float]] = []
    for event in events:
        at_s = sample.event_s(event)
        found = measure_angle(motion, name, time_s=at_s)
        rows.append((found.value - float(np.interp(at_s, motion.time_s, _true_deg(sample, name))), found.error))
    return np.array(rows)
