"""Numbers of repeated jumps: every jump, the means, the best five, and how the height fades."""

from collections.abc import Sequence

import numpy as np

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.calibration import ReboundCalibration
from kinemotion.motion.metrics import Estimate, combine_errors, divide
from kinemotion.motion.report import Measurement, Repetition
from kinemotion.movements.jumps.contact_time import measure_contact_time
from kinemotion.movements.jumps.jump_height import FusedFlight
from kinemotion.movements.rj import RepeatedJumpOptions
from kinemotion.movements.rj.detect import SeriesDetection
from kinemotion.movements.rj.metrics import HopMetrics, RepeatedJumpMetrics
from kinemotion.movements.rj.missed_hops import MISSED, count_missed_hops, measure_rate
from kinemotion.movements.spring_mass import estimate_vertical_stiffness

_BEST, _FAST_CONTACT_S = 5, 0.25
"""Source: Harper et al. 2011, BASES Annual Student Conference, Chester."""
_FEWEST_FOR_SLOPE = 5
"""Engineering limit: fewer heights give no slope worth an interval."""
_MEANS = (
    "jump_height",
    "flight_time",
    "ground_contact_time",
    "reactive_strength_index",
    "rsi_flight_contact_ratio",
    "vertical_stiffness",
)


def measure(detection: SeriesDetection, *, athlete: Athlete, options: RepeatedJumpOptions) -> Measurement:
    """Every jump and contact, their means, the best five and the fatigue slope."""
    del options
    flights = detection.flights
    errors = detection.motion.calibration.rebound
    missed = count_missed_hops(flights)
    rebounds = [before if number == 0 else None for before, number in zip((None, *flights[:-1]), missed, strict=True)]
    hops = tuple(
        _measure_hop((before, flight), athlete=athlete, errors=errors, index=index)
        for index, (before, flight) in enumerate(zip(rebounds, flights, strict=True))
    )
    metrics = RepeatedJumpMetrics(
        **{name: _average(_list_values(hops, name), shared=errors.shared_error) for name in _MEANS},
        jump_count=Estimate(len(hops), 0.0),
        rsi_best_five=_average_best_five(hops, shared=errors.shared_error),
        jump_rate=measure_rate(flights, missed=sum(missed)),
        fatigue_slope=_fit_slope(_list_values(hops[1:], "jump_height")),
    )
    return Measurement(metrics, repetitions=hops, doubts=(MISSED,) if any(missed) else ())


def _measure_hop(
    flights: tuple[FusedFlight | None, FusedFlight], *, athlete: Athlete, errors: ReboundCalibration, index: int
) -> Repetition:
    """One jump with the contact after the flight before it; None where there is none, or where a hop was missed."""
    before, flight = flights
    contact = before and measure_contact_time(before.landing, flight.takeoff, errors=errors)
    return Repetition(
        index=index,
        start_s=before.landing.time_s if before else flight.takeoff.time_s,
        end_s=flight.landing.time_s,
        metrics=HopMetrics(
            jump_height=flight.height,
            flight_time=flight.flight_time,
            ground_contact_time=contact,
            reactive_strength_index=contact and divide(flight.height, contact),
            rsi_flight_contact_ratio=contact and divide(flight.flight_time, contact),
            vertical_stiffness=contact and estimate_vertical_stiffness(contact, flight.flight_time, athlete=athlete),
        ),
    )


def _list_values(hops: Sequence[Repetition], name: str) -> list[Estimate]:
    found = [getattr(hop.metrics, name) for hop in hops]
    return [value for value in found if value is not None]


def _average(values: Sequence[Estimate], *, shared: float) -> Estimate | None:
    """Mean of these jumps; a part of each one's error averages out, a part is common to all. None of nothing."""
    if not values:
        return None
    typical = float(np.sqrt(np.mean([value.error**2 for value in values])))
    own = typical * float(np.sqrt((1 - shared**2) / len(values)))
    return Estimate(float(np.mean([value.value for value in values])), combine_errors(own, shared * typical))


def _average_best_five(hops: Sequence[Repetition], *, shared: float) -> Estimate | None:
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
    return _average(best, shared=shared) if len(best) == _BEST else None


def _fit_slope(heights: Sequence[Estimate]) -> Estimate | None:
    """Return the slope of the straight line through the heights over the jump's number, as a share of their mean."""
    if len(heights) < _FEWEST_FOR_SLOPE:
        return None
    numbers = np.arange(len(heights)) - (len(heights) - 1) / 2
    values = np.array([height.value for height in heights])
    spread = float(numbers @ numbers)
    slope = float(numbers @ values) / spread
    residual = values - values.mean() - slope * numbers
    error = float(np.sqrt(residual @ residual / (len(values) - 2) / spread))
    return Estimate(slope, error).scaled(1.0 / float(values.mean()))
