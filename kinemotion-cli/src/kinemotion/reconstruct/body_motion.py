"""A sequence of poses becomes a body that moves in metres: y up, soles at 0 while standing."""

from dataclasses import replace

import numpy as np

from kinemotion.errors import NobodyVisible
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Contact, Flight, Motion, PixelToMetres
from kinemotion.motion.calibration import Calibration
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.angles import measure_obliqueness
from kinemotion.reconstruct.centre_of_mass import compute_com_weights
from kinemotion.reconstruct.contacts import find_contacts, find_flight_events
from kinemotion.reconstruct.scale import BodyInPicture, check_real_time, find_scale, fit_arc, measure_chain_px
from kinemotion.reconstruct.steps_off import correct_early_steps_off
from kinemotion.reconstruct.uprightness import check_upright
from kinemotion.signals.affine import apply_affine, is_identity, make_identity_affine
from kinemotion.signals.interpolation import fill_gaps
from kinemotion.signals.sole_scatter import measure_sole_scatter, widen_contacts

_DRIFT_PER_S = 0.5
"""Engineering limit: how fast the error of a bridged gap grows, body lengths a second."""
_FEWEST_FRAMES = 3
"""Engineering limit: fewer frames are no motion."""
_LOWEST_QUANTILE, _LEVEL = 0.97, 0.03
"""Engineering limit: the floor is where the soles are lowest, shadows left out, within this share of the body."""
_LOWEST_LANDMARKS = 0.9
"""Engineering limit: quantile of the feet's landmarks that is the floor where no silhouette is seen."""


def reconstruct(
    sequence: PoseSequence, athlete: Athlete, *, contact_model: ContactModel, calibration: Calibration
) -> Motion:
    """Return the athlete of one trial in metres, with contacts, flights and scale.

    Parameters
    ----------
    sequence
        Poses in pixels, with swapped legs corrected.
    athlete
        What is known of the athlete.
    contact_model
        How the feet of the sport meet the ground.
    calibration
        The fitted numbers of the pose model.

    Raises
    ------
    NobodyVisible
        Where too little of the body was seen to place its centre of mass.
    PictureTurned
        Where the picture is upside down or lies on its side.
    SlowMotion
        Where free fall shows that the file does not run in real time.
    """
    poses = remove_camera_motion(sequence)
    if "soles_from_landmarks" in poses.repairs:
        calibration = calibration.by_landmarks()
    weights = compute_com_weights(poses.skeleton, calibration.landmarks, sex=athlete.sex)
    points, gap_s = fill_gaps(poses.points, poses.time_s)
    if len(poses) < _FEWEST_FRAMES or not np.isfinite(points[:, weights > 0]).all():
        raise NobodyVisible(Message("body_not_visible", "Too little of the athlete is visible."))
    check_upright(points, poses.skeleton)
    com = weights @ points
    length_px = measure_chain_px(points, poses.skeleton)
    body = BodyInPicture(poses.time_s, com[:, 1], chain_px=length_px, errors=calibration.com)
    check_real_time(body, poses.ground[:, :, 1])
    found = _find_seen_contacts(poses, points, body=body, contact_model=contact_model, calibration=calibration)
    flights = [Flight(*events, arc=None) for events in find_flight_events(found, contact_model=contact_model)]
    scale = find_scale(body, flights=flights, athlete=athlete)
    mapping = PixelToMetres(
        origin_px=(float(np.median(com[:, 0])), _find_floor_px(poses, found, length_px=length_px)),
        m_per_px=scale.m_per_px,
        camera=None if is_identity(sequence.camera) else sequence.camera,
    )
    com_m, sole_m = _to_metres(com, mapping), _to_metres(poses.ground, mapping)
    if contact_model is not ContactModel.RUNNING:
        found, flights = _widen(found, flights, bodies_m=(com_m[:, 1], sole_m[:, :, 1]), time_s=poses.time_s)
    error = length_px * scale.m_per_px * (calibration.landmarks.point_error + _DRIFT_PER_S * gap_s[..., 0])
    arcs = [fit_arc(com_m[:, 1], poses.time_s, flight=flight, errors=calibration.com) for flight in flights]
    return Motion(
        skeleton=poses.skeleton,
        time_s=poses.time_s,
        joints=_to_metres(points, mapping),
        joint_error=error,
        com=com_m,
        com_error=np.sqrt(error[:, weights > 0] ** 2 @ weights[weights > 0] ** 2),
        sole=sole_m,
        contacts=found,
        flights=tuple(replace(flight, arc=arc) for flight, arc in zip(flights, arcs, strict=True)),
        scale=scale,
        pixels=mapping,
        calibration=calibration,
        repairs=(*poses.repairs, "gaps_filled") if gap_s.any() else poses.repairs,
    )


