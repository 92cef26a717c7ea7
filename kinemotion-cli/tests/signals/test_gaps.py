import numpy as np
import pytest

from kinemotion.signals.interpolation import fill_gaps


def test_a_gap_is_bridged_in_time_not_in_frames():
    time_s = np.array([0.0, 0.1, 0.4, 0.5])
    filled, distance = fill_gaps(np.array([0.0, np.nan, np.nan, 5.0]), time_s)
    assert filled == pytest.approx([0.0, 1.0, 4.0, 5.0])
    assert distance == pytest.approx([0.0, 0.1, 0.1, 0.0])


def test_ends_hold_the_nearest_value():
    filled, distance = fill_gaps(np.array([np.nan, 2.0, np.nan]), np.array([0.0, 1.0, 3.0]))
    assert filled == pytest.approx([2.0, 2.0, 2.0])
    assert distance == pytest.approx([1.0, 0.0, 2.0])


def test_a_column_never_seen_stays_unknown():
    filled, distance = fill_gaps(np.full((4, 2), np.nan), np.arange(4.0))
    assert np.isnan(filled).all()
    assert np.isinf(distance).all()


def test_measured_values_are_untouched():
    values = np.random.default_rng(0).normal(size=(20, 3, 2))
    filled, distance = fill_gaps(values, np.arange(20.0))
    np.testing.assert_array_equal(filled, values)
    assert not distance.any()
