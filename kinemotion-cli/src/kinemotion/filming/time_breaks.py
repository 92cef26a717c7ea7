"""Time breaks in a flight: pictures were lost or added, or their times were changed, so the path is no free fall."""

from dataclasses import dataclass

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Flight, Motion
from kinemotion.motion.report import LOW_CONFIDENCE_COST, Doubt

_FEWEST = 10
"""Engineering limit: steps from picture to picture of one flight that show what is usual in it."""
_SURE = 7.0
"""Engineering limit: number of standard errors by which a step must differ from free fall: many are looked at."""
_LEAST_FRAMES = 0.7
"""Engineering limit: share of a frame's time below which nothing is missing."""
_SLOW_M_S = 0.35
"""Engineering limit: speed below which a body moves too little between pictures to show time that is missing."""
_MARGIN_S = 0.03
"""Engineering limit: left out after take-off and before landing, where posture and instants are least certain."""
_MAD_PER_SD = 0.6745
"""Median absolute deviation of a normal distribution of standard deviation 1."""
_LOST_FRAMES, _BETTER, _BESIDE = range(2, 9), 2.0, 3
"""Engineering limit: frames' times that a flight may have lost or won, how many times better than one arc two that far
apart must fit, as they do in none of 76 sound jumps, and frames on each side."""
_ROUNDS, _KEPT = 5, 0.75
"""Engineering limit: how often a line is fitted, each time to this share of the values nearest to it."""


@dataclass(frozen=True, slots=True)
class TimeBreak:
    """A jump of the clock inside a flight."""

    at_s: float
    lost_s: float
    """Time that the file leaves out; negative where it adds time."""
    error_s: float
    """Standard error of that time."""


def find_time_break(motion: Motion, flight: Flight) -> TimeBreak | None:
    """Return the clearest jump of the clock in one flight, sure or not; None where too few frames show the flight.

    From picture to picture the slow errors of a posture cancel, so that one step that is too long or too short stands
    out from the others.
    """
    path = _take_path(motion, flight)
    if path is None:
        return None
    at_s, height_m = path
    step_s, middle_s = np.diff(at_s), 0.5 * (at_s[1:] + at_s[:-1])
    speed = np.diff(height_m) / step_s
    usual = _fit_line(middle_s, speed)
    strange = (speed - usual) * step_s
    noise_m = float(np.median(np.abs(strange))) / _MAD_PER_SD
    moving = np.abs(usual) > _SLOW_M_S
    if not moving.any() or noise_m == 0.0:
        return None
    sure = np.where(moving, np.abs(strange), 0.0)
    clearest = int(np.argmax(sure))
    return TimeBreak(
        float(middle_s[clearest]),
        float(strange[clearest] / usual[clearest]),
        noise_m / abs(float(usual[clearest])),
    )


def find_two_arcs(motion: Motion, flight: Flight) -> TimeBreak | None:
    """Return the jump of the clock that makes one free fall of a flight; None where none does so clearly.

    About the top of a flight the body hardly moves, and no step shows that time is missing. But what was lost there is
    lacking between rise and fall.
    """
    path = _take_path(motion, flight)
    if path is None:
        return None
    at_s, height_m = path
    frame_s = float(np.median(np.diff(at_s)))
    found: list[tuple[float, float, float]] = []
    for lost_s in (sign * frames * frame_s for frames in _LOST_FRAMES for sign in (1, -1)):
        for first in range(_BESIDE, len(at_s) - _BESIDE):
            own_s = at_s + lost_s * (np.arange(len(at_s)) >= first)
            found.append((_measure_misfit(own_s, height_m), float(at_s[first]), lost_s))
    misfit, break_s, lost_s = min(found)
    better = _measure_misfit(at_s, height_m) / max(misfit, 1e-9)
    return TimeBreak(break_s, lost_s, frame_s) if better > _BETTER else None


def _take_path(motion: Motion, flight: Flight) -> tuple[Floats, Floats] | None:
    """Return times (T,), s, and heights (T,), m, of the body in a flight; None where too few frames show it."""
    if flight.takeoff is None or flight.landing is None:
        return None
    time_s = motion.time_s
    inside = (time_s > flight.takeoff.time_s + _MARGIN_S) & (time_s < flight.landing.time_s - _MARGIN_S)
    return (time_s[inside], motion.com[inside, 1]) if inside.sum() > _FEWEST else None


def _measure_misfit(time_s: Floats, height_m: Floats) -> float:
    """Return by how much heights (T,) differ from the free fall nearest to them, m, root mean square."""
    middle_s = time_s - time_s.mean()
    design = np.column_stack([np.ones_like(middle_s), middle_s, middle_s**2])
    fitted = design @ np.linalg.lstsq(design, height_m, rcond=None)[0]
    return float(np.sqrt(np.mean((height_m - fitted) ** 2)))


def _fit_line(time_s: Floats, values: Floats) -> Floats:
    """Return a straight line through most of the values (T,), at their times."""
    kept = np.ones(len(values), dtype=bool)
    line = np.zeros(2)
    for _ in range(_ROUNDS):
        line = np.polyfit(time_s[kept], values[kept], 1)
        away = np.abs(values - np.polyval(line, time_s))
        kept = away <= max(float(np.quantile(away, _KEPT)), 1e-9)
    return np.polyval(line, time_s).astype(np.float64)


def doubt_time_breaks(motion: Motion) -> tuple[Doubt, ...]:
    """Return the doubt about a trial in whose flights time is missing or was added."""
    frame_s = float(np.median(np.diff(motion.time_s)))
    for flight in motion.flights:
        found = find_time_break(motion, flight)
        if found is None or abs(found.lost_s) <= max(_LEAST_FRAMES * frame_s, _SURE * found.error_s):
            found = find_two_arcs(motion, flight)
        if found:
            return (Doubt(_describe(found), LOW_CONFIDENCE_COST),)
    return ()


def _describe(found: TimeBreak) -> Message:
    """Say how much time is missing or was added."""
    if found.lost_s > 0:
        return Message(
            "time_lost_in_flight",
            "About {time_s:.0ms} of the flight are missing at {at_s:.2s}: the file lost pictures, or their "
            "times were changed. Use the original file from the camera.",
            time_s=found.lost_s,
            at_s=found.at_s,
        )
    return Message(
        "time_added_in_flight",
        "The flight is about {time_s:.0ms} too long at {at_s:.2s}: the file has extra pictures, or their times were "
        "changed. Use the original file from the camera.",
        time_s=-found.lost_s,
        at_s=found.at_s,
    )
