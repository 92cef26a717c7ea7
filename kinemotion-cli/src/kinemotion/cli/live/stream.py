"""The command that follows many live sessions: records on standard input, JSON lines on standard output."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import click

from kinemotion.cli.command import Call, Command
from kinemotion.cli.parameters import DEVICES

if TYPE_CHECKING:
    from kinemotion.pose.base import Preset


@click.command(cls=Command, short_help="For programs: follow many live sessions, records in, JSON lines out.")
@click.option(
    "--every-frame",
    is_flag=True,
    help="Measure every frame, for recordings. Without it, frames that come too late are skipped.",
)
@click.option(
    "--preload",
    type=click.Choice(["fast", "balanced", "accurate"]),
    multiple=True,
    help="Load this pose model at the start, so that the first picture need not wait for it.",
)
@click.option(
    "--device",
    type=DEVICES,
    default="auto",
    show_default=True,
    help="Device that finds the body in pictures; auto is the processor.",
)
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@click.pass_obj
def stream(call: Call, *, every_frame: bool, preload: tuple[Preset, ...], device: str, debug: bool) -> None:
    """Follow many live sessions in one process.

    Records on standard input open and close sessions and bring their frames: pictures or landmarks. JSON lines on
    standard output contain phase, height and trials of each. docs/reference/stream.md describes both.
    """
    del debug  # noted in the call
    # Here, as asking for --help shall not wait for NumPy.
    from kinemotion.stream.open_models import PoseModels  # noqa: PLC0415
    from kinemotion.stream.serve import find_descriptor, serve  # noqa: PLC0415

    call.lines = True
    # A file of its own, never closed: a thread may wait in it for ever when the process ends.
    stdin = call.environment.stdin
    source = open(stdin.fileno(), "rb", closefd=False) if stdin else BytesIO()  # noqa: SIM115  (a descriptor)
    written_to = find_descriptor(call.environment.stdout)
    with PoseModels(device) as models:
        for preset in preload:
            models.get(preset)
        serve(source, call.environment.write, models=models, written_to=written_to, every_frame=every_frame)
