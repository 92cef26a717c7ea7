"""The stances of a run: which foot stood from when to when."""

import numpy as np

from kinemotion.errors import PhasesNotFound, SlowMotion
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.reconstruct.angles import frontal_width
from kinemotion.reconstruct.left_right import find_stride_rhythm

_SLOWEST_RUN_SPM = 125.0
"""Below this nobody runs."""
_RHYTHMIC = 0.6
"""Least share of the legs' motion that their rhythm explains in running."""
_OUT_OF_STEP = 0.1
"""Share of a stride by which an instant may miss its foot's usual place in it; more is a misread contact."""
_ASKEW = 0.25
"""Frontal width of a runner seen at an angle: feet are told apart by who is in front, which needs a side view. Rendered
runs show up to 0.13 from 75 degrees on, 0.32 at 60 degrees, where contact times are 35 ms off, and 0.37 at 45."""
_WALKING = 0.5
"""Share of the stride a foot stands; from here on one foot is always down."""


def find_stances(motion: Motion, *, minimum_steps: int) -> tuple[Phase, ...]:
    """Complete stances in time order, named "stance_left" and "stance_right".

    Raises
    ------
    PhasesNotFound
        Where the legs have no rhythm, the run is seen at an angle, one foot is always down, or too few steps are
        complete.
    SlowMotion
        Where the steps are slower than any run.
    """
    pace = find_stride_rhythm(motion)
    if pace.explained < _RHYTHMIC:
        raise PhasesNotFound(
            Message("no_running_rhythm", "The legs do not move in a steady rhythm. This does not look like running.")
        )
    cadence_spm = 120 * pace.frequency_hz.value
    if cadence_spm < _SLOWEST_RUN_SPM:
        raise SlowMotion(
            Message(
                "cadence_too_low",
                "The athlete takes only {cadence_per_min:.0f} steps per minute. The video is in slow motion, "
                "or the athlete walks.",
                cadence_per_min=cadence_spm,
            )
        )
    if frontal_width(motion) > _ASKEW:
        raise PhasesNotFound(
            Message("not_from_side", "The video does not show the run from the side. Ground contacts are unclear."),
            hint=Message(
                "camera_at_side", "Place the camera at the side, at a right angle to the direction of running."
            ),
        )
    stride_s = 1 / pace.frequency_hz.value
    stances = [stance for side in SIDES for stance in _in_step(_complete(motion, side), stride_s)]
    if len(stances) < minimum_steps:
        raise PhasesNotFound(
            Message(
                "too_few_steps",
                "Complete steps in view: {count}. The analysis needs at least {least}.",
                count=len(stances),
                least=minimum_steps,
            ),
            hint=Message("film_steps", "Film from the side for at least four seconds. Keep both feet in view."),
        )
    if np.median([stance.duration_s for stance in stances]) > _WALKING * stride_s:
        raise PhasesNotFound(Message("walking", "One foot is always on the ground. This looks like walking."))
    return tuple(sorted(stances, key=lambda stance: stance.start_s))


def _complete(motion: Motion, side: Side) -> list[Phase]:
    """Contacts of one foot that begin and end within the motion."""
    return [
        Phase(f"stance_{side}", contact.touchdown, contact.toeoff)
        for contact in motion.contacts
        if contact.side == side and contact.touchdown and contact.toeoff
    ]


def _in_step(stances: list[Phase], stride_s: float) -> list[Phase]:
    """Those whose both ends lie where that foot's usually do in the stride, one a stride."""
    if not stances:
        return []
    starts = np.array([stance.start_s for stance in stances])
    ends = np.array([stance.end_s for stance in stances])
    usual = (_off_beat(starts, stride_s) < _OUT_OF_STEP) & (_off_beat(ends, stride_s) < _OUT_OF_STEP)
    usual &= ends - starts < stride_s
    return [stance for stance, kept in zip(stances, usual, strict=True) if kept]


def _off_beat(instants_s: Floats, stride_s: float) -> Floats:
    """Distance (N,) of each instant from the usual place in the stride, as a share of it, 0 to 0.5."""
    turns = np.exp(2j * np.pi * instants_s / stride_s)
    offsets = np.abs(np.angle(turns[:, None] * turns.conj())) / (2 * np.pi)
    return offsets[np.median(offsets, axis=1).argmin()]
