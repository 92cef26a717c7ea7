"""Writes docs/contract and docs/reference from what the engine declares, so that they cannot drift."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from catalogues import update_catalogues
from client_reference import PAGE, write_javascript_page
from contract_examples import write_examples
from message_table import SourceMessage, find_messages, list_hint_codes, map_advice
from page_names import write_page_names

from kinemotion.cli.flags import write_flag_name
from kinemotion.cli.main import kinemotion
from kinemotion.errors import ExitStatus, KinemotionError
from kinemotion.motion.metrics import MetricSpec, list_metrics
from kinemotion.motion.options import OptionSpec, list_options
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.report.contract.schema import SCHEMAS

DOCS = Path(__file__).parent
NOTE = "<!-- Written by `make contract` from the engine's declarations. -->"


def write_table(*head: str, rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def make_metric_row(spec: MetricSpec) -> tuple[str, ...]:
    """Return one metric as the contract names it: key, meaning, plausible range with its unit, source."""
    bounds = " to ".join(f"{spec.factor * bound:g}" for bound in spec.plausible or ())
    believed = f"{bounds}\N{NO-BREAK SPACE}{spec.key_unit.removeprefix('1')}".rstrip() if bounds else ""
    return f"`{spec.key}`", spec.meaning, believed, spec.source


def make_option_row(spec: OptionSpec) -> tuple[str, ...]:
    """Return one option: flag, meaning, what it may be, default."""
    allowed = ", ".join(spec.choices) if spec.choices else spec.unit or spec.type.__name__
    default = "" if spec.default is None else f"{spec.default}"
    return f"`{write_flag_name(spec)}`", spec.meaning, allowed, default


def describe_movement(movement: Movement) -> Iterator[str]:
    """Yield what one movement measures, and its options."""
    yield f"## {movement.title}"
    declared = list_metrics(movement.metrics)
    headline = next(spec.key for spec in declared if spec.name == movement.headline)
    yield f"`kinemotion {movement.name}-analyze`. Headline: `{headline}`."
    head = ("key", "meaning", "believed within", "definition")
    yield write_table(*head, rows=map(make_metric_row, declared))
    if movement.repetition_metrics is not None:
        yield "Of each repetition:"
        yield write_table(*head, rows=map(make_metric_row, list_metrics(movement.repetition_metrics)))
    if options := list_options(movement.options):
        yield write_table("option", "meaning", "value", "default", rows=map(make_option_row, options))


def write_movements_page() -> Iterator[str]:
    """Yield what is measured of every movement."""
    yield "# Movements and metrics"
    yield (
        "A value that could not be measured is `null`. A trial with a value outside the range it is believed within "
        "has low confidence. [The best trial](../how-to/read-a-result.md#several-jumps-in-one-clip) is the one with "
        "the largest headline metric among those of the highest confidence."
    )
    for name in registry.list_names():
        yield from describe_movement(registry.get(name))


def list_failures(kind: type[KinemotionError]) -> Iterator[type[KinemotionError]]:
    """Yield every kind of failure below one, parents before children."""
    for child in kind.__subclasses__():
        yield child
        yield from list_failures(child)


def write_errors_page() -> Iterator[str]:
    """Yield every failure and the status the process ends with."""
    yield "# Failures and exit statuses"
    yield "A failure is a document too (`--json -`): code, message, hint and whether trying again may help."
    yield "Status 1 ends a call with several clips of which some failed."
    yield write_table("status", "name", rows=((str(status.value), status.name.lower()) for status in ExitStatus))
    rows = (
        (f"`{kind.code}`", kind.__doc__ or "", kind.default_hint, str(kind.exit_status.value))
        for kind in list_failures(KinemotionError)
    )
    yield write_table("code", "what happened", "what to do", "status", rows=rows)


def write_commands_page() -> Iterator[str]:
    """Yield what each command says of itself."""
    yield "# Commands"
    top = click.Context(kinemotion, info_name="kinemotion", terminal_width=100, **kinemotion.context_settings)
    yield f"```\n{kinemotion.get_help(top)}\n```"
    for name in kinemotion.list_commands(top):
        command = kinemotion.get_command(top, name)
        if command:
            yield f"## {name}"
            yield f"```\n{command.get_help(click.Context(command, parent=top, info_name=name))}\n```"


def write_messages_page() -> Iterator[str]:
    """Yield every message with its code."""
    yield "# Messages and their codes"
    yield "Every warning, problem and hint has a stable code and values in SI units, for programs."
    yield "A document has them in `messages` (of its `warnings`), `reason` (of `message`) and `advice` (of `hint`)."
    todo, only_hints = map_advice(), list_hint_codes()
    found = find_messages()
    said = [one for one in found if one.code not in only_hints]
    rows = (
        (f"`{one.code}`", *_split_message(one, todo), ", ".join(f"`{name}`" for name in one.values)) for one in said
    )
    yield write_table("code", "meaning", "what to do", "values", rows=rows)
    yield "Hints have codes of their own:"
    yield write_table("code", "hint", rows=((f"`{one.code}`", one.template) for one in found if one.code in only_hints))


def _split_message(said: SourceMessage, todo: dict[str, str]) -> tuple[str, str]:
    """Return what a message says, and what to do: its hint, else its last sentences."""
    if said.code in todo:
        return _leave_out_formats(said.template), todo[said.code]
    happened, _, rest = _leave_out_formats(said.template).partition(". ")
    return (f"{happened}.", rest) if rest else (happened, "")


def _leave_out_formats(template: str) -> str:
    """Return a template without the formats of its values."""
    return re.sub(r":[^{}]*}", "}", template)


PAGES = {
    "commands": write_commands_page,
    "movements": write_movements_page,
    "errors": write_errors_page,
    "messages": write_messages_page,
}


def main() -> None:
    """Write every schema, every example and every page."""
    for name, schema in SCHEMAS.items():
        document = json.dumps(schema(), indent=2, ensure_ascii=False)
        (DOCS / "contract" / f"{name}.schema.json").write_text(document + "\n")
    write_examples(DOCS / "contract" / "examples")
    update_catalogues()
    write_page_names(DOCS.parent / "web" / "src" / "i18n")
    for name, parts in PAGES.items():
        (DOCS / "reference" / f"{name}.md").write_text("\n\n".join((NOTE, *parts())) + "\n")
    client = write_javascript_page(DOCS.parent / "sdk" / "js" / "src")
    (DOCS / "reference" / PAGE).write_text("\n\n".join((NOTE, *client)) + "\n")


if __name__ == "__main__":
    main()
