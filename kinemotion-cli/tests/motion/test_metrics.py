"""Measured values carry their errors through formulas; declarations say unit, key and what is plausible."""

from dataclasses import dataclass
from math import hypot

import pytest

from kinemotion.motion.metrics import (
    Estimate,
    average_weighted,
    combine_errors,
    divide,
    find_implausible,
    list_metrics,
    metric,
    multiply,
)


@dataclass(frozen=True, slots=True)
class Measured:
    flight_time: Estimate | None = metric("s", "Time in the air.", plausible=(0.1, 1.0))
    takeoff_angle: Estimate | None = metric("deg", "Angle.", title="Angle at take-off")
    jump_count: Estimate | None = metric("count", "Jumps.", suffix="")
    style: str | None = metric("class", "Which.")
    rate: Estimate | None = metric("1/min", "How often.")
    cadence: Estimate | None = metric("1/min", "Steps a minute.", suffix="_spm")


def as_pair(estimate: Estimate) -> tuple[float, float]:
    return estimate.value, estimate.error


@pytest.mark.parametrize(("value", "error"), [(float("nan"), 1.0), (1.0, float("inf")), (1.0, -0.1)])
def test_what_is_no_number_is_no_measurement(value: float, error: float):
    with pytest.raises(ValueError, match="not a measurement"):
        Estimate(value, error)


def test_an_interval_holds_95_percent_of_a_normal_error():
    assert Estimate(1.0, 0.1).interval == pytest.approx((0.804, 1.196), abs=5e-4)


def test_errors_grow_with_the_factor_whatever_its_sign():
    assert as_pair(Estimate(2.0, 0.1).scaled(-3.0)) == pytest.approx((-6.0, 0.3))


def test_a_quotient_and_a_product_have_the_relative_errors_of_both():
    first, second = Estimate(6.0, 0.06), Estimate(2.0, 0.04)
    relative = hypot(0.01, 0.02)
    assert as_pair(multiply(first, second)) == pytest.approx((12.0, 12.0 * relative), rel=1e-3)
    assert as_pair(divide(first, second)) == pytest.approx((3.0, 3.0 * relative), rel=1e-3)


def test_whole_numbers_are_numbers():
    assert multiply(Estimate(70, 0), Estimate(2, 1)) == Estimate(140, 70)
    assert divide(Estimate(1, 0), Estimate(2, 0)) == Estimate(0.5, 0)


def test_the_surer_of_two_measurements_counts_more():
    assert as_pair(average_weighted((Estimate(1.0, 0.1), Estimate(2.0, 0.2)))) == pytest.approx((1.2, 0.2 / 5**0.5))


def test_independent_errors_add_as_squares():
    assert combine_errors(3.0, 4.0) == pytest.approx(5.0)
    assert combine_errors() == 0.0


def test_a_declaration_gives_key_unit_and_title():
    time, angle, count, style, rate, cadence = list_metrics(Measured)
    assert (time.key, time.key_unit, time.factor, time.title) == ("flight_time_ms", "ms", 1000.0, "Flight time")
    assert (angle.key, angle.key_unit, angle.factor, angle.title) == (
        "takeoff_angle_deg",
        "deg",
        1.0,
        "Angle at take-off",
    )
    assert (count.key, style.key) == ("jump_count", "style")
    assert (rate.key, cadence.key) == ("rate_per_min", "cadence_spm")


@pytest.mark.parametrize(("time_s", "names"), [(0.5, ()), (0.1, ()), (0.05, ("flight_time",)), (1.5, ("flight_time",))])
def test_a_value_outside_its_range_is_named(time_s: float, names: tuple[str, ...]):
    found = find_implausible(Measured(flight_time=Estimate(time_s, 0.0), takeoff_angle=Estimate(999.0, 0.0)))
    assert tuple(spec.name for spec in found) == names


def test_what_was_not_measured_is_not_implausible():
    assert find_implausible(Measured()) == ()
