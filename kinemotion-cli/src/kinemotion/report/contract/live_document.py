"""The lines of a live stream as JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kinemotion.errors import KinemotionError
from kinemotion.installed import read_version
from kinemotion.motion.live import PersonState, StateEvent, TrialEvent
from kinemotion.motion.report import Problem, Report, Trial
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.report.contract.document import list_intervals, list_values, make_document, make_trial_event
from kinemotion.report.contract.encode import SCHEMA_VERSION, describe_problem, make_error_event, round_significant

if TYPE_CHECKING:
    from kinemotion.report.contract import stream_types


@dataclass(frozen=True, slots=True)
class Origin:
    """What a line is about: a session, its movement, and the newest frame behind it."""

    session: int
    movement: Movement
    time_us: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Result of a session."""

    frames: int
    dropped: int
    trials: int
    best: Trial | None
    problem: Problem | None
    """Why there are no numbers; None where there are."""


def make_ready_event() -> stream_types.ReadyEvent:
    """Return the first line: the process takes records."""
    return {
        "schema_version": SCHEMA_VERSION,
        "event": "ready",
        "session": None,
        "version": read_version(),
        "movements": list(registry.list_names()),
    }


def make_state_event(state: StateEvent, origin: Origin) -> stream_types.StateEvent:
    """Return the line for what happens in a frame."""
    people = sorted(state.people, key=lambda person: person.person)
    athlete = people[0] if people else None
    return {
        "schema_version": SCHEMA_VERSION,
        "event": "state",
        "session": origin.session,
        "movement": origin.movement.name,
        "time_us": origin.time_us,
        "time_s": round(state.time_s, 6),
        "phase": athlete.phase if athlete else None,
        "height_so_far_m": _round_optional(athlete.highest_m) if athlete else None,
        "people": [_describe_person(person) for person in people],
    }


def make_live_trial_event(event: TrialEvent, origin: Origin) -> stream_types.TrialEvent:
    """Return the line for a trial, provisional or final."""
    return {
        **make_trial_event(event.trial, origin.movement),
        "session": origin.session,
        "time_us": origin.time_us,
        "final": event.final,
    }


def make_dropped_event(session: int, *, frames: int) -> stream_types.DroppedEvent:
    """Return the line that counts frames that were not looked at."""
    return {"schema_version": SCHEMA_VERSION, "event": "dropped", "session": session, "frames": frames}


def make_session_error(session: int | None, error: KinemotionError) -> stream_types.ErrorEvent:
    """Return the line that says why a session ends; the process where no session is named."""
    return {**make_error_event(error), "session": session}


def make_closed_event(origin: Origin, summary: Summary, *, report: Report | None = None) -> stream_types.ClosedEvent:
    """Return the last line of a session: what it has measured, and where the numbers come from if a report says so."""
    best, problem, declared = summary.best, summary.problem, origin.movement.metrics
    closed: stream_types.ClosedEvent = {
        "schema_version": SCHEMA_VERSION,
        "event": "closed",
        "session": origin.session,
        "frames": summary.frames,
        "dropped": summary.dropped,
        "result": {
            "movement": origin.movement.name,
            "trials": summary.trials,
            "headline_trial": best.index if best else None,
            "data": list_values(best.metrics if best else None, declared),
            "intervals": list_intervals(best.metrics if best else None, declared),
            "problem": describe_problem(problem.code, message=problem.message, hint=problem.hint) if problem else None,
        },
    }
    if report:
        found = make_document(report)["metadata"]
        closed["metadata"] = {
            "headline_trial": found["headline_trial"],
            "quality": found["quality"],
            "video": found["video"],
            "algorithm": found["algorithm"],
        }
    return closed


def _describe_person(state: PersonState) -> stream_types.PersonState:
    return {
        "person": state.person,
        "phase": state.phase,
        "height_m": _round_optional(state.height_m),
        "highest_m": _round_optional(state.highest_m),
        "contact_time_s": _round_optional(state.contact_time_s),
    }


def _round_optional(value: float | None) -> float | None:
    return None if value is None else round_significant(value)
