"""How far a trial can be trusted, told from physics and visibility, in words a coach understands."""

import numpy as np

from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.report import Quality


def unusable(reason: str) -> Quality:
    """Quality of a trial that could not be measured."""
    return Quality(score=0, confidence="low", warnings=(reason,))


def assess(
    sequence: PoseSequence,
    motion: Motion,
    *,
    phases: tuple[Phase, ...],
    warnings: tuple[str, ...],
    implausible: tuple[str, ...],
) -> Quality:
    """Score, confidence and warnings of a measured trial.

    ``warnings`` are the sport's own remarks; ``implausible`` names metrics outside the human range.
    """
    rate = 1.0 / float(np.median(np.diff(sequence.time_s)))
    score = 30 if implausible else 90
    found = list(warnings)
    if implausible:
        found.append(f"Not a believable value: {', '.join(name.replace('_', ' ') for name in implausible)}.")
    del motion, phases
    return Quality(
        score=score,
        confidence="low" if score < 50 else "high",
        warnings=tuple(found),
        indicators={"frame_rate_hz": rate},
    )
