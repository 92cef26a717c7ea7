"""The page on outliers: known errors give known figures."""

from pathlib import Path

import pytest
from outliers import find_furthest, make_page, measure_share, rank_errors, summarise
from scoring import SIZES, Case, Error


def _case(number: int, *, px: float) -> Case:
    truth = {
        "motion": {"kind": "cmj"},
        "video": {"fps_capture": 60.0},
        "spec": {"camera": {"yaw": 90}},
        "athlete": {"standing_height_with_shoes_m": 1.8},
        "frames": [{"m_per_px": 1.8 / px}],
    }
    return Case(Path(f"clip_{number:02d}.mp4"), truth)


@pytest.fixture
def errors() -> list[Error]:
    """Twenty clips of growing errors and falling scores, the first ten of small athletes; all intervals are ±10 ms."""
    return [
        Error(
            _case(number, px=200.0 if number < 10 else 600.0),
            "balanced",
            "flight_time_ms",
            float(number) * (-1) ** number,
            number <= 10,
            half_width=10.0,
            quality=100 - number,
        )
        for number in range(20)
    ]


def test_a_row_shows_the_worst_and_the_share_far_outside(errors: list[Error]):
    assert summarise(errors) == "20 | 18.1 | 20 % | -1.00"


def test_errors_are_measured_in_halves_of_their_interval(errors: list[Error]):
    assert measure_share(errors[15]) == pytest.approx(1.5)
    assert measure_share(Error(errors[0].case, "balanced", "flight_time_ms", None, None)) is None
    assert [error.error for error in find_furthest(errors)][:2] == [-19.0, 18.0]
    assert len(find_furthest(errors)) == 9


def test_equal_scores_and_few_clips_rank_nothing(errors: list[Error]):
    assert rank_errors(errors[:7]) is None
    assert rank_errors([errors[0]] * 10) is None


def test_the_page_lists_views_rates_and_sizes(errors: list[Error]):
    page = make_page(errors)
    for part in ("all", "side", "50–60 /s", SIZES[0], SIZES[2]):
        assert f"| `flight_time_ms` | {part} | " in page
    assert "oblique" not in page
    assert "| clip_19 | `flight_time_ms` | -19 | 10 | 81 |" in page
