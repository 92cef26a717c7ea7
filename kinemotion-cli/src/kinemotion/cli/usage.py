"""Mistakes on the command line, as click finds them, in words that can be translated."""

import click

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message


def usage_problem(error: click.UsageError) -> UsageProblem:
    """Convert a mistake found by click to one of ours."""
    command = error.ctx.command_path if error.ctx else "kinemotion"
    hint = Message("see_command_help", "See {command} --help.", command=command)
    match error:
        case click.NoSuchOption():
            return _unknown_option(error, command=command)
        case click.MissingParameter():
            name = _name(error)
            return UsageProblem(Message("missing_parameter", "{name} is missing.", name=name), hint=hint)
        case click.BadParameter():
            message = Message(
                "bad_value", "Invalid value for {name}: {reason}", name=_name(error), reason=error.message
            )
            return UsageProblem(message, hint=hint)
        case click.BadOptionUsage():
            message = Message("option_without_value", "Option {option} needs a value.", option=error.option_name)
            return UsageProblem(message, hint=hint)
        case _:
            return UsageProblem(error.format_message(), hint=hint)


def _unknown_option(error: click.NoSuchOption, *, command: str) -> UsageProblem:
    message = Message("unknown_option", "There is no option {option}.", option=error.option_name)
    if error.possibilities:
        near = ", ".join(sorted(error.possibilities))
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


def _name(error: click.BadParameter) -> str:
    """Name of the parameter as a user types it."""
    if error.param is None:
        return ""
    return (
        error.param.opts[0]
        if isinstance(error.param, click.Option)
        else error.param.make_metavar(error.ctx or click.Context(click.Command("")))
    )
