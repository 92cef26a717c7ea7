"""What is said of the athlete is checked where it is given, and a refusal says in which form it is wanted."""

from typing import Any

import pytest

from kinemotion import Athlete
from kinemotion.errors import UsageProblem


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"height_m": 180}, "height_m is 180, not between 1 and 2.5.", "in metres, for example 1.80"),
        ({"mass_kg": 7000}, "mass_kg is 7000, not between 20 and 300.", "in kilograms, for example 72.5"),
        ({"speed_m_s": 12600}, "speed_m_s is 12600, not between 0.5 and 15.", "for 12.6 km/h"),
        ({"height_m": "1.80"}, "height_m is '1.80', not a number.", "in metres, for example 1.80"),
        ({"speed_m_s": True}, "speed_m_s is True, not a number.", "in metres per second"),
        ({"sex": "m"}, "The sex cannot be 'm'.", "Choose from: female, male."),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], message: str, hint: str):
    with pytest.raises(UsageProblem) as raised:
        Athlete(**given)
    assert raised.value.message == message
    assert hint in raised.value.hint


def test_what_can_be_is_kept():
    assert Athlete(height_m=2, mass_kg=72.5, sex="female", speed_m_s=3).height_m == 2
