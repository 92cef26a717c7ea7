"""Curves of one motion that pictures and tables show: heights, velocity, joint angles, places in the picture."""

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import Contact, Motion
from kinemotion.motion.events import Phase
from kinemotion.motion.report import Report, Trial
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.movements.jumps.body_path import compute_vertical_speed
from kinemotion.reconstruct.angles import Angle, compute_angle, is_seen_from_side
from kinemotion.signals.affine import apply_affine, invert_affine

SAME_FRAME_S = 1e-4
"""Time stamps of one frame agree to this."""
ANGLES: dict[Angle, str] = {"hip_flexion": "hip", "knee_flexion": "knee", "ankle_dorsiflexion": "ankle"}
"""The joint at which each drawn angle lies."""


def list_moving_trials(report: Report) -> Iterator[tuple[Trial, Motion]]:
    """Yield the trials that have a motion to show, in time order."""
    for trial in report.trials:
        if trial.motion is not None:
            yield trial, trial.motion


def choose_shown_trial(report: Report) -> tuple[Trial, Motion] | None:
    """Return the trial a single picture shows: the headline, else the first one with a motion."""
    if report.headline and report.headline.motion:
        return report.headline, report.headline.motion
    return next(list_moving_trials(report), None)


def compute_com_velocity(motion: Motion) -> Floats:
    """Vertical velocity of the centre of mass (T,), m/s; on the fitted parabola in flight."""
    velocity = compute_vertical_speed(motion, motion.time_s)
    for flight in motion.flights:
        if flight.arc and flight.takeoff and flight.landing:
            airborne = (motion.time_s >= flight.takeoff.time_s) & (motion.time_s < flight.landing.time_s)
            velocity[airborne] = [flight.arc.velocity_at(float(instant)) for instant in motion.time_s[airborne]]
    return velocity


def find_fitted_flight(motion: Motion) -> Bools:
    """Return where the body is on a fitted parabola (T,)."""
    flown = np.zeros(len(motion.time_s), dtype=bool)
    for flight in motion.flights:
        if flight.arc and flight.takeoff and flight.landing:
            flown |= (motion.time_s >= flight.takeoff.time_s) & (motion.time_s < flight.landing.time_s)
    return flown


def compute_joint_angles(motion: Motion) -> dict[str, Floats]:
    """Angles by side and name, each (T,), degrees, NaN where they are not seen from the side.

    So is the ankle of a foot in the air: its pitch is measured against the ground under it.
    """
    if not is_seen_from_side(motion):
        unseen = np.full(len(motion.time_s), np.nan)
        return {f"{side}_{name}": unseen for side in SIDES for name in ANGLES}
    found = {f"{side}_{name}": compute_angle(motion, name, side=side) for side in SIDES for name in ANGLES}
    for side in SIDES:
        found[f"{side}_ankle_dorsiflexion"][~_is_grounded(motion, side)] = np.nan
    return found


def _is_grounded(motion: Motion, side: Side) -> Bools:
    """Return whether that foot is on the ground (T,)."""
    spans = [find_contact_span(contact, motion) for contact in motion.contacts if contact.side == side]
    on = [(motion.time_s >= start_s) & (motion.time_s <= end_s) for start_s, end_s in spans]
    return np.any(on, axis=0) if on else np.zeros(len(motion.time_s), dtype=bool)


def draw_arcs(motion: Motion) -> Iterator[tuple[Floats, Floats]]:
    """Each fitted parabola of a whole flight: instants (N,), s, and heights (N,), m."""
    for flight in motion.flights:
        if flight.arc and flight.takeoff and flight.landing:
            time_s = np.linspace(flight.takeoff.time_s, flight.landing.time_s, 41)
            yield time_s, np.array([flight.arc.height_at(float(instant)) for instant in time_s])


def find_contact_span(contact: Contact, motion: Motion) -> tuple[float, float]:
    """From touchdown to toe-off, s; the ends of the motion where these lie outside it."""
    start = contact.touchdown.time_s if contact.touchdown else float(motion.time_s[0])
    end = contact.toeoff.time_s if contact.toeoff else float(motion.time_s[-1])
    return start, end


def find_near_side(motion: Motion) -> Side:
    """Return the side whose leg is seen better."""

    def measure_error(side: Side) -> float:
        legs = [motion.skeleton.index[f"{side}_{joint}"] for joint in ANGLES.values()]
        return float(np.nanmedian(motion.joint_error[:, legs]))

    return "left" if measure_error("left") <= measure_error("right") else "right"


def find_phase_at(phases: tuple[Phase, ...], time_s: float) -> Phase | None:
    """Return the phase of that instant."""
    return next((part for part in phases if part.start_s <= time_s < part.end_s), None)


def list_phase_names(phases: tuple[Phase, ...], time_s: Floats) -> list[str]:
    """Name of the phase of each instant; empty outside all phases."""
    found = (find_phase_at(phases, float(instant)) for instant in time_s)
    return [part.name if part else "" for part in found]


def place_all_on_picture(motion: Motion, points: Floats) -> Floats:
    """Return points (T, N, 2), m, as pixels (T, N, 2) in the picture of each row of the motion."""
    if motion.pixels.camera is None:
        return place_on_picture(motion, points, row=0)
    return np.stack([place_on_picture(motion, of_row, row=row) for row, of_row in enumerate(points)])


def place_on_picture(motion: Motion, points: Floats, *, row: int) -> Floats:
    """Points (N, 2), m, as pixels (N, 2) in the picture of that row of the motion."""
    pixels = motion.pixels
    placed = points * (1.0, -1.0) / pixels.m_per_px + pixels.origin_px
    return placed if pixels.camera is None else apply_affine(invert_affine(pixels.camera[row]), placed)


def find_row_at(motion: Motion, time_s: float) -> int:
    """Last row of the motion at or before that time, within ``SAME_FRAME_S``; the first row before all of them."""
    return max(bisect_right(motion.time_s, time_s + SAME_FRAME_S) - 1, 0)


def find_seen(points: Floats) -> Bools:
    """Return which of the points (N, 2) are known (N,)."""
    return np.asarray(np.isfinite(points).all(axis=1))
