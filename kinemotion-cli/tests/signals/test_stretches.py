"""Stretches of set flags."""

import numpy as np
import pytest

from kinemotion.signals.intervals import find_intervals


@pytest.mark.parametrize(
    ("flags", "expected"),
    [("", []), ("000", []), ("111", [(0, 2)]), ("1001", [(0, 0), (3, 3)]), ("0110010", [(1, 2), (5, 5)])],
)
def test_every_stretch_is_found_with_both_ends(flags: str, expected: list[tuple[int, int]]):
    assert find_intervals(np.array([flag == "1" for flag in flags], dtype=bool)) == expected
