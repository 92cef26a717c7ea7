"""Comparisons against closed forms, and what is called real."""

from math import sqrt
from typing import Any

import pytest

from kinemotion.errors import UsageProblem
from kinemotion.report.comparison.compare import (
    compare_results,
    compare_sides,
    list_comparison_rows,
    make_comparison_document,
)
from kinemotion.report.text.compare import write_comparison


def only(comparison: Any, key: str) -> Any:
    [found] = [contrast for contrast in comparison.contrasts if contrast.key == key]
    return found


def test_a_change_has_the_errors_of_both_sessions(result: Any):
    before, after = result("a", jump_height_m=(0.30, 0.003)), result("b", jump_height_m=(0.33, 0.004))
    [comparison] = compare_results([before, after])
    height = only(comparison, "jump_height_m")
    assert height.difference.value == pytest.approx(0.03)
    assert height.difference.error == pytest.approx(0.005)
    assert height.relative.value == pytest.approx(10.0)
    assert height.relative.error == pytest.approx(100 * sqrt((0.004 / 0.3) ** 2 + (0.33 * 0.003 / 0.09) ** 2), rel=1e-3)


@pytest.mark.parametrize(("after", "real"), [(0.3097, False), (0.3099, True), (0.2903, False), (0.2901, True)])
def test_a_change_is_real_only_beyond_its_own_interval(result: Any, after: float, real: bool):
    """Of standard errors of 3 and 4 mm, 95 % of chance differences are below 1.96 × 5 = 9.8 mm."""
    results = [result("a", jump_height_m=(0.30, 0.003)), result("b", jump_height_m=(after, 0.004))]
    assert only(compare_results(results)[0], "jump_height_m").real is real


def test_every_later_session_is_held_against_the_first(result: Any):
    results = [result(name, jump_height_m=(height, 0.01)) for name, height in (("a", 0.3), ("b", 0.4), ("c", 0.5))]
    changes = [only(comparison, "jump_height_m").difference.value for comparison in compare_results(results)]
    assert changes == pytest.approx([0.1, 0.2])


def test_eccentric_utilization_is_the_ratio_of_the_jumps(result: Any):
    results = [
        result("squat", movement="sj", jump_height_m=(0.30, 0.003), flight_time_ms=(495.0, 3.0)),
        result("counter", jump_height_m=(0.33, 0.004), flight_time_ms=(519.0, 3.0)),
    ]
    [comparison] = compare_results(results)
    assert comparison.kind == "eccentric_utilization"
    assert [contrast.key for contrast in comparison.contrasts] == ["jump_height_m"]
    height = only(comparison, "jump_height_m")
    assert height.relative.value == pytest.approx(1.1)
    assert height.relative.error == pytest.approx(1.1 * sqrt(0.01**2 + (0.004 / 0.33) ** 2), rel=1e-3)
    assert "CMJ / SJ" in write_comparison([comparison])


def test_an_asymmetry_is_a_share_of_the_stronger_leg(result: Any):
    left = [result("l1", jump_height_m=(0.19, 0.004)), result("l2", jump_height_m=(0.21, 0.004))]
    right = [result("r", jump_height_m=(0.16, 0.003))]
    height = only(compare_sides(left, right), "jump_height_m")
    assert height.value.value == pytest.approx(0.20)
    assert height.value.error == pytest.approx(0.004 / sqrt(2))
    assert height.relative.value == pytest.approx(20.0)
    assert only(compare_sides(right, left), "jump_height_m").relative.value == pytest.approx(-20.0)


def test_signed_metrics_have_no_share(result: Any):
    values = {"peak_eccentric_velocity_m_s": (-1.0, 0.1), "knee_flexion_lowest_deg": (90.0, 3.0)}
    [comparison] = compare_results([result("a", **values), result("b", **values)])
    assert [contrast.relative for contrast in comparison.contrasts] == [None, None]


