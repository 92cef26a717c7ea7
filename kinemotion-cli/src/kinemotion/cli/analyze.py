"""The command ``<movement>-analyze``, made from what the movement declares."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from kinemotion.cli.command import Command
from kinemotion.cli.flags import flag
from kinemotion.cli.parameters import MANY_CLIPS, PARAMETERS
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
    return Command(
        f"{name}-analyze",
        params=[*PARAMETERS, *(flag(spec) for spec in option_specs(movement.options))],
        callback=partial(_analyze, name),
        help=f"""{movement.title}, measured from a VIDEO, or from several at a time.

        Put -- before a name that begins with a dash. Of several, each result is named like its clip; a clip that fails
        stops none of the others, and makes the exit status 1.

        \b
        kinemotion {name}-analyze jump.mp4 --json jump.json --overlay overlay.mp4
        kinemotion {name}-analyze videos/*.mp4 --json-dir results --csv summary.csv
        """,
        short_help=f"{movement.title}, measured from videos.",
    )


def _analyze(name: str, /, *, videos: tuple[Path, ...], **given: Any) -> None:  # noqa: ANN401  (typed by click)
    # Asking for --help shall not wait for numpy, decoders and models.
    if len(videos) == 1 and not any(given[str(option.name)] for option in MANY_CLIPS):
        from kinemotion.cli.execute import execute  # noqa: PLC0415

        execute(registry.get(name), {**given, "video": videos[0]})
    else:
        from kinemotion.cli.batch import Order, carry_out_all, refuse_single_outputs  # noqa: PLC0415

        refuse_single_outputs(given)
        carry_out_all([Order(name, {**given, "video": video}, result=video.stem) for video in videos], given)
