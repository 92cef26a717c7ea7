"""The stances of a run: which foot stood from when to when."""

from itertools import pairwise

import numpy as np

from kinemotion.errors import PhasesNotFound, SlowMotion
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase

CADENCE_BAND_SPM = (60.0, 280.0)
"""Cadences looked for: wider than human running, so that slowed files are seen as what they are."""
_SLOWEST_RUN_SPM = 125.0
"""Below this nobody runs; a flight at such a cadence means a slowed file."""


def find_stances(motion: Motion, *, minimum_steps: int) -> tuple[Phase, ...]:
    """Complete stances in time order, named "stance_left" and "stance_right".

    Raises
    ------
    PhasesNotFound
        Where the feet do not alternate with flights between them, or too few steps are complete.
    SlowMotion
        Where the steps are slower than any run.
    """
    stances = [
        Phase(f"stance_{contact.side}", contact.touchdown, contact.toeoff)
        for contact in motion.contacts
        if contact.touchdown and contact.toeoff
    ]
    stances.sort(key=lambda stance: stance.start_s)
    if len(stances) < minimum_steps:
        raise PhasesNotFound(
            f"Only {len(stances)} complete steps are visible; {minimum_steps} are needed.",
            hint="Film from the side, with both feet in view, for at least four seconds.",
        )
    starts = np.array([stance.start_s for stance in stances])
    alternate = np.array([a.name != b.name for a, b in pairwise(stances)])
    if alternate.mean() < 0.7:
        raise PhasesNotFound("The feet do not take turns: this does not look like running.")
    pace = np.diff(starts)[alternate]
    if 60.0 / np.median(pace) < _SLOWEST_RUN_SPM:
        slow = 60.0 / float(np.median(pace))
        raise SlowMotion(f"The steps come at {slow:.0f} a minute: the file seems slowed, or this is walking.")
    overlaps = [a.end_s > b.start_s for a, b in pairwise(stances) if a.name != b.name]
    if np.mean(overlaps) > 0.5:
        raise PhasesNotFound("Both feet are on the ground at once: this looks like walking.")
    return tuple(stances)
