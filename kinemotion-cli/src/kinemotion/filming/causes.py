"""Why a trial has no result: pictures that are missing or repeated, or soles too unclear to show contacts."""

from collections.abc import Collection, Generator
from contextlib import contextmanager

import numpy as np

from kinemotion.errors import KinemotionError, NobodyVisible, PhasesNotFound, SlowMotion
from kinemotion.filming.frozen import explain_by_frozen_pictures
from kinemotion.filming.missing_pictures import explain_by_missing_pictures
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.report import Problem
from kinemotion.motion.skeleton import SIDES
from kinemotion.signals.interpolation import fill_gaps
from kinemotion.signals.sole_scatter import find_sole_scatter

FILM_FEET_CLEARLY = Message(
    "film_feet_clearly",
    "Use the original file from the camera. Film in more light, closer to the athlete, and on a floor of another "
    "brightness than the shoes.",
)
"""What to do where the feet are not seen clearly."""
_QUANTILE, _UNCLEAR = 0.9, 0.025
"""Engineering limit: quantile over the frames of how far the sole jumps against the trunk, and that distance as a share
of the body from ankle to shoulder, above which no contact is seen. Sound rendered and filmed jumps have up to 0.013, a
blurred one that could be measured 0.024; compressed and blurred ones that could not have 0.031 to 0.06."""
_SCATTERED_M = 0.022
"""Engineering limit: scatter in the air that shows the same; filmed jumps that could be measured have up to 0.019."""
_EXPLAINED = frozenset({PhasesNotFound.code, "not_measured", "touchdown_unclear", "landed_on_box", "double_contact"})
"""Problems for which unclear soles are a cause."""
_EXPLAINED_BY_GAPS = _EXPLAINED | {SlowMotion.code}
"""Problems for which missing pictures are a cause."""
_OTHER_MOVEMENTS = frozenset({"feet_land_in_turn", "jumping_jacks", "somersault"})
"""Messages that name another movement by what the whole body does."""
_FEWEST_FRAMES = 8
"""Engineering limit: fewer frames show no scatter."""
_PER_FRAME = 20.0**0.5
"""Standard deviation of the third difference of white noise over that of the noise."""


def explain_problem(problem: Problem, sequence: PoseSequence) -> Problem:
    """Return the problem of a trial, or its cause: missing and repeated pictures and unclear soles hide the phases."""
    if problem.message.code == "feet_unclear":
        return problem
    cause: KinemotionError | None = None
    if _can_be_explained(problem.code, problem.message, among=_EXPLAINED_BY_GAPS):
        cause = explain_by_missing_pictures(sequence)
    if cause is None and _can_be_explained(problem.code, problem.message):
        cause = _make_error() if (measure_sole_jumps(sequence) or 0.0) > _UNCLEAR else None
    cause = cause or explain_by_frozen_pictures(sequence)
    return Problem(cause.code, cause.message, cause.hint) if cause else problem


@contextmanager
def explain_unclear_soles(motion: Motion) -> Generator[None]:
    """Name unclear soles as the cause of phases that are not found in a motion whose soles scatter in the air.

    Raises
    ------
    NobodyVisible
        Instead of such a failure.
    """
    try:
        yield
    except PhasesNotFound as error:
        if (find_sole_scatter(motion) or 0.0) > _SCATTERED_M and _can_be_explained(error.code, error.message):
            raise _make_error() from error
        raise


def _can_be_explained(code: str, message: Message, *, among: Collection[str] = _EXPLAINED) -> bool:
    """Return whether a problem is ``among`` those with such a cause, and names no other movement."""
    return code in among and message.code not in _OTHER_MOVEMENTS


def _make_error() -> NobodyVisible:
    return NobodyVisible(
        Message("feet_unclear", "The feet are not clear in the picture: the soles jump from frame to frame."),
        hint=FILM_FEET_CLEARLY,
    )


def measure_sole_jumps(sequence: PoseSequence) -> float | None:
    """Return how far the lower sole jumps against the trunk, as a share of the body; None where too little is seen."""
    points, _ = fill_gaps(sequence.points, sequence.time_s)
    shoulders, hips, ankles = (
        np.mean([points[:, sequence.skeleton.index[f"{side}_{part}"]] for side in SIDES], axis=0)
        for part in ("shoulder", "hip", "ankle")
    )
    length_px = float(np.median(np.linalg.norm(ankles - shoulders, axis=1)))
    below_px = np.fmax(sequence.ground[:, 0, 1], sequence.ground[:, 1, 1]) - 0.5 * (shoulders + hips)[:, 1]
    seen = below_px[np.isfinite(below_px)]
    if len(seen) < _FEWEST_FRAMES or not length_px > 0:
        return None
    return float(np.quantile(np.abs(np.diff(seen, n=3)), _QUANTILE)) / _PER_FRAME / length_px
