"""The command that measures what a camera sees, while the athlete moves."""

from pathlib import Path
from typing import Any

import click

from kinemotion.cli.command import Call, Command
from kinemotion.cli.parameters import FILE, Number, language_option
from kinemotion.motion.athlete import RANGES

_HELP = """Measure what a camera sees, while the athlete moves.

A window shows the skeleton, the phase, the height and the last result. Press s to save the last 10 seconds as a clip
with its result, q to quit.

\b
kinemotion live --camera 0 --movement cmj --athlete-height 1.80
kinemotion live --jsonl
"""


@click.command(cls=Command, help=_HELP, short_help="Measure what a camera sees, while the athlete moves.")
@click.option(
    "--camera", default="0", show_default=True, metavar="NUMBER|FILE", help="Camera (0 is the first), or a video."
)
@click.option("--movement", default="cmj", show_default=True, metavar="NAME", help="See `kinemotion movements`.")
@click.option(
    "--quality",
    type=click.Choice(["fast", "balanced", "accurate"]),
    default="fast",
    show_default=True,
    help="fast: quick and less exact. accurate: slow and more exact.",
)
@click.option("--mass", "mass_kg", type=Number(*RANGES["mass_kg"]), help="Athlete's mass [kg].")
@click.option("--athlete-height", "height_m", type=Number(*RANGES["height_m"]), help="Athlete's body height [m].")
@click.option("--jsonl", is_flag=True, help="Write JSON lines, and open no window.")
@click.option(
    "--save-dir", type=FILE, default=Path(), help="Folder for clips saved with the key s; not given: this folder."
)
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
@language_option
@click.pass_obj
def live(call: Call, /, **values: Any) -> None:  # noqa: ANN401  (typed by click)
    """Follow the camera until it ends or the window is closed."""
    # Asking for --help shall not wait for numpy, OpenCV and models.
    from kinemotion.api import Settings  # noqa: PLC0415
    from kinemotion.cli.live.cameras import open_camera  # noqa: PLC0415
    from kinemotion.cli.live.display import PreviewWindow  # noqa: PLC0415
    from kinemotion.cli.live.live_run import LiveOutput, LiveRun  # noqa: PLC0415
    from kinemotion.motion.athlete import Athlete  # noqa: PLC0415
    from kinemotion.request import Request  # noqa: PLC0415
    from kinemotion.streaming import StreamingPoseProcessor  # noqa: PLC0415

    movement, quality = values["movement"], values["quality"]
    athlete = Athlete(mass_kg=values["mass_kg"], height_m=values["height_m"])
    request = Request(path=Path(), movement=movement, quality=quality, athlete=athlete, settings=Settings())
    with open_camera(values["camera"]) as camera:
        display = None if values["jsonl"] else PreviewWindow()
        output = LiveOutput(request, values["save_dir"], display, call.environment, call.lang)
        LiveRun(StreamingPoseProcessor(movement, quality=quality, athlete=athlete), output).follow(camera)
