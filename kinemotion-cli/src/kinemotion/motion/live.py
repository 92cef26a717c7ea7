"""What an analysis says while frames still come."""

from dataclasses import dataclass
from typing import Literal

from kinemotion.motion.report import Trial

PhaseNow = Literal["standing", "countermovement", "flight", "contact", "landing"]
"""What one person does now. "contact" is a short stay on the ground between flights, "landing" the end of a jump."""


@dataclass(frozen=True, slots=True)
class RoughState:
    """What one person does, as far as single frames show it; lengths in pixels."""

    person: int
    phase: PhaseNow
    rise_px: float | None = None
    """Centre of mass above quiet standing; None until the person was seen standing still."""
    highest_px: float | None = None
    """The largest rise of this trial so far."""
    body_px: float | None = None
    """Length of the body from ankle to ear, see ``reconstruct.rough_body``."""
    contact_time_s: float | None = None
    """Length of the last contact between two flights, to about two frames."""


@dataclass(frozen=True, slots=True)
class PersonState:
    """What one person does now. These figures are rough: a trial measures them well."""

    person: int
    phase: PhaseNow
    height_m: float | None
    """Centre of mass above quiet standing; None where it, or the scale, is not known."""
    highest_m: float | None
    """The largest height of this trial so far."""
    contact_time_s: float | None
    """Length of the last contact between two flights; None in movements without one."""


@dataclass(frozen=True, slots=True)
class StateEvent:
    """What everybody in a frame does."""

    time_s: float
    people: tuple[PersonState, ...]


@dataclass(frozen=True, slots=True)
class TrialEvent:
    """A measured trial."""

    trial: Trial
    final: bool
    """False: measured right after a flight, from what was seen until then. True: the trial is over."""


SessionEvent = StateEvent | TrialEvent
