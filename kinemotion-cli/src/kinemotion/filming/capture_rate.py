"""Whether the capture rate that a file names is true: only one clock makes a jump a free fall of a grown body."""

from collections.abc import Sequence
from enum import Enum
from math import log

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.calibration import Calibration
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import PoseSequence
from kinemotion.reconstruct.body_motion import remove_camera_motion
from kinemotion.reconstruct.centre_of_mass import compute_com_weights
from kinemotion.reconstruct.scale import (
    NOMINAL_STATURE_M,
    BodyInPicture,
    find_falls,
    measure_chain_px,
    scale_by_stature,
)
from kinemotion.signals.interpolation import fill_gaps

_SLOW_MOTION = 1.5
"""Engineering limit: without a fall, a named rate this many times the file's is taken for slow motion. Phones name
their nominal rate in every file, and film at less in low light."""


class TagCheck(Enum):
    """What a clip shows of the capture rate that its file names."""

    CONFIRMED = "a fall fits the named rate"
    CONTRADICTED = "a fall fits the file's own rate, or the named rate is none of slow motion"
    UNCHECKED = "the named rate is one of slow motion, and nothing falls long enough to check it"


def check_tag(
    sequences: Sequence[PoseSequence], *, slowed: float, athlete: Athlete, calibration: Calibration
) -> TagCheck:
    """Return whether a clip is in slow motion as a tag says.

    ``sequences`` are its trials on the file's own clock; ``slowed`` is the named capture rate over the file's rate. On
    the clock that is wrong the same fall gives an impossible body height.
    """
    ratios = [ratio for one in sequences for ratio in _measure_fall_ratios(one, athlete, calibration=calibration)]
    if not ratios:
        return TagCheck.UNCHECKED if slowed >= _SLOW_MOTION else TagCheck.CONTRADICTED
    as_file = log(float(np.median(ratios)))
    fits_tag = abs(as_file - 2 * log(slowed)) < abs(as_file)
    return TagCheck.CONFIRMED if fits_tag else TagCheck.CONTRADICTED


def describe_untrue_tag(tag_fps: float, *, file_fps: float) -> Message:
    """Say that a capture rate was not used."""
    return Message(
        "capture_tag_not_used",
        "The file says that the camera filmed at {tag_hz:.0f} frames per second. This does not fit what the video "
        "shows, so the file's own {file_hz:.0f} were used. If the video is in slow motion, give --capture-fps.",
        tag_hz=tag_fps,
        file_hz=file_fps,
    )


def describe_unchecked_tag(tag_fps: float) -> Message:
    """Say that a capture rate was used although nothing shows whether it is true."""
    return Message(
        "capture_tag_not_checked",
        "The file says that the camera filmed at {tag_hz:.0f} frames per second. This movement does not show whether "
        "that is true. If the video plays at normal speed, all times are wrong: give the true rate of the camera.",
        tag_hz=tag_fps,
    )


def _measure_fall_ratios(sequence: PoseSequence, athlete: Athlete, *, calibration: Calibration) -> list[float]:
    """Return the scale of each fall of a trial over that of the athlete's stature."""
    poses = remove_camera_motion(sequence)
    weights = compute_com_weights(poses.skeleton, calibration.landmarks, sex=athlete.sex)
    points, _ = fill_gaps(poses.points, poses.time_s)
    if not np.isfinite(points[:, weights > 0]).all():
        return []
    length_px = measure_chain_px(points, poses.skeleton)
    body = BodyInPicture(poses.time_s, (weights @ points)[:, 1], chain_px=length_px, errors=calibration.com)
    stature = NOMINAL_STATURE_M if athlete.height_m is None else Estimate(athlete.height_m, 0.0)
    expected = scale_by_stature(body, stature).value
    return [fall.value / expected for fall in find_falls(body, poses.ground[:, :, 1])]
