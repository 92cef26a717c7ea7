"""The stances of a run: which foot stood from when to when."""

from dataclasses import dataclass

import numpy as np

from kinemotion.errors import PhasesNotFound, SlowMotion
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.detection import Detection
from kinemotion.motion.events import Phase
from kinemotion.motion.skeleton import SIDES, Side
from kinemotion.movements.corrections import correct
from kinemotion.movements.running import RunningOptions
from kinemotion.movements.running.bounce import is_bounce_of_run
from kinemotion.reconstruct.angles import measure_frontal_width
from kinemotion.reconstruct.left_right import find_stride_rhythm
from kinemotion.reconstruct.scale import USE_REAL_TIME_FILE
from kinemotion.signals.periodic import Rhythm

_SLOWEST_RUN_SPM = 125.0
"""Engineering limit: below this nobody runs."""
_FASTEST_RUN_SPM = 330.0
"""Engineering limit: above this nobody runs; the fastest sprinters take 300 steps per minute."""
_RHYTHMIC = 0.6
"""Engineering limit: least share of the legs' motion that their rhythm explains in running."""
_OUT_OF_STEP = 0.1
"""Engineering limit: share of a stride by which an instant may miss its foot's usual place in it; more is a misread
contact."""
_OBLIQUE = 0.25
"""Engineering limit: frontal width of a runner seen at an angle. The feet differ by which is in front, which needs
a side view. Rendered runs show up to 0.13 from 75 degrees on, 0.37 at 45 degrees, and 0.32 at 60 degrees, where contact
times are 35 ms off."""
_WALKING = 0.5
"""Source: Novacheck 1998, 10.1016/S0966-6362(97)00038-6: a runner's foot stands for less than half of the stride."""


@dataclass(frozen=True, slots=True)
class RunDetection(Detection):
    """A stretch of running; its phases are the complete stances, named "stance_left" and "stance_right".

    There are none where the contacts are unclear.
    """

    pace: Rhythm
    """Frequency of the strides."""


def detect(motion: Motion, options: RunningOptions) -> RunDetection:
    """Find the complete stances of a stretch of running.

    Raises
    ------
    PhasesNotFound
        Where the legs have no rhythm, the run is seen at an angle, one foot is always down, or too few steps are
        complete.
    SlowMotion
        Where the steps are slower or faster than any run.
    """
    pace = find_stride_rhythm(motion)
    if pace.explained < _RHYTHMIC:
        raise PhasesNotFound(
            Message("no_running_rhythm", "The legs do not move in a steady rhythm. This does not look like running.")
        )
    stride_hz = pace.frequency_hz.value
    stances = [stance for side in SIDES for stance in _keep_in_step(_find_complete(motion, side), 1 / stride_hz)]
    steps = len(stances)
    if stances and np.median([stance.duration_s for stance in stances]) > _WALKING / stride_hz:
        if 120 * stride_hz < _SLOWEST_RUN_SPM or not is_bounce_of_run(motion, stride_hz=stride_hz):
            raise PhasesNotFound(
                Message("walking", "One foot is always on the ground. This looks like walking."),
                hint=Message("run_with_flight", "Film a run in which both feet leave the ground in every step."),
            )
        # In poor light feet that glide close above the ground seem to stand on it.
        stances, steps = [], count_steps(motion, stride_hz=stride_hz)
    _check_clock(120 * stride_hz)
    if measure_frontal_width(motion.joints, motion.skeleton) > _OBLIQUE:
        raise PhasesNotFound(
            Message("not_from_side", "The video does not show the run from the side. Ground contacts are unclear."),
            hint=Message(
                "camera_at_side", "Place the camera at the side, at a right angle to the direction of running."
            ),
        )
    if steps < options.minimum_steps:
        raise PhasesNotFound(
            Message(
                "too_few_steps",
                "Complete steps in view: {count}. The analysis needs at least {least}.",
                count=steps,
                least=options.minimum_steps,
            ),
            hint=Message("film_steps", "Film from the side for at least four seconds. Keep both feet in view."),
        )
    return RunDetection(motion, tuple(sorted(stances, key=lambda stance: stance.start_s)), pace=pace)


def _check_clock(cadence_spm: float) -> None:
    """Check that somebody can run at this cadence, steps per minute.

    Raises
    ------
    SlowMotion
        Where nobody can.
    """
    if cadence_spm < _SLOWEST_RUN_SPM:
        raise SlowMotion(
            Message(
                "cadence_too_low",
                "The athlete takes only {cadence_per_min:.0f} steps per minute. The video is in slow motion, "
                "or the athlete walks.",
                cadence_per_min=cadence_spm,
            )
        )
    if cadence_spm > _FASTEST_RUN_SPM:
        raise SlowMotion(
            Message(
                "cadence_too_high",
                "The athlete takes {cadence_per_min:.0f} steps per minute. Nobody runs so fast: the video plays faster "
                "than real time.",
                cadence_per_min=cadence_spm,
            ),
            hint=USE_REAL_TIME_FILE,
        )


def count_steps(motion: Motion, *, stride_hz: float) -> int:
    """Return how many whole steps the rhythm of the strides has in the motion."""
    return int(2 * stride_hz * float(motion.time_s[-1] - motion.time_s[0]))


def _find_complete(motion: Motion, side: Side) -> list[Phase]:
    """Contacts of one foot that begin and end within the motion."""
    return [
        Phase(f"stance_{side}", correct(contact.touchdown, motion), correct(contact.toeoff, motion))
        for contact in motion.contacts
        if contact.side == side and contact.touchdown and contact.toeoff
    ]


def _keep_in_step(stances: list[Phase], stride_s: float) -> list[Phase]:
    """Those whose both ends lie where that foot's usually do in the stride, one a stride."""
    if not stances:
        return []
    starts = np.array([stance.start_s for stance in stances])
    ends = np.array([stance.end_s for stance in stances])
    usual = (_measure_offsets(starts, stride_s) < _OUT_OF_STEP) & (_measure_offsets(ends, stride_s) < _OUT_OF_STEP)
    usual &= ends - starts < stride_s
    return [stance for stance, kept in zip(stances, usual, strict=True) if kept]


def _measure_offsets(instants_s: Floats, stride_s: float) -> Floats:
    """Distance (N,) of each instant from the usual place in the stride, as a share of it, 0 to 0.5."""
    turns = np.exp(2j * np.pi * instants_s / stride_s)
    offsets = np.abs(np.angle(turns[:, None] * turns.conj())) / (2 * np.pi)
    return offsets[np.median(offsets, axis=1).argmin()]
