"""Mistakes on the command line, as click finds them, in words that can be translated."""

import re
from difflib import get_close_matches

import click

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.athlete import UNIT_HINTS

_ALIKE = 0.75
"""Engineering limit: likeness, 0 to 1, of two words of which one may be a slip of the other."""


def as_usage_problem(error: click.UsageError) -> UsageProblem:
    """Convert a mistake found by click to one of ours."""
    command = error.ctx.command_path if error.ctx else "kinemotion"
    hint = Message("see_command_help", "See {command} --help.", command=command)
    match error:
        case click.NoSuchOption():
            return _explain_unknown_option(error, command=command)
        case click.MissingParameter():
            name = _write_name(error)
            return UsageProblem(Message("missing_parameter", "{name} is missing.", name=name), hint=hint)
        case click.BadParameter():
            reason = describe_bad_value(error)
            message = Message("bad_value", "Invalid value for {name}: {reason}", name=_write_name(error), reason=reason)
            return UsageProblem(message, hint=UNIT_HINTS.get((error.param and error.param.name) or "", hint))
        case click.BadOptionUsage():
            message = Message("option_without_value", "Option {option} needs a value.", option=error.option_name)
            return UsageProblem(message, hint=hint)
        case _:
            return UsageProblem(_describe(error), hint=hint)


def _explain_unknown_option(error: click.NoSuchOption, *, command: str) -> UsageProblem:
    message = Message("unknown_option", "There is no option {option}.", option=error.option_name)
    if similar := _find_similar_options(error) or error.possibilities:
        near = ", ".join(sorted(similar))
        return UsageProblem(
            message,
            hint=Message("similar_options", "Did you mean {near}? See {command} --help.", near=near, command=command),
        )
    return UsageProblem(
        message,
        hint=Message(
            "double_dash",
            "Put -- before a file name that begins with a dash. See {command} --help.",
            command=command,
        ),
    )


def _find_similar_options(error: click.NoSuchOption) -> set[str]:
    """Return the options with a word that looks like the one that was typed: --athlete-height for --heigth."""
    parameters = error.ctx.command.params if error.ctx else []
    options = [option for parameter in parameters for option in parameter.opts if option.startswith("--")]
    typed = error.option_name.strip("-")
    return {option for option in options if get_close_matches(typed, option.strip("-").split("-"), cutoff=_ALIKE)}


def describe_bad_value(error: click.BadParameter) -> Message:
    """Return what is wrong with a value: our own message, or one in place of click's English."""
    return _describe(error)


def _describe(error: click.UsageError) -> Message:
    """Return a message in place of click's English text; the text itself if it is none of those known here."""
    text = error.message
    if isinstance(text, Message):
        return text
    if found := re.fullmatch(r"Got unexpected extra arguments? \((.+)\)", text):
        return Message("too_many_arguments", "These arguments are too many: {words}.", words=found[1])
    return _describe_value(text) or Message.plain("usage", text)


def _describe_value(text: str) -> Message | None:
    if found := re.fullmatch(r"(.+) is not a valid (?:number|float)\.", text):
        return Message("not_a_number", "{value} is not a number.", value=found[1])
    if found := re.fullmatch(r"(.+) is not a valid integer\.", text):
        return Message("not_an_integer", "{value} is not a whole number.", value=found[1])
    if found := re.fullmatch(r"(.+) is not in the range (.+)<=x<=(.+)\.", text):
        value, low, high = (f"{float(number):g}" for number in found.groups())
        return Message("not_between", "{value} is not between {low} and {high}.", value=value, low=low, high=high)
    if found := re.fullmatch(r"(.+) is not in the range (.+)\.", text):
        return Message("not_in_range", "{value} is not in the range {limits}.", value=found[1], limits=found[2])
    if found := re.fullmatch(r"(.+) is not (?:one of )?('.+')\.", text):
        return Message("not_a_choice", "{value} is not one of {known}.", value=found[1], known=found[2])
    return None


def _write_name(error: click.BadParameter) -> str:
    """Name of the parameter as a user types it."""
    if error.param is None:
        return ""
    if isinstance(error.param, click.Option):
        return error.param.opts[0]
    return error.param.make_metavar(error.ctx or click.Context(click.Command(""))).removesuffix("...")
