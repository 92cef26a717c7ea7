"""A stick figure that runs on a belt, whose contacts and centre of mass follow closed formulas.

Each foot stands still on the belt for the contact time and swings forward for the rest of its stride; the other foot
does the same half a stride later. The hips rise and fall as under a ground force that is half a sine wave (Morin et
al. 2005), so contact time, flight time, cadence and vertical oscillation are known exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, exp, pi, sin, sqrt

import numpy as np
from synthetic_athlete import Camera

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2 as G
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.skeleton import BLAZEPOSE

FILM_STARTS_S = 0.05
"""A film begins this long after the left foot's first touchdown."""
BELT_PX = 800.0
"""Height of the belt in the picture, px, down."""

_THIGH, _SHANK, _TRUNK, _NECK, _FOOT, _ANKLE = 0.245, 0.246, 0.288, 0.112, 0.15, 0.039
"""Shares of the stature (Drillis & Contini 1966); the foot from heel to toe, the ankle above the sole."""
_HIP_AHEAD = 0.09
"""From the side the model's hip point lies in front of the joint, share of the trunk, as the engine expects it."""
_ROLLS_OFF_S = 0.012
"""Time in which the toes gain the speed at which they leave the ground."""
_HIPS = 0.515
"""Height of the hips at touchdown, share of the stature: legs a little bent."""


@dataclass(frozen=True)
class Runner:
    """A runner on a belt, facing growing x."""

    cadence_spm: float = 170.0
    contact_s: float = 0.24
    speed_m_s: float = 3.0
    stature_m: float = 1.75
    lift_m: float = 0.25
    duration_s: float = 6.0

    @property
    def step_s(self) -> float:
        return 60.0 / self.cadence_spm

    @property
    def flight_s(self) -> float:
        return self.step_s - self.contact_s

    @property
    def oscillation_m(self) -> float:
        """From the lowest point of stance to the apex of flight."""
        return self._bounce_m(self.contact_s + self.flight_s / 2) - self._bounce_m(self.contact_s / 2)

    def points_m(self, time_s: float) -> Floats:
        """Points (33, 2) at an instant, y up from the belt."""
        hip = np.array([0.0, _HIPS * self.stature_m + self._bounce_m(time_s % self.step_s)])
        shoulder = hip + self.stature_m * _TRUNK * np.array([sin(0.09), cos(0.09)])
        ear = shoulder + self.stature_m * _NECK * np.array([sin(0.05), cos(0.05)])
        ahead = np.array([_HIP_AHEAD * _TRUNK * self.stature_m, 0.0])
        parts: dict[str, Floats] = {}
        for side, delay in (("left", 0.0), ("right", self.step_s)):
            parts |= self._leg(side, (time_s - delay) % (2 * self.step_s), hip)
            parts |= self._arm(side, time_s + delay, shoulder)
            parts |= {f"{side}_ear": ear, f"{side}_shoulder": shoulder, f"{side}_hip": hip + ahead}
        face = ear + np.array([0.07, 0.0])
        return np.array([parts.get(name, face) for name in BLAZEPOSE.names])

    def _bounce_m(self, since_touchdown_s: float) -> float:
        """Height of the body above its height at touchdown, within a step."""
        t, contact, flight = since_touchdown_s, self.contact_s, self.flight_s
        falling = G * flight / 2
        if t > contact:
            return falling * (t - contact) - G * (t - contact) ** 2 / 2
        push = G * pi / 2 * (flight / contact + 1) * contact / pi
        return -falling * t + push * (t - contact / pi * sin(pi * t / contact)) - G * t**2 / 2

    def _leg(self, side: str, since_touchdown_s: float, hip: Floats) -> dict[str, Floats]:
        """One leg, by the place of its foot and the bend that reaches it."""
        reach = self.speed_m_s * self.contact_s / 2
        swing_s = 2 * self.step_s - self.contact_s
        if since_touchdown_s < self.contact_s:
            sole = np.array([reach - self.speed_m_s * since_touchdown_s, 0.0])
        else:
            share = (since_touchdown_s - self.contact_s) / swing_s
            forward = share - sin(2 * pi * share) / (2 * pi) - (1 - cos(2 * pi * share)) * 0.05
            gained = 1 - exp(-(since_touchdown_s - self.contact_s) / _ROLLS_OFF_S)
            sole = np.array([-reach + 2 * reach * forward, self.lift_m * sin(pi * share) * gained])
        ankle = sole + np.array([-0.04, _ANKLE * self.stature_m])
        thigh, shank = _THIGH * self.stature_m, _SHANK * self.stature_m
        line = ankle - hip
        length = min(float(np.hypot(*line)), 0.999 * (thigh + shank))
        along = (thigh**2 - shank**2 + length**2) / (2 * length)
        across = sqrt(max(thigh**2 - along**2, 0.0))
        unit = line / np.hypot(*line)
        knee = hip + unit * along + np.array([-unit[1], unit[0]]) * across
        foot = _FOOT * self.stature_m
        return {
            f"{side}_knee": knee,
            f"{side}_ankle": ankle,
            f"{side}_heel": sole - np.array([foot / 3, 0.0]),
            f"{side}_foot_index": sole + np.array([foot * 2 / 3, 0.0]),
        }

    def _arm(self, side: str, time_s: float, shoulder: Floats) -> dict[str, Floats]:
        swing = 0.6 * sin(pi * time_s / self.step_s)
        elbow = shoulder + 0.18 * self.stature_m * np.array([sin(swing), -cos(swing)])
        wrist = elbow + 0.14 * self.stature_m * np.array([cos(swing), sin(swing)])
        return {f"{side}_elbow": elbow} | {f"{side}_{part}": wrist for part in ("wrist", "pinky", "index", "thumb")}


