"""Fit instants and velocities of push-offs and rebounds."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from fits.estimates import Fitted, deviation, fit_by_clip, mean, missing_error
from fits.samples import Sample
from kinemotion.motion.arrays import Floats
from kinemotion.movements.jumps.body_path import compute_vertical_speed
from kinemotion.movements.jumps.contact_time import measure_contact_time
from kinemotion.movements.jumps.push_off import estimate_peak_velocity

_INSTANTS = 400

Score = Callable[[Sample], Floats]


def fit_push_offs(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the rows of the groups "push_off" and "rebound" that rendered clips can fit."""
    kinds: dict[str, list[Sample]] = {"cmj": [], "sj": [], "dj": [], "run": []}
    for sample in samples:
        if sample.kind == "run" or sample.detection is not None:
            kinds[sample.kind].append(sample)
    push_offs = [*kinds["cmj"], *kinds["sj"]]
    scores: dict[str, tuple[list[Sample], Score]] = {
        "push_off.peak_velocity_error_m_s": (push_offs, _score_peak),
        "push_off.smoothed_peak_error_m_s": (push_offs, _score_smoothed_peak),
        "push_off.sinking_velocity_error_m_s": (kinds["cmj"], _score_sinking),
        "push_off.lowest_error_s": (kinds["cmj"], lambda clip: _score_start(clip, "propulsion", event="bottom")),
        "push_off.fastest_sinking_error_s": (
            kinds["cmj"],
            lambda clip: _score_start(clip, "braking", event="min_velocity"),
        ),
        "push_off.onset_relative_error": (kinds["cmj"], _score_onset),
        "push_off.squat_start_error_s": (
            kinds["sj"],
            lambda clip: _score_start(clip, "propulsion", event="propulsion_start"),
        ),
        "push_off.hold_error_s": (kinds["sj"], lambda clip: _score_start(clip, "hold", event="bottom")),
        "rebound.contact_error_s": (kinds["dj"], _score_contact),
        "rebound.lowest_error_s": (kinds["dj"], lambda clip: _score_start(clip, "propulsion", event="bottom")),
    }
    found = {
        name: fit_by_clip([score(clip) for clip in clips], missing_error) for name, (clips, score) in scores.items()
    }
    heights = [np.array([clip.values["z_touchdown"] - clip.values["z_standing"]]) for clip in kinds["dj"]]
    found["rebound.com_touchdown_minus_standing_m"] = fit_by_clip(heights, mean)
    found["rebound.com_touchdown_minus_standing_error_m"] = fit_by_clip(heights, deviation)
    return found


def _score_start(clip: Sample, phase: str, *, event: str) -> Floats:
    """Error of the instant at which a phase begins (N, 2), s; nothing where the phase was not found."""
    start = clip.detection.starts.get(phase)
    return np.empty((0, 2)) if start is None else np.array([[start.time_s - clip.event_s(event), 0.0]])


def _score_onset(clip: Sample) -> Floats:
    """Error of the onset as a share of the extrapolated time (N, 2)."""
    start = clip.detection.starts.get("unweighting")
    if start is None:
        return np.empty((0, 2))
    lead_s = start.uncertainty_s / clip.calibration.push_off.onset_relative_error
    return np.array([[(start.time_s - clip.event_s("start")) / lead_s, 0.0]])


def _score_peak(clip: Sample) -> Floats:
    """Error of the peak upward velocity less that of the take-off velocity (N, 2), m/s."""
    starts = clip.detection.starts
    if not clip.motion.scale.measured or "propulsion" not in starts:
        return np.empty((0, 2))
    takeoff_s = clip.event_s("takeoff")
    flight = clip.detection.flight
    found = estimate_peak_velocity(clip.motion, flight, since_s=starts["propulsion"].time_s)
    gained = found.value - flight.velocity.value
    return np.array([[gained - (clip.peak_velocity(before_s=takeoff_s) - clip.values["v_takeoff"]), 0.0]])


def _score_smoothed_peak(clip: Sample) -> Floats:
    """Error of the peak upward velocity by smoothing (N, 2), m/s, scale left out."""
    starts = clip.detection.starts
    if not clip.motion.scale.measured or "propulsion" not in starts:
        return np.empty((0, 2))
    flight = replace(clip.detection.flight, arc=None)
    found = estimate_peak_velocity(clip.motion, flight, since_s=starts["propulsion"].time_s)
    true = clip.peak_velocity(before_s=clip.event_s("takeoff"))
    return np.array([[found.value * clip.scale_correction - true, 0.0]])


def _score_sinking(clip: Sample) -> Floats:
    """Error of the peak downward velocity (N, 2), m/s, scale left out."""
    starts = clip.detection.starts
    if not clip.motion.scale.measured or "unweighting" not in starts:
        return np.empty((0, 2))
    span_s: tuple[float, float] = (starts["unweighting"].time_s, starts["propulsion"].time_s)
    instants: Floats = np.linspace(*span_s, _INSTANTS)
    found = float(compute_vertical_speed(clip.motion, instants).min()) * clip.scale_correction
    return np.array([[found - clip.peak_velocity(before_s=clip.event_s("takeoff"), downward=True), 0.0]])


def _score_contact(clip: Sample) -> Floats:
    """Error of the contact time, and the error that its ends state (N, 2), s."""
    exact = replace(clip.calibration.rebound, contact_error_s=0.0)
    found = measure_contact_time(clip.detection.touchdown, clip.detection.flight.takeoff, errors=exact)
    return np.array([[found.value - clip.values["contact_time"], found.error]])
