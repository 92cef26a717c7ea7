"""Stick figures whose soles follow closed formulas: every instant of a contact is known."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Contact
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.reconstruct.contacts import find_contacts, find_flight_events

Sole = Callable[[Floats], tuple[Floats, Floats]]  # place ahead of the hips and height at given times, m

M_PER_PX = 0.0035
SEEN_HIGHER_M = 0.002  # the silhouette shows a sole in the air this much higher
G = 9.81


@dataclass(frozen=True)
class Shot:
    fps: float = 60.0
    noise_m: float = 0.002
    jitter_s: float = 0.0
    dropout: float = 0.0
    seed: int = 0
    zoom: float = 1.0


def film_soles(left: Sole, right: Sole, *, duration_s: float, shot: Shot) -> PoseSequence:
    random = np.random.default_rng(shot.seed)
    time_s = np.arange(0.37 / shot.fps, duration_s, 1 / shot.fps)
    time_s = time_s + random.uniform(-shot.jitter_s, shot.jitter_s, len(time_s))
    points, ground = np.zeros((len(time_s), 33, 2)), np.zeros((len(time_s), 2, 2))
    for foot, (side, sole) in enumerate((("left", left), ("right", right))):
        ahead, height = sole(time_s)
        floor = np.stack([ahead, height], axis=1)
        for part, place in {
            "ankle": floor + np.array([0.0, 0.08]),
            "heel": floor + np.array([-0.05, 0.02]),
            "foot_index": floor + np.array([0.15, 0.01]),
            "hip": np.broadcast_to([0.0, 0.92], floor.shape),
            "knee": 0.5 * (floor + np.array([0.0, 0.08])) + [0.0, 0.46],
        }.items():
            points[:, BLAZEPOSE.index[f"{side}_{part}"]] = place
        ground[:, foot] = floor + random.normal(0.0, shot.noise_m, floor.shape)
        ground[random.uniform(size=len(time_s)) < shot.dropout, foot] = np.nan
    place = np.array([300.0, 800.0]) * shot.zoom
    to_px = np.array([1.0, -1.0]) / M_PER_PX * shot.zoom
    return PoseSequence(
        skeleton=BLAZEPOSE,
        person=0,
        frame=np.arange(len(time_s), dtype=float),
        time_s=time_s,
        points=points * to_px + place,
        confidence=np.ones((len(time_s), 33)),
        ground=ground * to_px + place,
        camera=np.broadcast_to(np.eye(2, 3), (len(time_s), 2, 3)),
        change=np.ones(len(time_s)),
    )


def jumping_contacts(seen: PoseSequence) -> tuple[Contact, ...]:
    return find_contacts(seen, contact_model=ContactModel.JUMPING, calibration=get_default_calibration())


def running_contacts(seen: PoseSequence) -> tuple[Contact, ...]:
    usual = get_default_calibration()  # a stick figure's toe-off has no offset of a pose model
    exact = replace(usual, running=replace(usual.running, toeoff_offset_s=0.0))
    return find_contacts(seen, contact_model=ContactModel.RUNNING, calibration=exact)


def softly(since_s: Floats, softness_s: float) -> Floats:
    """Time since the start of a motion that takes a while to reach its speed."""
    return since_s - softness_s * -np.expm1(-since_s / softness_s)


def thrown(flights: list[tuple[float, float]], *, box_m: float = 0.0, fall: tuple[float, float] = (0.0, 0.0)) -> Sole:
    """A sole that follows the body through flights, after a fall from a box."""

    def sole(time_s: Floats) -> tuple[Floats, Floats]:
        height = np.where(time_s < fall[0], box_m, 0.0)
        falling = (time_s >= fall[0]) & (time_s < fall[1])
        height = np.where(falling, box_m * (1 - ((time_s - fall[0]) / max(fall[1] - fall[0], 1e-9)) ** 2), height)
        for start_s, end_s in flights:
            tau = np.clip(time_s - start_s, 0.0, end_s - start_s)
            height = height + 0.5 * G * 0.85 * softly(tau, 0.006) * (end_s - start_s - tau)
            height = height - SEEN_HIGHER_M * np.expm1(-np.minimum(tau, end_s - start_s - tau) / 0.005)
        return np.zeros_like(time_s), height

    return sole


def runner(step_s: float, contact_s: float, *, offset_s: float) -> Sole:
    """A foot that is on the belt from offset_s on, every second step."""
    stride_s = 2 * step_s

    def sole(time_s: Floats) -> tuple[Floats, Floats]:
        phase = (time_s - offset_s) % stride_s
        swing = np.clip((phase - contact_s) / (stride_s - contact_s), 0.0, 1.0)
        reach = 0.35
        ahead = np.where(phase < contact_s, reach - 2 * reach * phase / contact_s, -reach * np.cos(np.pi * swing))
        # High behind, a shallow glide before landing: velocities of 2.6 and -1.1 m/s at the ends of a typical swing.
        gone = softly(swing * (stride_s - contact_s), 0.015) / (stride_s - contact_s)
        height = 1.15 * gone * (1 - swing) ** 2 + 0.45 * gone**2 * (1 - swing)
        return ahead, np.where(phase < contact_s, 0.0, height)

    return sole


def both(contacts: tuple[Contact, ...]) -> list[tuple[float | None, float | None]]:
    return [(a and a.time_s, b and b.time_s) for a, b in find_flight_events(contacts)]
