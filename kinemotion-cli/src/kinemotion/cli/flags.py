"""Flags of a movement's command, made from its option declarations."""

from typing import Any

import click

from kinemotion.cli.parameters import Count, Number
from kinemotion.motion.options import OptionSpec


def write_flag_name(spec: OptionSpec) -> str:
    """Return the flag as a user types it."""
    return "--" + spec.name.replace("_", "-")


def make_flag(spec: OptionSpec) -> click.Option:
    """Return the declared option as a flag."""
    name = write_flag_name(spec)
    unit = f" [{spec.unit}]" if spec.unit else ""
    return click.Option(
        [f"{name}/--no-{name[2:]}" if spec.type is bool else name],
        type=_choose_type(spec),
        default=spec.default,
        show_default=spec.default is not None,
        help=f"{spec.meaning}{unit}",
    )


def _choose_type(spec: OptionSpec) -> Any:  # noqa: ANN401  (what click takes as a type)
    if spec.choices:
        return click.Choice(spec.choices)
    low, high = spec.minimum, spec.maximum
    if spec.type is int:
        return Count(None if low is None else int(low), None if high is None else int(high))
    return Number(low, high) if spec.type is float else spec.type
