"""Cutting a stream of one person's poses into jumps: causal, in bounded memory, the same however the stream arrives.

A trial is a group of flights with only short times on the ground between them, with what came before the first and
a moment after the last. The cut needs only rough flights; exact instants are found in the finished trial.
"""

from collections import deque
from dataclasses import dataclass
from itertools import accumulate, takewhile
from math import isfinite

from kinemotion.motion.live import PhaseNow, RoughState
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.base import Segmenter
from kinemotion.movements.jumps.rough_flights import LEAVES, RoughFlights
from kinemotion.movements.per_person import PerPersonSegmenter
from kinemotion.reconstruct.rough_body import UPRIGHT, CentreHeight, StandingHeight

_TICK_S = 1e-4
"""Engineering limit: time stamps are rounded; a frame that is due is due."""
_MEASURABLE_S = 0.1
"""Engineering limit: time after a landing from which its frames show when it was."""
_STILL_S, _STILL_RANGE = 0.2, 0.02
"""Engineering limit: a centre of mass that stays within this range (body lengths) for so long does not hop."""
_RISE_S, _RISE_LASTED = 0.35, 0.8
"""Engineering limit: a centre of mass that has only risen for so long is in no hop, and the share of that time that the
frames must cover."""
_SINKS = 0.006
"""Engineering limit: distance (body lengths) by which the landmarks of a rising body seem to sink."""
_SLOW_S, _SLOW_RISE, _EVEN_RISE = 0.1, 0.03, 0.015
"""Engineering limit: at the end of a push-off a centre of mass rises by more than this (body lengths) in so long; in
free fall it rises by more than this less than in the time before."""
_DIPS = 0.05
"""Engineering limit: a centre of mass this far below quiet standing (body lengths) is in a countermovement."""
_RISES_S = 0.3
"""Engineering limit: time from there to the take-off, in which the centre of mass passes the height of standing."""


@dataclass(frozen=True, slots=True)
class JumpCut:
    """How much belongs to a trial."""

    settle_s: float
    """Time on the ground after which the flights before belong together and are over."""
    before_s: float = 5.0
    """What is kept of the time before the first flight."""
    longest_s: float = 12.0
    """A trial that grows longer is given out as it is; what follows begins anew."""
    least_rise: float = LEAVES
    """How high the lower foot must go to have flown, body lengths; below, a flickering silhouette looks the same."""
    rebound_count: float = 0
    """Landings of a trial from which a rebound follows; the others end a jump."""
    stands_s: float | None = None
    """Time on the ground after which an athlete who stands upright and still has ended a trial, before it settles."""
    stands_up_s: float | None = None
    """Time on the ground after which an athlete who slowly stands up has ended a trial."""


def segment_jumps(skeleton: Skeleton, *, cut: JumpCut) -> Segmenter:
    """Make a segmenter that cuts the jumps of everybody in view."""
    return PerPersonSegmenter(lambda: JumpSegmenter(skeleton, cut))


