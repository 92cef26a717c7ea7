"""Numbers of repeated jumps: every jump, the means, the best five, and how the height fades."""

from collections.abc import Sequence

import numpy as np

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase, elapsed
from kinemotion.motion.metrics import Estimate, combined, ratio
from kinemotion.motion.report import Measurement, Repetition
from kinemotion.movements.jumps.flights import Jump, jumps
from kinemotion.movements.jumps.jump_height import measure_jump_height
from kinemotion.movements.rj.metrics import HopMetrics, RepeatedJumpMetrics
from kinemotion.movements.spring_mass import vertical_stiffness

_BEST, _FAST_CONTACT_S = 5, 0.25
"""Harper et al. 2011."""
_SHARED = 0.5
"""Share of a jump's error that all jumps of a clip have in common and no mean removes."""
_FEWEST_FOR_SLOPE = 5
_MEANS = (
    "jump_height",
    "flight_time",
    "ground_contact_time",
    "reactive_strength_index",
    "rsi_flight_contact_ratio",
    "vertical_stiffness",
)


def measure(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete) -> Measurement:
    """Metrics of the series that the phases tell apart."""
    hops = _hops(motion, phases, athlete=athlete)
    flights = [part for part in phases if part.name == "flight"]
    metrics = RepeatedJumpMetrics(
        **{name: _mean(_values(hops, name)) for name in _MEANS},
        jump_count=Estimate(len(hops), 0.0),
        rsi_best_five=_best_five(hops),
        jump_rate=_rate(flights),
        fatigue_slope=_slope(_values(hops[1:], "jump_height")),
    )
    return Measurement(metrics, repetitions=hops)


def _hops(motion: Motion, phases: tuple[Phase, ...], *, athlete: Athlete) -> tuple[Repetition, ...]:
    """Every jump with the contact before it."""
    around = (None, *phases, None)
    flown = {jump.takeoff: jump for jump in jumps(motion)}
    return tuple(
        _hop(motion, flown[flight.start], around=(around[place], around[place + 2]), athlete=athlete, index=place // 2)
        for place, flight in enumerate(phases)
        if flight.name == "flight"
    )


def _hop(
    motion: Motion, jump: Jump, *, around: tuple[Phase | None, Phase | None], athlete: Athlete, index: int
) -> Repetition:
    """One jump; ``around`` are the contacts before and after it."""
    before, after = around
    leap = measure_jump_height(motion, jump, rebounds=(before is not None, after is not None))
    contact = before and before.duration
    return Repetition(
        index=index,
        start_s=before.start_s if before else jump.takeoff.time_s,
        end_s=jump.landing.time_s,
        metrics=HopMetrics(
            jump_height=leap.height,
            flight_time=leap.flight_time,
            ground_contact_time=contact,
            reactive_strength_index=contact and ratio(leap.height, contact),
            rsi_flight_contact_ratio=contact and ratio(leap.flight_time, contact),
            vertical_stiffness=contact and vertical_stiffness(contact, leap.flight_time, athlete=athlete),
        ),
    )


def _values(hops: Sequence[Repetition], name: str) -> list[Estimate]:
    found = [getattr(hop.metrics, name) for hop in hops]
    return [value for value in found if value is not None]


def _mean(values: Sequence[Estimate]) -> Estimate | None:
    """Mean of these jumps; part of each one's error averages out, part is common to all."""
    if not values:
        return None
    typical = float(np.sqrt(np.mean([value.error**2 for value in values])))
    own = typical * float(np.sqrt((1 - _SHARED**2) / len(values)))
    return Estimate(float(np.mean([value.value for value in values])), combined(own, _SHARED * typical))


def _best_five(hops: Sequence[Repetition]) -> Estimate | None:
    """Mean reactive strength index of the best five quick contacts, the first jump left out; None with fewer."""
    quick = [
        hop.metrics.reactive_strength_index
        for hop in hops[1:]
        if isinstance(hop.metrics, HopMetrics)
        and hop.metrics.reactive_strength_index is not None
        and hop.metrics.ground_contact_time is not None
        and hop.metrics.ground_contact_time.value < _FAST_CONTACT_S
    ]
    best = sorted(quick, key=lambda index: index.value)[-_BEST:]
    return _mean(best) if len(best) == _BEST else None


def _rate(flights: Sequence[Phase]) -> Estimate:
    """Jumps per minute, from the first take-off to the last."""
    return ratio(Estimate(60.0 * (len(flights) - 1), 0.0), elapsed(flights[0].start, flights[-1].start))


def _slope(heights: Sequence[Estimate]) -> Estimate | None:
    """Slope of the straight line through the heights over the jump's number, as a share of their mean."""
    if len(heights) < _FEWEST_FOR_SLOPE:
        return None
    numbers = np.arange(len(heights)) - (len(heights) - 1) / 2
    values = np.array([height.value for height in heights])
    spread = float(numbers @ numbers)
    slope = float(numbers @ values) / spread
    residual = values - values.mean() - slope * numbers
    error = float(np.sqrt(residual @ residual / (len(values) - 2) / spread))
    return Estimate(slope, error).scaled(1.0 / float(values.mean()))
