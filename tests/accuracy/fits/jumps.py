"""Fit what the flight of a jump, and the heights before it, miss: posture next to the events, ends of the arc, dips."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fits.estimates import Fitted, deviation, excess, fit_by_clip, mean, missing_error
from fits.samples import Sample
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Arc, Motion
from kinemotion.motion.events import Event
from kinemotion.movements.jumps.body_path import interpolate_height
from kinemotion.movements.jumps.flights import find_ballistic_flights, find_jump
from kinemotion.movements.jumps.jump_height import find_free_fall_ends, measure_posture_height

_TRUE_EVENTS = ("takeoff", "landing")


def fit_jumps(samples: Sequence[Sample]) -> dict[str, Fitted]:
    """Fit the rows of the group "jump" that rendered clips can fit."""
    jumps = [sample for sample in samples if sample.kind != "run" and sample.detection is not None]
    found: dict[str, Fitted] = {}
    postures = {event: [_score_posture(jump, event) for jump in jumps] for event in _TRUE_EVENTS}
    for event, scores in postures.items():
        found[f"jump.{event}_posture_offset_m"] = fit_by_clip([rows[:, 0] for rows in scores], mean)
    centred = [
        np.concatenate(
            [
                rows - [found[f"jump.{event}_posture_offset_m"].value, 0.0]
                for event, rows in zip(postures, both, strict=True)
            ]
        )
        for both in zip(*postures.values(), strict=True)
    ]
    found["jump.posture_error_m"] = fit_by_clip(centred, excess)
    ends = np.array([_find_ends(jump) for jump in jumps]).reshape(-1, 2)
    for place, name in enumerate(("free_fall_start", "free_fall_end")):
        seen = [np.array([end]) for end in ends[:, place] if np.isfinite(end)]
        found[f"jump.{name}_offset_s"] = fit_by_clip(seen, mean)
        found[f"jump.{name}_error_s"] = fit_by_clip(seen, deviation)
    found["jump.height_difference_error_m"] = fit_by_clip([_score_heights(jump) for jump in jumps], missing_error)
    dips = [np.array([[jump.detection.dip.value, 0.0]]) for jump in jumps if jump.kind == "sj"]
    found["jump.dip_error_m"] = fit_by_clip(dips, missing_error)
    return found


def _arc(motion: Motion) -> Arc | None:
    return find_jump(motion, find_ballistic_flights(motion)).arc


def _score_posture(jump: Sample, name: str) -> Floats:
    """What the posture next to an event is taller than at the event, and the error of the arc (N, 2), m."""
    motion = _without(jump, takeoff_posture_offset_m=0.0, landing_posture_offset_m=0.0)
    arc = _arc(motion)
    if arc is None:
        return np.empty((0, 2))
    seen_m = measure_posture_height(motion, Event(name, jump.event_s(name)))
    drop_m = arc.height_at(jump.event_s("apex")) - seen_m
    true_m = float(jump.values["z_apex"] - jump.values[f"z_{name}"])
    return np.array([[true_m - drop_m, arc.height_m.error]])


def _find_ends(jump: Sample) -> tuple[float, float]:
    """When the centre of mass leaves the arc, relative to take-off and to landing, s; NaN where it is not seen."""
    motion = _without(jump, free_fall_start_offset_s=0.0, free_fall_end_offset_s=0.0)
    arc = _arc(motion)
    if arc is None:
        return np.nan, np.nan
    first_s, last_s = find_free_fall_ends(motion, arc, unused=np.array([jump.kind == "dj", False]))
    return first_s - jump.event_s("takeoff"), last_s - jump.event_s("landing")


def _without(jump: Sample, **values: float) -> Motion:
    """The motion in true metres, with other numbers of the group "jump"."""
    calibration = replace(jump.calibration, jump=replace(jump.calibration.jump, **values))
    return replace(jump.in_true_metres, calibration=calibration)


def _score_heights(jump: Sample) -> Floats:
    """Errors of differences in height between standing, lowest point and take-off (N, 2), m, scale left out."""
    motion, starts = jump.in_true_metres, jump.detection.starts
    standing = getattr(jump.detection, "standing", None)
    if "propulsion" not in starts or jump.kind == "dj":
        return np.empty((0, 2))
    takeoff_m = measure_posture_height(motion, jump.detection.flight.takeoff)
    lowest_m = interpolate_height(motion, starts["propulsion"].time_s)
    pairs = [(takeoff_m - lowest_m, jump.values["z_takeoff"] - jump.values["z_bottom"])]
    if standing is not None:
        standing_m = standing.height_m * jump.scale_correction
        pairs.append((standing_m - lowest_m, jump.values["z_standing"] - jump.values["z_bottom"]))
        pairs.append((takeoff_m - standing_m, jump.values["z_takeoff"] - jump.values["z_standing"]))
    return np.array([(seen - true, 0.0) for seen, true in pairs])
