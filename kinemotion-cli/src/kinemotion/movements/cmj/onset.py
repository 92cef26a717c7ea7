"""The instant a countermovement begins, found from where the body is once it clearly sinks.

Force leaves body weight gradually: some 100 ms pass until the centre of mass is a centimetre lower, and no picture
shows what happens before. So the onset is extrapolated from the dip, whose shares of depth are reached at well-measured
times::

    onset = t(20 %) - 150 ms - 0.75 (t(50 %) - t(20 %))

The dip alone does not fix the lead. Three jumps on force plates and the rendered ones (polynomials of least jerk) look
alike from 5 % of their depth on, but on the plates the force had left body weight (by five standard deviations of the
quiet stand, Owen et al. 2014, 10.1519/JSC.0000000000000311) 20 to 40 ms sooner than the rendered dips, scaled in time,
would say. People sink faster after a gentler start; a lead that is in part the same for everybody fits both kinds.
"""

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event
from kinemotion.movements.jumps.starting_posture import QuietStanding
from kinemotion.signals.crossings import find_crossings

_SHALLOW, _DEEP = 0.2, 0.5
"""Engineering limit: shares of the depth whose times are well measured."""
_BEFORE_S = 0.2
"""Engineering limit: the athlete may have sunk a little already when last seen still."""


def find_onset(motion: Motion, standing: QuietStanding, *, lowest_s: float, lowest_m: float) -> Event | None:
    """Return the start of the countermovement; None where the body does not sink from its stand."""
    depth = standing.height_m - lowest_m
    dip = (motion.time_s >= standing.end_s - _BEFORE_S) & (motion.time_s <= lowest_s)
    reached = [
        _take_last(
            find_crossings(
                motion.com[dip, 1], motion.time_s[dip], level=standing.height_m - share * depth, direction="falling"
            )
        )
        for share in (_SHALLOW, _DEEP)
    ]
    shallow_s, deep_s = reached
    if depth <= 0 or shallow_s is None or deep_s is None:
        return None
    calibration = motion.calibration.push_off
    lead_s = calibration.onset_lead_s + calibration.onset_lead_share * (deep_s - shallow_s)
    return Event("onset", shallow_s - lead_s, calibration.onset_relative_error * lead_s)


def _take_last(instants: Floats) -> float | None:
    return float(instants[-1]) if len(instants) else None
