"""Instants that a person corrected: they replace what was found automatically, and everything measured follows."""

from dataclasses import replace

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.detection import Detection
from kinemotion.motion.events import Event

_FARTHEST_S = 0.25
"""Engineering limit: a correction moves an event by less than this; steps of one foot are twice as far apart."""


def correct(event: Event, motion: Motion) -> Event:
    """Return the event at the instant that a person gave for it, or the event itself.

    A person sees between which two frames an event lies: the error is that of an even spread over one frame.
    """
    near = [
        given
        for given in motion.corrections
        if (given.name, given.side) == (event.name, event.side) and abs(given.time_s - event.time_s) < _FARTHEST_S
    ]
    if not near or event.automatic_s is not None:
        return event
    given = min(near, key=lambda given: abs(given.time_s - event.time_s))
    error_s = float(np.median(np.diff(motion.time_s))) / np.sqrt(12)
    return replace(event, time_s=given.time_s, uncertainty_s=error_s, automatic_s=event.time_s)


def check_corrections(detection: Detection) -> None:
    """Check that every correction was used, and that the events are still in order.

    Raises
    ------
    PhasesNotFound
        Where a correction names no event of the trial, or moves one past another.
    """
    corrected = {(event.name, event.side, event.time_s) for event in detection.events if event.automatic_s is not None}
    for given in detection.motion.corrections:
        wanted = Event(given.name, given.time_s, side=given.side)
        if (wanted.name, wanted.side, wanted.time_s) not in corrected:
            raise PhasesNotFound(
                Message(
                    "correction_unused",
                    "A correction names no event of this trial: {event} at {time_s:.3s}.",
                    event=given.name,
                    time_s=given.time_s,
                ),
                hint=Message("name_event", "Take name and side from the result, and a time within 0.25 s of its own."),
            )
    if any(part.duration_s <= 0 for part in detection.phases):
        raise PhasesNotFound(
            Message("corrections_out_of_order", "The corrected events are not in their order."),
            hint=Message("keep_order", "Keep the order of the events. For example, take-off comes before landing."),
        )
