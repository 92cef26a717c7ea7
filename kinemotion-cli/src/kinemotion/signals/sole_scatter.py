"""How clearly a film shows the soles: strong compression and blur make their lower edge jump from picture to picture.

In the air the distance from the centre of mass to the lower sole changes smoothly: its third difference holds little
but the errors of both. Where they are large, the edge also lags behind a foot that leaves or lands: the pictures show
it where it was some frames ago, or smeared over both places. Then both instants err more than any fit of them tells.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Contact, Flight, Motion
from kinemotion.motion.events import Event

_LONG_FLIGHT_S = 0.2
"""Engineering limit: shorter flights hold too few frames between their ends."""
_MIDDLE = (0.2, 0.8)
"""Engineering limit: part of a flight in which its apex lies; in a fall from a box one foot leaves after the other."""
_FEWEST = 4
"""Engineering limit: third differences that show a scatter."""
_PER_FRAME = 20.0**0.5
"""Source: the third difference weighs four values by 1, 3, 3 and 1, so of white noise it has 20 times the variance."""
_CLEAR_M = 0.006
"""Engineering limit: scatter of the soles in films that are not degraded; 2 to 9 mm in rendered jumps."""
_LAG_S_PER_M = 2.0
"""Engineering limit: standard error of an instant for each metre that the scatter exceeds this: compressed, blurred and
blended jumps of 9 to 50 mm have take-offs and landings 5 to 100 ms off."""
_POSTURE_SHARE = 2.0
"""Engineering limit: standard error of the centre of mass above the soles next to such an instant, as a multiple of
that excess; 6 cm at 22 mm."""


def measure_sole_scatter(
    time_s: Floats, height_m: Floats, *, soles_m: Floats, flights: Sequence[Flight]
) -> float | None:
    """Return how far the lower sole jumps from picture to picture in the air, m; None where no flight shows it.

    ``height_m`` (T,), m, is that of the centre of mass, ``soles_m`` (T, 2) that of the soles at ``time_s`` (T,), s.
    """
    distance_m = height_m - np.fmin(soles_m[:, 0], soles_m[:, 1])
    changes: list[Floats] = []
    for flight in flights:
        if flight.takeoff is None or flight.landing is None:
            continue
        first_s, lasting_s = flight.takeoff.time_s, flight.landing.time_s - flight.takeoff.time_s
        share = (time_s - first_s) / lasting_s
        inside = (share > 0) & (share < 1)
        if lasting_s < _LONG_FLIGHT_S or not inside.any():
            continue
        if _MIDDLE[0] < share[inside][np.argmax(height_m[inside])] < _MIDDLE[1]:
            airborne = distance_m[inside]
            changes.append(np.diff(airborne[np.isfinite(airborne)], n=3))
    seen = np.concatenate(changes) if changes else np.empty(0)
    return float(np.sqrt(np.mean(seen**2))) / _PER_FRAME if len(seen) >= _FEWEST else None


def find_sole_scatter(motion: Motion) -> float | None:
    """Return the scatter of the soles of a motion, m; None where no flight shows it."""
    return measure_sole_scatter(motion.time_s, motion.com[:, 1], soles_m=motion.sole[:, :, 1], flights=motion.flights)


def estimate_posture_blur_m(motion: Motion) -> float:
    """Return the error of a posture that unclear soles add, m; 0 where they are clear."""
    return _POSTURE_SHARE * _measure_excess(find_sole_scatter(motion))


def _measure_excess(scatter_m: float | None) -> float:
    """Return by how much a scatter is larger than in clear films, m."""
    return max((scatter_m or 0.0) - _CLEAR_M, 0.0)


def widen_contacts(contacts: tuple[Contact, ...], *, scatter_m: float | None) -> tuple[Contact, ...]:
    """Return contacts whose instants are as uncertain as that scatter makes them."""
    lag_s = _LAG_S_PER_M * _measure_excess(scatter_m)
    if not lag_s:
        return contacts

    def widen(event: Event | None) -> Event | None:
        return event and replace(event, uncertainty_s=float(np.hypot(event.uncertainty_s, lag_s)))

    return tuple(
        replace(contact, touchdown=widen(contact.touchdown), toeoff=widen(contact.toeoff)) for contact in contacts
    )
