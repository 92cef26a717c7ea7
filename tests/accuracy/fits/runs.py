"""Fit what the posture of a runner and the means of a run miss."""

from collections.abc import Sequence

import numpy as np

from fits.estimates import Fitted, fit_by_clip, missing_error
from fits.samples import Sample
from kinemotion.motion.arrays import Floats
from kinemotion.motion.events import Phase
from kinemotion.movements.running.measure import measure_seen_oscillation
from kinemotion.movements.running.posture import find_side, measure_step_posture

_MIDDLE = (0.3, 0.5)
"""Part of a stance that is mid-stance."""


def fit_runs(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the rows of the group "gait"."""
    runs = [sample for sample in samples if sample.kind == "run" and sample.detection is not None]
    contacts = [errors for errors in map(_contact_errors, runs) if len(errors) > 1]
    return {
        "gait.angle_error_deg": fit_by_clip([_score_angles(run) for run in runs], missing_error),
        "gait.length_error_m": fit_by_clip([_score_overstride(run) for run in runs], missing_error),
        "gait.oscillation_error_m": fit_by_clip([_score_oscillation(run) for run in runs], missing_error),
        "gait.rhythm_error_share": fit_by_clip([_score_rhythm(run) for run in runs], _deviation_of_scores),
        "gait.shared_error": _fit_shared(contacts),
    }


def _stances(run: Sample) -> tuple[Phase, ...]:
    return run.detection.phases


def _score_angles(run: Sample) -> Floats:
    """Errors of the means over the steps (N, 2), deg, one row an angle."""
    found: dict[str, list[float]] = {}
    for stance in _stances(run):
        side = find_side(stance)
        knee, hip = (run.angle_deg(f"{side}_{joint}_flexion") for joint in ("knee", "hip"))
        share = (run.motion.time_s - stance.start_s) / stance.duration_s
        middle = (share >= _MIDDLE[0]) & (share <= _MIDDLE[1])
        true = {
            "knee_flexion_at_contact": float(np.interp(stance.start_s, run.motion.time_s, knee)),
            "knee_flexion_mid_stance": float(np.median(knee[middle])) if middle.any() else np.nan,
            "hip_extension_at_toeoff": -float(np.interp(stance.end_s, run.motion.time_s, hip)),
        }
        measured = measure_step_posture(run.motion, stance)
        for name, value in true.items():
            estimate = measured[name]
            if estimate is not None and np.isfinite(value):
                found.setdefault(name, []).append(estimate.value - value)
    return np.array([(float(np.mean(errors)), 0.0) for errors in found.values()]).reshape(-1, 2)


def _score_overstride(run: Sample) -> Floats:
    """Error of the mean over-stride (N, 2), m."""
    errors: list[float] = []
    motion = run.in_true_metres
    toes, heels = (run.point_px(f"left_{part}")[:, 0] for part in ("foot_index", "heel"))
    forward = float(np.sign(np.median(toes - heels)))
    for stance in _stances(run):
        side = find_side(stance)
        ahead = (run.point_px(f"{side}_ankle") - run.point_px(f"{side}_hip"))[:, 0] * run.m_per_px * forward
        measured = measure_step_posture(motion, stance)["overstride"]
        if measured is not None:
            errors.append(measured.value - float(np.interp(stance.start_s, motion.time_s, ahead)))
    return np.array([[float(np.mean(errors)), 0.0]]) if errors else np.empty((0, 2))


def _score_oscillation(run: Sample) -> Floats:
    """Error of the seen oscillation (N, 2), m, scale left out."""
    found = measure_seen_oscillation(run.in_true_metres, run.detection.pace)
    return np.array([[found.value - run.values["vertical_oscillation_m"], 0.0]])


def _score_rhythm(run: Sample) -> Floats:
    """Error of the frequency of the strides, in standard errors that its fit states (1,)."""
    found = run.detection.pace.frequency_hz
    return np.array([(found.value - run.values["cadence_spm"] / 120.0) / found.error])


def _deviation_of_scores(scores: Floats) -> float:
    return float(np.sqrt(np.mean(scores**2)))


def _contact_errors(run: Sample) -> Floats:
    """Errors of the contact times of its steps (N,), s."""
    durations: list[float] = [stance.duration_s for stance in _stances(run)]
    return np.array(durations, dtype=np.float64) - run.values["contact_time_s"]


def _fit_shared(clips: Sequence[Floats]) -> Fitted:
    """Share of a step's error that all steps of a clip have in common: the spread of the clips' means."""

    def share(rows: Floats) -> float:
        means, within = rows[:, 0], rows[:, 1]
        between = max(float(np.mean(means**2)) - float(np.mean(within**2 / 10)), 0.0)
        return (between / (between + float(np.mean(within**2)))) ** 0.5

    return fit_by_clip([np.array([[float(np.mean(one)), float(np.std(one))]]) for one in clips], share)
