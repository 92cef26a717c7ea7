"""How long the feet are on the ground before a rebound: from events that `reconstruct/contacts.py` has timed."""

from kinemotion.motion.calibration import ReboundCalibration
from kinemotion.motion.events import Event, measure_elapsed
from kinemotion.motion.metrics import Estimate, combine_errors


def measure_contact_time(touchdown: Event, takeoff: Event, *, errors: ReboundCalibration) -> Estimate:
    """Return the time from the first foot's touchdown to the last foot's toe-off, s."""
    measured = measure_elapsed(touchdown, takeoff)
    return Estimate(measured.value, combine_errors(measured.error, errors.contact_error_s))
