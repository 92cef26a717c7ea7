"""When a delivery that failed is tried again."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinemotion_backend.webhooks.schedule import DAY_S, DELAYS_S, HOUR_S, find_delay


def test_soon_then_hourly_for_a_day_then_daily_for_a_week() -> None:
    delays_s = [find_delay(attempts, random=lambda: 0.5) for attempts in range(1, len(DELAYS_S) + 2)]
    assert delays_s[:6] == [1, 2, 4, 8, 900, HOUR_S]
    assert delays_s[-3:] == [DAY_S, DAY_S, None]
    after_first_s = list(accumulate(DELAYS_S))
    assert sum(after_s <= DAY_S for after_s in after_first_s) == 5 + 23
    assert 6.9 * DAY_S < after_first_s[-1] <= 7 * DAY_S


@given(attempts=st.integers(1, len(DELAYS_S)), chance=st.floats(0, 1))
def test_long_delays_vary_by_a_tenth(attempts: int, chance: float) -> None:
    delay_s = find_delay(attempts, random=lambda: chance)
    assert delay_s == pytest.approx(DELAYS_S[attempts - 1], rel=0.1 if attempts >= 5 else 0)
