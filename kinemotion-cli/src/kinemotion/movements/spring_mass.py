"""Spring-mass model of running and hopping, from contact and flight times alone (Morin 2005, 10.1123/jab.21.2.167).

The ground's force is taken as half a sine wave in each stance; flight is free fall.
"""

from math import pi, sqrt

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2 as G
from kinemotion.motion.metrics import Estimate, combine_errors, multiply, propagate

_MODEL_ERROR = 0.06
"""Source: Morin et al. 2005, 10.1123/jab.21.2.167: relative error against force plates, 0.67 to 6.93 %."""
_MASS_ERROR_KG = 0.5
"""Engineering limit: a bathroom scale, and clothes."""
_LEG_OF_STATURE = 0.53
"""Source: Winter 1990, used by Morin et al. 2005: leg length over stature."""


def estimate_oscillation(contact: Estimate, step: Estimate) -> Estimate | None:
    """Rise and fall of the centre of mass in a step, m, by the time of its contact and its own; None without a flight.

    A step's time is known better than its contact: a contact that is taken for too long makes the flight too short.
    """
    if step.value <= contact.value:
        return None

    def compute(contact_s: float, step_s: float) -> float:
        flight_s = step_s - contact_s
        return _compute_fall(contact_s, flight_s) + G * flight_s**2 / 8

    return _with_model_error(propagate(compute, contact, step))


def estimate_vertical_stiffness(contact: Estimate, flight: Estimate, *, athlete: Athlete) -> Estimate | None:
    """Peak force over the fall in stance, kN/m; None without mass or flight."""
    if athlete.mass_kg is None or flight.value <= 0:
        return None

    def per_kilogram(contact_s: float, flight_s: float) -> float:
        return _compute_peak_force(contact_s, flight_s) / _compute_fall(contact_s, flight_s)

    return _scale_by_mass(athlete.mass_kg, propagate(per_kilogram, contact, flight))


def estimate_leg_stiffness(contact: Estimate, flight: Estimate, *, athlete: Athlete) -> Estimate | None:
    """Peak force over the shortening of the leg, kN/m; None without mass, stature, speed or flight."""
    if athlete.mass_kg is None or athlete.height_m is None or athlete.speed_m_s is None or flight.value <= 0:
        return None
    leg_m, speed_m_s = _LEG_OF_STATURE * athlete.height_m, athlete.speed_m_s
    if speed_m_s * contact.interval[1] / 2 >= leg_m:
        return None

    def per_kilogram(contact_s: float, flight_s: float) -> float:
        swept = leg_m - sqrt(leg_m**2 - (speed_m_s * contact_s / 2) ** 2)
        return _compute_peak_force(contact_s, flight_s) / (swept + _compute_fall(contact_s, flight_s))

    return _scale_by_mass(athlete.mass_kg, propagate(per_kilogram, contact, flight))


def _scale_by_mass(mass_kg: float, per_kilogram: Estimate) -> Estimate:
    """Stiffness in kN/m from that of one kilogram in N/m."""
    return multiply(Estimate(mass_kg, _MASS_ERROR_KG), _with_model_error(per_kilogram)).scaled(1e-3)


def _with_model_error(found: Estimate) -> Estimate:
    return Estimate(found.value, combine_errors(found.error, _MODEL_ERROR * found.value))


def _compute_peak_force(contact_s: float, flight_s: float) -> float:
    """Largest force on one kilogram, N."""
    return G * pi / 2 * (flight_s / contact_s + 1)


def _compute_fall(contact_s: float, flight_s: float) -> float:
    """From touchdown to the lowest point, m: the half-sine force integrated twice from a fall of half the flight."""
    speed = G * flight_s / 2
    push = _compute_peak_force(contact_s, flight_s) * contact_s / pi * (contact_s / 2 - contact_s / pi)
    return speed * contact_s / 2 - push + G * contact_s**2 / 8
