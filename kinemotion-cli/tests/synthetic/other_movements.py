"""Movements that are none of the five sports, made from the poses of the synthetic athlete."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from change_frames import change_people
from synthetic_athlete import Camera, FlightTruth, Jumper, film

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.reconstruct.centre_of_mass import compute_com_weights

_WEIGHTS = compute_com_weights(BLAZEPOSE, get_default_calibration().landmarks)
_HALF_WIDTH_PX = {
    "shoulder": 50.0,
    "hip": 30.0,
    "elbow": 60.0,
    "wrist": 65.0,
    "knee": 32.0,
    "ankle": 34.0,
    "heel": 34.0,
}
"""Distance of the parts of a body seen from the front to its middle, px."""
_FOOT_PX, _OTHER_PX = 40.0, 8.0
_FLAT = 0.25
"""Share of the side view's width that is left of its depth."""


def hop(jumper: Jumper, *heights_m: float, contact_s: float = 0.25) -> Jumper:
    """The jumper after hops of these heights, each from the ground of the one before."""
    for height_m in heights_m:
        jumper.bounce(contact_s, height_m).fly()
    return jumper.absorb(0.2).rise(0.6)


def film_somersault(jumper: Jumper, camera: Camera) -> list[FramePoses]:
    """The jumper's longest flight with a whole turn about the centre of mass in it."""
    flight = max(jumper.flights, key=lambda flight: flight.landing_s - flight.takeoff_s)

    def turned(pose: Pose, *, share: float) -> Pose:
        cos, sin = np.cos(2 * np.pi * share), np.sin(2 * np.pi * share)
        turn, centre = np.array([[cos, -sin], [sin, cos]]), _WEIGHTS @ pose.points
        return replace(
            pose, points=(pose.points - centre) @ turn.T + centre, ground=(pose.ground - centre) @ turn.T + centre
        )

    return _change_each(
        film(jumper, camera), lambda pose, time_s: turned(pose, share=float(np.clip(_share(flight, time_s), 0, 1)))
    )


def film_jumping_jacks(camera: Camera, *, wide_px: float = 80.0, height_m: float = 0.06) -> list[FramePoses]:
    """Seven hops seen from the front, with the feet apart after every other one."""
    jumper = hop(Jumper().stand(0.6).sink(0.12, 0.35).push(height_m).fly(), *[height_m] * 6, contact_s=0.2)

    def apart(time_s: float) -> float:
        shares = [float(np.clip(_share(flight, time_s), 0, 1)) for flight in jumper.flights]
        return sum((-1) ** number * share**2 * (3 - 2 * share) for number, share in enumerate(shares))

    def spread(pose: Pose, time_s: float) -> Pose:
        points, ground = pose.points.copy(), pose.ground.copy()
        middle = points[:, 0].mean()
        points[:, 0] = middle + _FLAT * (points[:, 0] - middle)
        for index, name in enumerate(BLAZEPOSE.names):
            side, _, part = name.partition("_")
            half_px = _HALF_WIDTH_PX.get(part, _FOOT_PX if part == "foot_index" else _OTHER_PX)
            if part in {"ankle", "heel", "foot_index"}:
                half_px += wide_px * apart(time_s)
            points[index, 0] += {"left": half_px, "right": -half_px}.get(side, 0.0)
        ground[:, 0] = middle + np.array([1.0, -1.0]) * (_HALF_WIDTH_PX["ankle"] + wide_px * apart(time_s))
        return replace(pose, points=points, ground=ground)

    return _change_each(film(jumper, camera), spread)


def film_climbing(
    jumper: Jumper, camera: Camera, *, lasting_s: float = 2.0, speed_px_s: float = 180.0
) -> list[FramePoses]:
    """The jumper's last flight up to its apex, where the hands catch a rope: from there on the body climbs."""
    flight = jumper.flights[-1]
    frames = [frame for frame in film(jumper, camera) if _share(flight, frame.time_s) < 0.5]
    step_s = frames[1].time_s - frames[0].time_s
    climbing: list[FramePoses] = []
    for number in range(1, round(lasting_s / step_s)):
        risen = np.array([0.0, -speed_px_s * number * step_s])
        [frame] = change_people(
            frames[-1:], lambda pose, risen=risen: replace(pose, points=pose.points + risen, ground=pose.ground + risen)
        )
        climbing.append(replace(frame, index=frame.index + number, time_s=frame.time_s + number * step_s))
    return [*frames, *climbing]


def turn_to_front(frames: list[FramePoses], *, half_width_px: float = 30.0) -> list[FramePoses]:
    """The frames with shoulders and hips that wide, as of somebody who comes towards the camera."""

    def widened(pose: Pose) -> Pose:
        points = pose.points.copy()
        for side, sign in (("left", 1.0), ("right", -1.0)):
            for part in ("shoulder", "hip"):
                points[BLAZEPOSE.index[f"{side}_{part}"], 0] += sign * half_width_px
        return replace(pose, points=points)

    return change_people(frames, widened)


def _share(flight: FlightTruth, time_s: float) -> float:
    """The share of a flight that is over."""
    return (time_s - flight.takeoff_s) / (flight.landing_s - flight.takeoff_s)


def _change_each(frames: list[FramePoses], change: Callable[[Pose, float], Pose]) -> list[FramePoses]:
    """The frames with every pose changed by what its time asks for."""
    return [replace(frame, people=tuple(change(pose, frame.time_s) for pose in frame.people)) for frame in frames]
