"""The command ``<movement>-analyze``, made from what the movement declares."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from kinemotion.cli.command import Call, Command
from kinemotion.cli.flags import make_flag
from kinemotion.cli.parameters import MANY_CLIPS, PARAMETERS
from kinemotion.motion.options import list_options
from kinemotion.movements import registry


def make_command(name: str) -> click.Command:
    """Return the command of the movement of that name.

    Raises
    ------
    UnknownMovement
        Where none of that name is installed.
    """
    movement = registry.get(name)
    return Command(
        f"{name}-analyze",
        params=[*PARAMETERS, *(make_flag(spec) for spec in list_options(movement.options))],
        callback=partial(_analyze, name),
        help=f"""{movement.title}, measured from a VIDEO, or from several at a time.

        With several videos, each result has the name of its video. If one fails, the others are still measured, and the
        exit status is 1. If a name begins with a dash, put -- before it.

        \b
        kinemotion {name}-analyze jump.mp4 --json jump.json --overlay overlay.mp4
        kinemotion {name}-analyze videos/*.mp4 --json-dir results --csv summary.csv
        """,
        short_help=f"{movement.title}, measured from videos.",
    )


@click.pass_obj
def _analyze(call: Call, name: str, /, *, videos: tuple[Path, ...], **values: Any) -> None:  # noqa: ANN401  (typed by click)
    # Asking for --help shall not wait for numpy, decoders and models.
    from kinemotion.cli.execute import execute, order_of  # noqa: PLC0415

    orders = [order_of(registry.get(name), video, values=values) for video in videos]
    if len(orders) == 1 and not any(values[str(option.name)] for option in MANY_CLIPS):
        execute(orders[0], call, kind=values["progress"])
    else:
        from kinemotion.cli.batch.options import BatchOptions, check_no_single_outputs  # noqa: PLC0415
        from kinemotion.cli.batch.run import run_batch  # noqa: PLC0415

        check_no_single_outputs(values)
        named = [replace(order, result=order.request.path.stem) for order in orders]
        run_batch(named, BatchOptions.of(values), environment=call.environment)