def test_what_has_nothing_in_common_is_refused(result: Any):
    jump, run = result("a", jump_height_m=(0.3, 0.01)), result("b", movement="running", cadence_spm=(170.0, 1.0))
    with pytest.raises(UsageProblem, match="cannot be compared: countermovement jump, running"):
        compare_results([jump, run])
    with pytest.raises(UsageProblem, match="cannot be compared"):
        compare_sides([jump], [run])
    with pytest.raises(UsageProblem, match="both legs"):
        compare_sides([jump], [])
    with pytest.raises(UsageProblem, match="nothing to compare"):
        compare_results([jump])


def test_a_foreign_movement_is_compared_by_its_keys(result: Any):
    results = [result(name, movement="moonwalk", glide_m=(value, 0.01)) for name, value in (("a", 1.0), ("b", 1.5))]
    text = write_comparison(compare_results(results))
    assert "* glide_m" in text
    assert "+0.50" in text


def test_results_without_a_common_metric_say_so(result: Any):
    found = compare_results([result("a", jump_height_m=(0.3, 0.01)), result("b", flight_time_ms=(500.0, 1.0))])
    assert [contrast.difference for contrast in found[0].contrasts] == [None, None]
    assert "no metric in common" in write_comparison(found)


def test_document_and_rows_say_the_same(result: Any):
    found = compare_results([result("a", flight_time_ms=(500.0, 2.0)), result("b", flight_time_ms=(520.0, 2.0))])
    [entry] = make_comparison_document(found)["comparisons"]
    metric = entry["metrics"]["flight_time_ms"]
    assert (metric["difference"], metric["is_real"]) == (20.0, True)
    assert metric["difference_interval"] == [14.46, 25.54]
    [row] = list_comparison_rows(found)
    assert (row["unit"], row["difference"], row["difference_low"], row["is_real"]) == ("ms", 20.0, 14.46, 1)


def test_a_metric_that_the_first_result_lacks_is_kept(result: Any):
    before = result("a", jump_height_m=(0.30, 0.003))
    after = result("b", jump_height_m=(0.33, 0.003), peak_power_w=(3000.0, 50.0))
    for results, missing in (([before, after], "reference"), ([after, before], "value")):
        [comparison] = compare_results(results)
        power = only(comparison, "peak_power_w")
        assert getattr(power, missing) is None
        assert power.difference is None
        assert power.real is False
        [found] = make_comparison_document([comparison])["comparisons"]
        assert found["metrics"]["peak_power_w"][missing] is None
        assert "Peak power" in write_comparison([comparison])


def test_a_row_has_one_unit(result: Any):
    values = {"countermovement_depth_m": (0.98, 0.01)}
    [comparison] = compare_results([result("a", **values), result("b", countermovement_depth_m=(1.05, 0.01))])
    [line] = [line for line in write_comparison([comparison]).splitlines() if "depth" in line]
    assert "1.05\u00a0m" in line
    assert "0.98\u00a0m" in line
    assert "+0.07\u00a0m" in line
    assert "cm" not in line


def test_two_athletes_and_a_doubtful_result_give_warnings(result: Any):
    ana, ben = (result(name, athlete=name, jump_height_m=(0.30, 0.003)) for name in ("Ana", "Ben"))
    [comparison] = compare_results([ana, ben])
    assert "different athletes: Ana, Ben" in write_comparison([comparison])
    assert "atletas distintos: Ana, Ben" in write_comparison([comparison], lang="es")
    [found] = make_comparison_document([comparison])["comparisons"]
    assert [warning["code"] for warning in found.get("warnings", ())] == ["different_athletes"]
    ana.document["metadata"]["quality"] = {"confidence": "low"}
    [comparison] = compare_results([ana, ana])
    assert [warning.code for warning in comparison.warnings] == ["doubtful_result", "doubtful_result"]
    assert "Ana.mp4 has low confidence" in write_comparison([comparison])


def test_a_result_without_numbers_gives_its_warning_too(result: Any):
    measured, refused = result("a", jump_height_m=(0.3, 0.01)), result("b")
    refused.document["metadata"]["quality"] = {"confidence": "low"}
    text = write_comparison(compare_results([measured, refused]))
    assert "b.mp4 has low confidence" in text
    assert "no metric in common" in text
