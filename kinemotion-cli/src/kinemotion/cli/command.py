"""A command that notes, before anything can go wrong, how its failure is to be reported."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast

import click

from kinemotion.cli.environment import Environment
from kinemotion.i18n.languages import LANGUAGES
from kinemotion.messages import Message

STDOUT = "-"


@dataclass(slots=True)
class Call:
    """Where the failure of a call is reported, besides standard error: as the options say, once they are parsed."""

    documents: tuple[str, ...] = ()
    """Where ``--json`` asked for a document: paths, or ``-`` for standard output."""
    lines: bool = False
    """Whether ``--jsonl`` asked for lines."""
    debug: bool = False
    lang: str = "en"
    """Language of messages."""
    environment: Environment = field(default_factory=Environment.of_process)
    inputs: tuple[Path, ...] = ()
    """Files that the call names as its inputs; never written to."""

    def note(self, typed: Mapping[str, Any], *, inputs: Sequence[str]) -> None:
        """Note what was typed, by the names of the parameters."""
        self.documents = (STDOUT,) if typed.get("as_json") else tuple(_read_texts(typed.get("json")))
        self.lines = bool(typed.get("jsonl"))
        self.debug = bool(typed.get("debug"))
        lang = typed.get("lang")
        self.lang = lang if lang in LANGUAGES else "en"
        self.inputs = tuple(map(Path, inputs))


class ShowsHelp(click.Command):
    """A command that writes its help to the standard output of its environment."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows the help."""
        option = super().get_help_option(ctx)
        if option:
            option.callback = _show_help
        return option


def _show_help(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:  # noqa: FBT001  (click's order)
    if asked and not ctx.resilient_parsing:
        call = ctx.find_object(Call) or Call()
        call.environment.write(ctx.get_help() + "\n")
        ctx.exit()


class Command(ShowsHelp):
    """A command whose options are noted in the ``Call`` before their values are checked."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments as click does."""
        call = ctx.find_object(Call)
        if call:
            typed, inputs = self._split(ctx, args)
            call.note(typed, inputs=inputs)
            if call.debug:
                _show_traces(call.environment)
        return super().parse_args(ctx, args)

    def _split(self, ctx: click.Context, args: list[str]) -> tuple[Mapping[str, Any], list[str]]:
        """What was typed for each option, by its name, and for all arguments; nothing if that cannot be said."""
        typed = self._read_options(ctx, args) or self._read_options(ctx, args[:-1])  # an option may lack its value
        arguments = [typed.get(param.name or "") for param in self.params if isinstance(param, click.Argument)]
        return typed, [text for value in arguments for text in _read_texts(value)]

    def _read_options(self, ctx: click.Context, args: list[str]) -> Mapping[str, Any]:
        parser = self.make_parser(ctx)
        parser.ignore_unknown_options = True
        try:
            return parser.parse_args(list(args))[0]
        except click.UsageError:
            return {}


def _read_texts(value: object) -> Sequence[str]:
    """Return the texts of an argument that takes one or several; none where it is missing."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (list, tuple)):
        return [text for text in cast("Sequence[object]", value) if isinstance(text, str)]
    return ()


def find_similar(typed: str, known: Iterable[str]) -> list[str]:
    """Return the known words that are most like the typed one, best first; an empty list if none is."""
    return get_close_matches(typed, list(dict.fromkeys(known)))


def with_suggestion(near: Sequence[str], hint: Message) -> Message:
    """Return the hint with a question before it that names what may be meant; the hint alone if nothing is."""
    if not near:
        return hint
    return Message("did_you_mean", "Did you mean {near}? {hint}", near=", ".join(near), hint=hint)


def _show_traces(environment: Environment) -> None:
    """Write what the engine logs, with its traces, to standard error."""
    import logging  # noqa: PLC0415  (few calls need it)

    logger = logging.getLogger("kinemotion")
    logger.setLevel(logging.INFO)
    logger.handlers[:] = [logging.StreamHandler(environment.stderr)]
