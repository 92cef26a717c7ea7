"""Points that were seldom or never seen are passed over in silence: no warning, no crash, a refusal at most."""

from dataclasses import replace

import numpy as np
import pytest
from measured_jump import countermovement
from synthetic_athlete import Camera, film, sequence

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.reconstruct import reconstruct
from kinemotion.reconstruct.repairs import recover_limb_outliers

_FEET = ("left_heel", "right_heel", "left_foot_index", "right_foot_index")


@pytest.fixture(scope="module")
def jump() -> PoseSequence:
    return sequence(film(countermovement(), Camera(noise_px=0.5)))


def without(seen: PoseSequence, *names: str, frames: slice = slice(None)) -> PoseSequence:
    """The sequence in which these points were not seen in some frames."""
    points = seen.points.copy()
    for name in names:
        points[frames, BLAZEPOSE.index[name]] = np.nan
    return replace(seen, points=points)


def test_a_floor_is_found_without_silhouettes_where_feet_were_hidden_for_a_while(jump: PoseSequence):
    unseen = replace(jump, ground=np.full_like(jump.ground, np.nan))
    motion = reconstruct(
        without(unseen, *_FEET, frames=slice(0, 10)),
        Athlete(),
        contact_model=ContactModel.JUMPING,
        calibration=get_default_calibration(),
    )
    assert motion.pixels.origin_px[1] == pytest.approx(800.0, abs=10)
    assert motion.contacts == ()


@pytest.mark.parametrize("name", ["left_heel", "right_foot_index", "left_knee", "right_hip"])
def test_a_leg_with_a_point_never_seen_is_not_reclaimed(jump: PoseSequence, name: str):
    hidden = without(jump, name)
    assert recover_limb_outliers(hidden) is hidden


def test_a_leg_seen_only_where_it_is_far_from_the_other_is_not_reclaimed(jump: PoseSequence):
    apart = jump.points.copy()
    leg = [BLAZEPOSE.index[f"right_{part}"] for part in ("knee", "ankle", "heel", "foot_index")]
    apart[40:60, leg, 0] += 300.0
    hidden = without(replace(jump, points=apart), "right_hip", frames=slice(0, 40))
    hidden = without(hidden, "right_hip", frames=slice(60, None))
    assert recover_limb_outliers(hidden) is hidden
