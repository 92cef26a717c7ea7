"""How long the feet are on the ground before a rebound."""

from kinemotion.motion.events import Event, elapsed
from kinemotion.motion.metrics import Estimate, combined

_ERROR_S = 0.004
"""Fitted: standard error of a contact beyond that of its ends, on rendered drop jumps: soles bend and roll between
them."""


def measure_contact_time(touchdown: Event, takeoff: Event) -> Estimate:
    """Time from the first foot's touch-down to the last foot's take-off, s."""
    measured = elapsed(touchdown, takeoff)
    return Estimate(measured.value, combined(measured.error, _ERROR_S))
