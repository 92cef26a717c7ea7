"""A sequence of poses becomes a body moving in metres: y up, soles at 0 when standing."""

from dataclasses import replace

import numpy as np

from kinemotion.errors import NobodyVisible
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Contact, Flight, Motion, PixelFrame
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.centre_of_mass import compute_com_weights
from kinemotion.reconstruct.contacts import find_contacts, find_flights
from kinemotion.reconstruct.left_right import remove_camera_motion
from kinemotion.reconstruct.scale import find_scale, fit_arc
from kinemotion.reconstruct.slow_motion import refuse_slow_motion
from kinemotion.reconstruct.stature import measure_chain_px
from kinemotion.signals.affine import is_identity
from kinemotion.signals.interpolation import fill

_POINT_ERROR = 0.008
"""Standard error of a landmark as a share of the body's length, offsets between landmark and joint left out."""
_DRIFT_PER_S = 0.5
"""How fast the error of a bridged gap grows, body lengths a second."""
_FEWEST_FRAMES = 3
"""Fewer frames are no motion."""
_LOWEST, _LEVEL = 0.97, 0.03
"""The floor is the level of the soles at their lowest, shadows left out, to within this share of the body's length."""


def reconstruct(sequence: PoseSequence, athlete: Athlete) -> Motion:
    """The athlete of one trial in metres, with contacts, flights and scale; left and right are taken as given.

    Raises
    ------
    NobodyVisible
        Where too little of the body was seen to place its centre of mass.
    SlowMotion
        Where free fall shows that the file does not run in real time.
    """
    poses = remove_camera_motion(sequence)
    weights = compute_com_weights(poses.skeleton, athlete.sex)
    points, gap_s = fill(poses.points, poses.time_s)
    if len(poses) < _FEWEST_FRAMES or not np.isfinite(points[:, weights > 0]).all():
        raise NobodyVisible(Message("body_not_visible", "Too little of the athlete is visible."))
    com = weights @ points
    length_px = measure_chain_px(points, poses.skeleton)
    refuse_slow_motion(com[:, 1], poses.ground[:, :, 1], time_s=poses.time_s, measure_chain_px=length_px)
    contacts = find_contacts(poses)
    flights = [Flight(takeoff, landing, arc=None) for takeoff, landing in find_flights(contacts)]
    scale = find_scale(com[:, 1], poses.time_s, flights=flights, measure_chain_px=length_px, athlete=athlete)
    frame = PixelFrame(
        origin_px=(float(np.median(com[:, 0])), _floor_px(poses, contacts, length_px=length_px)),
        m_per_px=scale.m_per_px,
        camera=None if is_identity(sequence.camera) else sequence.camera,
    )
    com_m = _metres(com, frame)
    error = length_px * scale.m_per_px * (_POINT_ERROR + _DRIFT_PER_S * gap_s[..., 0])
    return Motion(
        skeleton=poses.skeleton,
        time_s=poses.time_s,
        joints=_metres(points, frame),
        joint_error=error,
        com=com_m,
        com_error=np.sqrt(error[:, weights > 0] ** 2 @ weights[weights > 0] ** 2),
        sole=_metres(poses.ground, frame),
        contacts=contacts,
        flights=tuple(replace(flight, arc=fit_arc(com_m[:, 1], poses.time_s, flight=flight)) for flight in flights),
        scale=scale,
        pixels=frame,
    )


def _metres(px: Floats, frame: PixelFrame) -> Floats:
    """Points (..., 2) in metres, y up from the floor."""
    return (px - np.array(frame.origin_px)) * np.array([1.0, -1.0]) * frame.m_per_px


def _floor_px(poses: PoseSequence, contacts: tuple[Contact, ...], *, length_px: float) -> float:
    """Height of the floor in the picture, px: where the soles are while on the ground, not on a box above it."""
    levels: list[Floats] = []
    for contact in contacts:
        standing = (poses.time_s >= contact.start_s) & (poses.time_s <= contact.end_s)
        levels.append(poses.ground[standing, SIDES.index(contact.side), 1])
    on_ground = np.concatenate(levels) if levels else np.empty(0)
    seen = on_ground[np.isfinite(on_ground)]
    if len(seen):
        return float(np.median(seen[seen > np.quantile(seen, _LOWEST) - _LEVEL * length_px]))
    feet = [poses.skeleton.index[f"{side}_{part}"] for side in SIDES for part in ("heel", "foot_index")]
    return float(np.nanquantile(np.fmax.reduce(poses.points[:, feet, 1], axis=1), 0.9))
