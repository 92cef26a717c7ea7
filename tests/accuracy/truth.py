"""What the truth beside a rendered clip fixes, by contract key and in the contract's units."""

from collections import defaultdict
from statistics import fmean
from typing import Any

import numpy as np

Document = dict[str, Any]
_JUMP_ANGLES = {
    "hip_flexion_lowest_deg": ("hip_flexion", "propulsion_start"),
    "knee_flexion_lowest_deg": ("knee_flexion", "propulsion_start"),
    "ankle_dorsiflexion_lowest_deg": ("ankle_dorsiflexion", "propulsion_start"),
    "trunk_lean_lowest_deg": ("trunk_lean", "propulsion_start"),
    "hip_flexion_takeoff_deg": ("hip_flexion", "takeoff"),
    "knee_flexion_takeoff_deg": ("knee_flexion", "takeoff"),
    "ankle_dorsiflexion_takeoff_deg": ("ankle_dorsiflexion", "takeoff"),
    "knee_flexion_landing_deg": ("knee_flexion", "landing"),
}
_ANGLES: dict[str, dict[str, tuple[str, str]]] = {
    "cmj": _JUMP_ANGLES,
    "sj": _JUMP_ANGLES,
    "dj": {"knee_flexion_contact_deg": ("knee_flexion", "touchdown")},
}
"""Metric, angle, and the event at which it is taken, by kind of motion."""


def true_values(truth: Document) -> dict[str, float]:
    """Every metric that the truth of a clip fixes; angles where it tells of every frame."""
    motion, framed = truth["motion"], "frames" in truth
    if motion["kind"] == "run":
        return _of_run(motion["values"]) | (_posture_of_run(truth) if framed else {})
    return _of_jump(motion) | (_angles_of_jump(truth) if framed else {})


def _angles_of_jump(truth: Document) -> dict[str, float]:
    events: dict[str, float] = truth["motion_in_video_time"]["events_s"]
    return {
        key: float(np.interp(events[event], _times(truth), _angle(truth, name)))
        for key, (name, event) in _ANGLES[truth["motion"]["kind"]].items()
    }


def _of_run(values: Document) -> dict[str, float]:
    return {
        "cadence_spm": values["cadence_spm"],
        "ground_contact_time_ms": 1e3 * values["contact_time_s"],
        "flight_time_ms": 1e3 * values["flight_time_s"],
        "duty_factor": values["duty_factor"],
        "vertical_oscillation_m": values["vertical_oscillation_m"],
    }


def _of_jump(motion: Document) -> dict[str, float]:
    height = motion["jump_height_m"]["from_takeoff"]
    found = {
        "jump_height_m": height,
        "flight_time_ms": 1e3 * motion["flight_time_s"],
        "takeoff_velocity_m_s": motion["takeoff_velocity_m_s"],
    }
    if motion["kind"] == "dj":
        contact = motion["ground_contact_time_s"]
        found |= {
            "ground_contact_time_ms": 1e3 * contact,
            "reactive_strength_index": height / contact,
            "effective_drop_height_m": motion["values"].get("effective_drop_height"),
        }
    if motion["kind"] == "cmj":
        found |= {
            "countermovement_depth_m": motion["countermovement_depth_m"],
            "time_to_takeoff_ms": 1e3 * motion["time_to_takeoff_s"],
        }
    return {key: value for key, value in found.items() if value is not None}


def _times(truth: Document) -> list[float]:
    return [frame["pts_s"] for frame in truth["frames"]]


def _angle(truth: Document, name: str) -> list[float]:
    """One angle in every frame, deg, mean of both sides."""
    return [_mean_angle(frame["angles_deg"], name) for frame in truth["frames"]]


def _mean_angle(angles: dict[str, float], name: str) -> float:
    match name:
        case "trunk_lean":
            return angles["trunk_lean"]
        case "ankle_dorsiflexion":
            return 90.0 - (angles["left_ankle_angle"] + angles["right_ankle_angle"]) / 2
        case _:
            return (angles[f"left_{name}"] + angles[f"right_{name}"]) / 2


def _posture_of_run(truth: Document) -> dict[str, float]:
    """Means over all stances that the clip holds whole, deg."""
    times, found = _times(truth), defaultdict[str, list[float]](list)
    stances: dict[str, list[tuple[float | None, float | None]]] = truth["motion_in_video_time"]["contact_s"]
    for side, contacts in stances.items():
        knee, hip = (
            np.array([frame["angles_deg"][f"{side}_{joint}_flexion"] for frame in truth["frames"]], dtype=np.float64)
            for joint in ("knee", "hip")
        )
        for start, end in contacts:
            if start is None or end is None or start < times[0] or end > times[-1]:
                continue
            share = (np.array(times) - start) / (end - start)
            found["knee_flexion_at_contact_deg"].append(float(np.interp(start, times, knee)))
            found["knee_flexion_mid_stance_deg"].append(float(np.median(knee[(share >= 0.3) & (share <= 0.5)])))
            found["hip_extension_at_toeoff_deg"].append(-float(np.interp(end, times, hip)))
    lean = {"trunk_lean_deg": fmean(_angle(truth, "trunk_lean"))}
    return lean | {key: fmean(values) for key, values in found.items()}