def film_run(
    runner: Runner,
    camera: Camera,
    *,
    swapped_share: float = 0.0,
    moment: Callable[[float], float] = lambda time_s: time_s,
) -> list[FramePoses]:
    """Frames of a runner; in a share of the frames, six at a time, the model takes one leg for the other.

    ``moment`` gives, for the time of a frame, the time at which a runner of one pace is where this one is.
    """
    random = np.random.default_rng(camera.seed)
    times = np.arange(camera.start_s + FILM_STARTS_S, runner.duration_s, 1.0 / camera.fps)
    swapped = np.repeat(random.random(len(times) // 6 + 1) < swapped_share, 6)[: len(times)]
    return [
        _frame(
            runner.points_m(moment(float(t))), camera, random, stamp=(index, float(t - times[0]), bool(swapped[index]))
        )
        for index, t in enumerate(times)
    ]


def _frame(
    points_m: Floats, camera: Camera, random: np.random.Generator, *, stamp: tuple[int, float, bool]
) -> FramePoses:
    index, time_s, swapped = stamp
    side = -1.0 if camera.mirrored else 1.0
    points = np.array([300.0, BELT_PX]) + points_m * np.array([side, -1.0]) / camera.m_per_px
    feet = [[BLAZEPOSE.index[f"{name}_{part}"] for part in ("heel", "foot_index")] for name in ("left", "right")]
    ground = np.array([points[foot].mean(axis=0) for foot in feet])
    points = points + random.normal(0.0, 1.0, points.shape) * camera.noise_px
    ground = ground + random.normal(0.0, 1.0, ground.shape) * camera.noise_px * 0.5
    points[random.random(len(points)) < camera.dropout] = np.nan
    if swapped:
        legs = [BLAZEPOSE.index[f"{s}_{part}"] for s in ("left", "right") for part in ("knee", "ankle", "heel")]
        legs += [BLAZEPOSE.index[f"{s}_foot_index"] for s in ("left", "right")]
        points[legs] = points[[BLAZEPOSE.mirror[leg] for leg in legs]]
        ground = ground[::-1]
    return FramePoses(index, time_s, (Pose(0, points, np.full(33, 0.95), ground),), np.eye(2, 3))
