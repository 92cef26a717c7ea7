import numpy as np
import pytest

from kinemotion.signals.crossings import find_crossings


def test_a_crossing_lies_between_the_samples():
    assert find_crossings(np.array([-1.0, 3.0]), np.array([0.0, 1.0])) == pytest.approx([0.25])


def test_directions_are_distinguished():
    time_s = np.linspace(0.0, 2.0, 401)
    wave = np.sin(2 * np.pi * time_s)
    assert find_crossings(wave, time_s, level=0.5) == pytest.approx([1 / 12, 13 / 12], abs=1e-3)
    assert find_crossings(wave, time_s, level=0.5, direction="falling") == pytest.approx([5 / 12, 17 / 12], abs=1e-3)


def test_no_crossing_is_no_instant():
    assert len(find_crossings(np.ones(5), np.arange(5.0))) == 0
