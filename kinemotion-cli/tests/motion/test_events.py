"""Phases are bounded by events; times between events have the errors of both."""

import pytest

from kinemotion.motion.events import Event, Phase, find_phase, list_events, measure_elapsed

START, TAKEOFF, LANDING = Event("start", 0.2), Event("takeoff", 1.0, 0.003), Event("landing", 1.5, 0.004)
PHASES = (Phase("flight", TAKEOFF, LANDING), Phase("push", START, TAKEOFF))


def test_errors_of_both_ends_are_in_a_duration():
    flight = find_phase(PHASES, "flight")
    assert flight.duration == measure_elapsed(TAKEOFF, LANDING)
    assert (flight.duration.value, flight.duration.error) == pytest.approx((0.5, 0.005))


def test_an_event_that_two_phases_share_is_listed_once_in_time_order():
    assert list_events(PHASES) == (START, TAKEOFF, LANDING)


def test_a_phase_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError, match="landing"):
        find_phase(PHASES, "landing")
