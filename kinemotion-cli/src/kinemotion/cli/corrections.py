"""The option ``--events``: instants that a person gives for events, as a file or as JSON text."""

import json
from pathlib import Path
from sys import float_info
from typing import Any, cast

import click

from kinemotion.messages import Message
from kinemotion.motion.correction import Correction
from kinemotion.motion.skeleton import SIDES

_EXAMPLE = '{"events": [{"name": "takeoff", "time_s": 1.75}]}'
_FIELDS = {"name", "time_s", "side", "trial"}


def read_corrections(_context: click.Context, _parameter: click.Parameter, given: str | None) -> tuple[Correction, ...]:
    """Read corrections from a file, or from the text itself where it begins as JSON does."""
    if given is None:
        return ()
    try:
        text = given if given.lstrip().startswith(("{", "[")) else Path(given).read_text(encoding="utf-8")
        found: Any = json.loads(text)
    except OSError as error:
        raise click.BadParameter(Message("events_not_readable", "{file!r} cannot be read.", file=given)) from error
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(
            Message("events_no_json", "This is not JSON. Write for example {example}.", example=_EXAMPLE)
        ) from error
    entries = cast("dict[str, Any]", found).get("events") if isinstance(found, dict) else found
    if not isinstance(entries, list):
        raise click.BadParameter(
            Message("no_list_of_events", "There is no list of events. Write for example {example}.", example=_EXAMPLE)
        )
    return tuple(_read_entry(entry) for entry in cast("list[Any]", entries))


def _read_entry(entry: Any) -> Correction:  # noqa: ANN401  (anything that JSON can hold)
    if not isinstance(entry, dict) or not {"name", "time_s"} <= (fields := cast("dict[str, Any]", entry)).keys():
        raise click.BadParameter(
            Message(
                "event_incomplete", "Each event needs a name and a time. Write for example {example}.", example=_EXAMPLE
            )
        )
    if unknown := fields.keys() - _FIELDS:
        raise click.BadParameter(
            Message(
                "event_fields_unknown",
                "Unknown: {names}. An event has {known}.",
                names=", ".join(sorted(unknown)),
                known=", ".join(sorted(_FIELDS)),
            )
        )
    name, time_s, side, trial = fields["name"], fields["time_s"], fields.get("side"), fields.get("trial", 0)
    if not isinstance(name, str) or not _is_number(time_s) or side not in (None, *SIDES):
        raise click.BadParameter(
            Message(
                "event_malformed",
                "An event has a name, a time in seconds and, for one foot, left or right. Write for example {example}.",
                example=_EXAMPLE,
            )
        )
    if not isinstance(trial, int) or isinstance(trial, bool) or trial < 0:
        raise click.BadParameter(
            Message("event_trial_malformed", "The trial of an event is its index in the result: 0 for the first.")
        )
    return Correction(name=name, time_s=float(time_s), side=side, trial=trial)


def _is_number(value: Any) -> bool:  # noqa: ANN401  (anything that JSON can hold)
    return isinstance(value, int | float) and not isinstance(value, bool) and -float_info.max <= value <= float_info.max