def _widen(
    contacts: tuple[Contact, ...], flights: list[Flight], *, bodies_m: tuple[Floats, Floats], time_s: Floats
) -> tuple[tuple[Contact, ...], list[Flight]]:
    """Return the contacts of jumps and their flights, as uncertain as the scatter of the soles makes them.

    ``bodies_m`` are the heights of the centre of mass (T,) and of the soles (T, 2), m, at ``time_s`` (T,), s.
    """
    scatter_m = measure_sole_scatter(time_s, bodies_m[0], soles_m=bodies_m[1], flights=flights)
    wider = widen_contacts(contacts, scatter_m=scatter_m)
    return wider, [Flight(*events, arc=None) for events in find_flight_events(wider)]


def _find_seen_contacts(
    poses: PoseSequence, points: Floats, *, body: BodyInPicture, contact_model: ContactModel, calibration: Calibration
) -> tuple[Contact, ...]:
    """Find every contact by the numbers for this view; ``points`` (T, K, 2), px: those of ``poses`` without gaps."""
    seen = calibration.seen_from(measure_obliqueness(points, poses.skeleton))
    found = find_contacts(poses, contact_model=contact_model, calibration=seen)
    return found if contact_model is ContactModel.RUNNING else correct_early_steps_off(found, body)


def remove_camera_motion(sequence: PoseSequence) -> PoseSequence:
    """Return the sequence as a stationary camera would have seen it."""
    if is_identity(sequence.camera):
        return sequence
    return sequence.repaired(
        "camera_motion_removed",
        points=apply_affine(sequence.camera, sequence.points),
        ground=apply_affine(sequence.camera, sequence.ground),
        camera=np.broadcast_to(make_identity_affine(), sequence.camera.shape),
    )


def _to_metres(px: Floats, mapping: PixelToMetres) -> Floats:
    """Points (..., 2) in metres, y up from the floor."""
    return (px - np.array(mapping.origin_px)) * np.array([1.0, -1.0]) * mapping.m_per_px


def _find_floor_px(poses: PoseSequence, contacts: tuple[Contact, ...], *, length_px: float) -> float:
    """Return height of the floor in the picture, px: where the soles are while on the ground, not on a box above it."""
    levels: list[Floats] = []
    for contact in contacts:
        standing = (poses.time_s >= contact.start_s) & (poses.time_s <= contact.end_s)
        levels.append(poses.ground[standing, SIDES.index(contact.side), 1])
    on_ground = np.concatenate(levels) if levels else np.empty(0)
    seen = on_ground[np.isfinite(on_ground)]
    if len(seen):
        return float(np.median(seen[seen > np.quantile(seen, _LOWEST_QUANTILE) - _LEVEL * length_px]))
    feet = [poses.skeleton.index[f"{side}_{part}"] for side in SIDES for part in ("heel", "foot_index")]
    return float(np.nanquantile(np.fmax.reduce(poses.points[:, feet, 1], axis=1), _LOWEST_LANDMARKS))