class JumpSegmenter:
    """Cuts the jumps of one person; see ``movements.per_person.PersonSegmenter``."""

    def __init__(self, skeleton: Skeleton, cut: JumpCut) -> None:
        self._skeleton = skeleton
        self._cut = cut
        self._frames: deque[FramePoses] = deque()
        self._latest: FramePoses
        self._flights = RoughFlights(skeleton, least_rise=cut.least_rise)
        self._measured_landing_s: float | None = None
        self._height: StandingHeight | None = None
        self._centre: CentreHeight | None = None
        self._highest_px: float | None = None
        self._fallen_s: float | None = None
        self._dipped_s = float("-inf")

    def push(self, frame: FramePoses) -> PoseSequence | None:
        """Take in the next frame; return the trial that is over now."""
        self._latest = frame
        self._frames.append(frame)
        self._flights.push(frame)
        begun_s = self._flights.takeoff_s
        self._forget((frame.time_s if begun_s is None else begun_s) - self._cut.before_s)
        too_long = frame.time_s - self._frames[0].time_s >= self._cut.longest_s
        settled = self._landed_for(self._cut.settle_s) or self._stands_still() or self._stands_up()
        return self.close() if too_long or settled else None

    def close(self) -> PoseSequence | None:
        """Return the trial that has begun; what follows begins anew."""
        trial = None
        if self._flights.takeoff_s is not None:
            trial = PoseSequence.of(self._frames, self._skeleton)
            self._frames.clear()
        self._flights.begin_anew()
        self._measured_landing_s = self._highest_px = self._fallen_s = None
        return trial

    def describe_state(self) -> RoughState:
        """Say what this person does in the last frame."""
        frame, flights = self._latest, self._flights
        self._height = self._height or StandingHeight(self._skeleton)
        rise_px = self._height.push(frame, flights.body, floor_px=flights.floor_px)
        if rise_px is not None:
            self._highest_px = max(rise_px, self._highest_px or rise_px)
        if self._cut.rebound_count:
            self._fallen_s = flights.find_end_of_fall() or self._fallen_s
        return RoughState(
            person=frame.people[0].person,
            phase=self._phase(rise_px),
            rise_px=rise_px,
            highest_px=self._highest_px,
            body_px=flights.body.length_px or None,
            contact_time_s=self._contact_time(),
        )

    def find_provisional_trial(self) -> PoseSequence | None:
        """Return the trial as far as it was seen, once after each landing."""
        landed_s = self._flights.landing_s
        if landed_s == self._measured_landing_s or not self._landed_for(_MEASURABLE_S):
            return None
        self._measured_landing_s = landed_s
        return PoseSequence.of(self._frames, self._skeleton)

    def _landed_for(self, time_s: float) -> bool:
        landed_s = self._flights.landing_s
        return landed_s is not None and self._frames[-1].time_s - landed_s > time_s - _TICK_S

    def _stands_still(self) -> bool:
        """Whether no rebound follows: the athlete is upright, and neither sinks into a squat nor rises from one."""
        if self._cut.stands_s is None or not self._landed_for(self._cut.stands_s):
            return False
        heights = [height for _, height in self._list_heights(_STILL_S)]
        is_seen = all(map(isfinite, heights))
        return is_seen and min(heights) > UPRIGHT and max(heights) - min(heights) < _STILL_RANGE

    def _stands_up(self) -> bool:
        """Whether no rebound follows: the athlete has risen for longer than in a hop, and slower than in a push-off."""
        if self._cut.stands_up_s is None or not self._landed_for(self._cut.stands_up_s):
            return False
        heights = self._list_heights(_RISE_S)
        ages_s = [self._latest.time_s - time_s for time_s, _ in heights]
        values = [height for _, height in heights]
        if ages_s[-1] < _RISE_LASTED * _RISE_S or not all(map(isfinite, values)):
            return False
        only_rises = all(
            earlier < lowest + _SINKS for earlier, lowest in zip(values, accumulate(values, min), strict=True)
        )
        now, middle, first = (
            next(value for age_s, value in zip(ages_s, values, strict=True) if age_s > times * _SLOW_S - _TICK_S)
            for times in range(3)
        )
        last, before = now - middle, middle - first
        return now > UPRIGHT and only_rises and last < _SLOW_RISE and abs(last - before) < _EVEN_RISE

    def _list_heights(self, duration_s: float) -> list[tuple[float, float]]:
        """Return times, s, and heights of the centre of mass, body lengths above the floor, newest first."""
        self._centre = self._centre or CentreHeight(self._skeleton)
        now_s, flights = self._latest.time_s, self._flights
        recent = takewhile(lambda frame: now_s - frame.time_s <= duration_s + _TICK_S, reversed(self._frames))
        return [
            (frame.time_s, self._centre.find_height(frame, floor_px=flights.floor_px) / flights.body.length_px)
            for frame in recent
        ]

    def _phase(self, rise_px: float | None) -> PhaseNow:
        flights = self._flights
        if flights.takeoff_s is None and self._fallen_s is not None:
            return "contact"
        if flights.takeoff_s is None:
            if rise_px is not None and rise_px < -_DIPS * flights.body.length_px:
                self._dipped_s = self._latest.time_s
            return "countermovement" if self._latest.time_s - self._dipped_s < _RISES_S else "standing"
        if flights.landing_s is None:
            return "flight"
        falls = 0 if self._fallen_s is None else 1
        return "contact" if flights.landings + falls <= self._cut.rebound_count else "landing"

    def _contact_time(self) -> float | None:
        """Length of the last contact between two flights, or between a fall and a flight, s."""
        flights = self._flights
        if flights.contact_time_s is None and flights.takeoff_s is not None and self._fallen_s is not None:
            return flights.takeoff_s - self._fallen_s
        return flights.contact_time_s

    def _forget(self, before_s: float) -> None:
        while self._frames and self._frames[0].time_s < before_s:
            self._frames.popleft()
