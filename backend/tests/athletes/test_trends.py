"""Trends and comparisons against numbers worked out by hand."""

from datetime import UTC, date, datetime
from math import sqrt

import pytest

from kinemotion_backend.athletes.trends import Z_95, compare, find_trends, read_estimates
from kinemotion_backend.records.base import AnalysisRecord


def result(day: int, height_m: float, *, error_m: float = 0.01, sport: str = "cmj", **data: float) -> AnalysisRecord:
    """A completed analysis; further metrics have an error of a hundredth."""
    values = {"jump_height_m": height_m, **data}
    errors = {"jump_height_m": error_m, **dict.fromkeys(data, 0.01)}
    return AnalysisRecord(
        id=f"a{day}-{height_m}",
        owner="club",
        sport=sport,
        quality="balanced",
        engine_version="1",
        created_at=datetime(2026, 11, 30, tzinfo=UTC),
        recorded_on=date(2026, 11, day),
        status="completed",
        summary={
            "data": {**values, "count": 3},
            "intervals": {
                **{key: [value - Z_95 * errors[key], value + Z_95 * errors[key]] for key, value in values.items()},
                "not_measured": None,
            },
        },
    )


def test_values_and_errors_are_read_back_from_intervals():
    [(key, estimate)] = read_estimates(result(1, 0.30)).items()
    assert (key, estimate.value, estimate.error) == ("jump_height_m", 0.30, pytest.approx(0.01))


def test_a_day_is_the_mean_of_its_results():
    [trend] = find_trends([result(2, 0.40), result(1, 0.30), result(1, 0.32)])
    first, second = trend.days
    assert (first.date, first.results, first.verdict, first.change) == (date(2026, 11, 1), 2, "first", None)
    assert first.value.value == pytest.approx(0.31)
    assert first.value.error == pytest.approx(0.01 / sqrt(2))
    assert second.change is not None
    assert second.change.value == pytest.approx(0.09)
    assert second.change.error == pytest.approx(sqrt(0.01**2 + 0.01**2 / 2))
    assert (second.verdict, trend.smallest_worthwhile_change) == ("real", None)


def test_changes_are_judged_by_their_interval_and_the_smallest_worthwhile_one():
    [trend] = find_trends([result(1, 0.30), result(2, 0.305), result(3, 0.40), result(4, 0.33)])
    squares_m2 = 0.03375**2 + 0.02875**2 + 0.06625**2 + 0.00375**2  # about the mean, 0.33375 m
    assert trend.smallest_worthwhile_change == pytest.approx(0.2 * sqrt(squares_m2 / 3))
    assert [day.verdict for day in trend.days] == ["first", "within error", "worthwhile", "real"]


def test_sports_and_metrics_are_kept_apart():
    results = [result(1, 0.30, peak_power_w=3000.0), result(2, 0.25, sport="sj")]
    assert [(trend.sport, trend.metric) for trend in find_trends(results)] == [
        *(("cmj", "jump_height_m"), ("cmj", "peak_power_w"), ("sj", "jump_height_m"))
    ]
    assert len(find_trends(results, metric="jump_height_m")) == 2
    assert find_trends([]) == ()


def test_a_comparison_weighs_both_errors():
    [contrast] = compare([result(2, 0.33), result(2, 0.35)], [result(1, 0.30)])
    assert contrast.difference.value == pytest.approx(0.04)
    assert contrast.difference.error == pytest.approx(sqrt(0.01**2 / 2 + 0.01**2))
    assert contrast.is_real
    assert contrast.relative_percent is not None
    assert contrast.relative_percent.value == pytest.approx(100 * 0.04 / 0.30)


def test_a_metric_without_natural_zero_has_no_ratio():
    [_, angle] = compare([result(2, 0.3, knee_angle_deg=20.0)], [result(1, 0.3, knee_angle_deg=10.0)])
    assert (angle.metric, angle.relative_percent, angle.is_real) == ("knee_angle_deg", None, True)
    [height] = compare([result(2, 0.3)], [result(1, 0.3)])
    assert not height.is_real
