"""The command ``<movement>-analyze``, made from what the movement declares."""

from functools import partial
from typing import Any

import click

from kinemotion.cli.flags import flag
from kinemotion.cli.parameters import PARAMETERS
from kinemotion.motion.options import option_specs
from kinemotion.movements import registry


def command(name: str) -> click.Command:
    """The command of the movement of that name.

    Raises
    ------
    UnknownMovement
        Where none of that name is installed.
    """
    movement = registry.get(name)
    return click.Command(
        f"{name}-analyze",
        params=[*PARAMETERS, *(flag(spec) for spec in option_specs(movement.options))],
        callback=partial(_analyze, name),
        help=f"{movement.title}, measured from one VIDEO. Put -- before a name that begins with a dash.",
        short_help=f"{movement.title}, measured from one video.",
    )


def _analyze(name: str, /, **given: Any) -> None:  # noqa: ANN401  (typed by click)
    # Asking for --help shall not wait for numpy, decoders and models.
    from kinemotion.cli.execute import execute  # noqa: PLC0415

    execute(registry.get(name), given)
