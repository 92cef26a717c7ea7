"""Trends against closed forms, and what of them is worth speaking of."""

import re
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from kinemotion.report.comparison.history import find_trends, make_history_document
from kinemotion.report.figures.trend_plot import write_trend_plot
from kinemotion.report.text.history import write_history

DAYS = ("2026-01-05", "2026-02-05", "2026-03-05")


def season(result: Any, *heights: float, error: float = 0.002, athlete: str = "Ana") -> list[Any]:
    return [
        result(f"{athlete}{day}", athlete=athlete, date=day, jump_height_m=(height, error))
        for day, height in zip(DAYS, heights, strict=False)
    ]


def test_sessions_stand_in_the_order_of_their_days(result: Any):
    [trend] = find_trends(reversed(season(result, 0.30, 0.32, 0.34)))
    assert [session.date for session in trend.sessions] == list(DAYS)
    assert trend.smallest_worthwhile_change == pytest.approx(0.2 * 0.02)
    first, *changes = map(trend.change, trend.sessions)
    assert first is None
    assert [change.value for change in changes if change] == pytest.approx([0.02, 0.04])


def test_results_of_a_day_are_one_session(result: Any):
    same_day = [result(name, athlete="Ana", jump_height_m=(height, 0.01)) for name, height in (("a", 0.3), ("b", 0.32))]
    [trend] = find_trends(same_day)
    [session] = trend.sessions
    assert session.results == 2
    assert session.value.value == pytest.approx(0.31)
    assert session.value.error == pytest.approx(0.01 / sqrt(2))
    assert trend.smallest_worthwhile_change is None


@pytest.mark.parametrize(
    ("heights", "error", "verdict"),
    [
        ((0.30, 0.30, 0.303), 0.002, "within error"),
        ((0.30, 0.36, 0.308), 0.002, "real"),
        ((0.30, 0.32, 0.34), 0.002, "worthwhile"),
        ((0.34, 0.32, 0.30), 0.002, "worthwhile"),
        ((0.30, 0.32, 0.34), 0.03, "within error"),
    ],
)
def test_a_change_is_judged_by_its_interval(result: Any, heights: tuple[float, ...], error: float, verdict: str):
    """The error of a change is √2 of a session's; 95 % of chance is within 1.96 of that."""
    [trend] = find_trends(season(result, *heights, error=error))
    assert [trend.verdict(session) for session in trend.sessions][::2] == ["first", verdict]


def test_two_sessions_have_no_smallest_worthwhile_change(result: Any):
    [trend] = find_trends(season(result, 0.30, 0.40))
    assert trend.smallest_worthwhile_change is None
    assert trend.verdict(trend.sessions[1]) == "real"
    assert "needs 3 sessions" in write_history([trend])


def test_athletes_and_movements_are_kept_apart(result: Any):
    found = [
        *season(result, 0.3, 0.31),
        *season(result, 0.4, athlete="Ben"),
        result("run", athlete="Ben", movement="running", cadence_spm=(170.0, 1.0)),
        result("unknown", athlete="Ben", movement="moonwalk", glide_m=(1.0, 0.1)),
    ]
    names = [(trend.athlete, trend.movement, trend.key) for trend in find_trends(found)]
    assert names == [
        ("Ana", "cmj", "jump_height_m"),
        ("Ben", "cmj", "jump_height_m"),
        ("Ben", "running", "cadence_spm"),
    ]
    [glide] = find_trends(found, metric="glide_m")
    assert glide.movement == "moonwalk"


def test_numbers_of_the_document(result: Any):
    [trend] = make_history_document(find_trends(season(result, 0.30, 0.32, 0.34)))["trends"]
    assert trend["smallest_worthwhile_change"] == 0.004
    first, _, last = trend["sessions"]
    assert (first["change"], first["change_interval"]) == (None, None)
    assert (last["change"], last["change_interval"], last["verdict"]) == (0.04, [0.03446, 0.04554], "worthwhile")


def test_names_of_days_do_not_run_into_each_other(result: Any, tmp_path: Path):
    """Of two tests within a week of half a year, one is named; every tick shows its value as texts do."""
    days = ("2026-01-05", "2026-02-20", "2026-02-22", "2026-06-30")
    found = find_trends([result("clip", date=day, jump_height_m=(0.30, 0.01)) for day in days])
    write_trend_plot(found, tmp_path / "h.svg", lang="es")
    drawn = (tmp_path / "h.svg").read_text()
    assert [day in drawn for day in days] == [True, False, True, True]
    assert "30,0\u00a0cm" in drawn
    assert "0.3" not in "".join(re.findall(r"<text[^>]*>([^<]*)<", drawn))
