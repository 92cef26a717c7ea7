"""What every movement's command takes, whatever the movement."""

from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

import click

from kinemotion.cli.command import Call
from kinemotion.cli.corrections import read_corrections
from kinemotion.cli.documents import JSON_FLAGS, JSON_HELP
from kinemotion.messages import Message
from kinemotion.motion.athlete import RANGES

FILE = click.Path(path_type=Path, readable=False)
"""Whether it can be read is said where it is: of a video otherwise than of a folder that is written to."""
LANGUAGE = click.Choice(["en", "es", "fr"])
DEVICES = click.Choice(["auto", "cpu", "cuda", "coreml", "directml", "openvino"])
"""What computes the networks."""


language_option = click.option(
    "--lang", type=LANGUAGE, default="en", show_default=True, expose_value=False, help="Language of the output."
)
"""For commands that print; the language is noted in the call."""


class Setting(click.Option):
    """An option that the user's settings may give as well."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """Return the value among the settings of the environment; None where it is missing or empty."""
        call = ctx.find_object(Call) or Call()
        return call.environment.config.get(str(self.envvar)) or None


class Number(click.FloatRange):
    """A finite number, with a decimal point or, as many countries write it, a comma."""

    name = "number"

    def convert(  # noqa: PLR0917  (click's signature)
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """Return the number that was typed."""
        written: Any = value.replace(",", ".") if isinstance(value, str) else value
        number: float = super().convert(written, param, ctx)
        if not isfinite(number):
            self.fail(Message("not_finite", "{value!r} is not a finite number.", value=str(value)), param, ctx)
        return number


class Count(click.IntRange):
    """A number of things."""

    name = "integer"


def _check_day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """Return the day as it was written."""
    try:
        return text and date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise click.BadParameter(
            Message("no_date", "{text!r} is not a date such as 2026-03-14.", text=text or "")
        ) from error


def _make_encodable(_context: click.Context, _parameter: click.Parameter, text: str | None) -> str | None:
    """The text with a question mark for each byte that is no text: no file can be written with them."""
    return text and text.encode("utf-8", "replace").decode()


VIDEOS = click.Argument(["videos"], metavar="VIDEO...", nargs=-1, required=True, type=FILE)


def _choose_estimator() -> str:
    """Return the estimator of this installation for the device of the call, which is read first."""
    from kinemotion.pose.estimators import choose_default_estimator  # noqa: PLC0415  (listing commands shall not wait)

    context = click.get_current_context(silent=True)
    return choose_default_estimator(context.params.get("device", "auto") if context else "auto")


MODEL: tuple[click.Option, ...] = (
    click.Option(
        ["--quality"],
        type=click.Choice(["fast", "balanced", "accurate"]),
        default="balanced",
        show_default=True,
        help="fast: quick and less exact. accurate: slow and more exact.",
    ),
    click.Option(
        ["--estimator"],
        metavar="litert|onnx|mediapipe|recorded:FILE",
        default=_choose_estimator,
        show_default="litert; onnx for a graphics card, and where LiteRT is missing",
        help="Program that finds the body points (rarely needed), or recorded:FILE for poses of --save-poses.",
    ),
    click.Option(
        ["--device"],
        type=DEVICES,
        default="auto",
        show_default=True,
        is_eager=True,
        help="Device that computes the body points; auto is the processor.",
    ),
    click.Option(["--full"], is_flag=True, help="Look for the body in every frame, also while nobody moves. Slower."),
)
"""What finds the points."""

CLIP: tuple[click.Option, ...] = (
    click.Option(
        ["--athlete", "name"],
        metavar="NAME",
        callback=_make_encodable,
        help="Name of the athlete, kept with the result for histories.",
    ),
    click.Option(
        ["--mass", "mass_kg"], type=Number(*RANGES["mass_kg"]), help="Athlete's mass [kg]: gives power and force."
    ),
    click.Option(["--athlete-height", "height_m"], type=Number(*RANGES["height_m"]), help="Athlete's body height [m]."),
    click.Option(
        ["--sex"],
        type=click.Choice(["female", "male"]),
        help="Body proportions to use. Without it: the average of both.",
    ),
    click.Option(
        ["--speed", "speed_m_s"], type=Number(*RANGES["speed_m_s"]), help="Belt or ground speed of a run [m/s]."
    ),
    click.Option(
        ["--date"],
        metavar="YYYY-MM-DD",
        callback=_check_day,
        help="Day of the test, for histories. Without it: the day that the file says, or today.",
    ),
    click.Option(
        ["--capture-fps"],
        type=Number(1, 2000),
        help="Frames per second that the camera filmed, for a file in slow motion.",
    ),
    click.Option(
        ["--rotate", "rotate_deg"],
        type=click.Choice([0, 90, 180, 270]),
        default=0,
        help="Turn the pictures clockwise [deg], if the film lies on its side or is upside down.",
    ),
    click.Option(
        ["--person"],
        type=Count(0),
        help="If several people are in view, measure only this one: the number from an earlier result.",
    ),
    click.Option(
        ["--events"],
        metavar="FILE|JSON",
        callback=read_corrections,
        help="Correct events that were found wrongly: a JSON list, or a file of one; names and times as in the result.",
    ),
    click.Option(["--start", "start_s"], type=Number(0), help="Begin at this time of the video [s]."),
    click.Option(["--end", "end_s"], type=Number(0, min_open=True), help="Stop at this time of the video [s]."),
)
"""What is known of one clip and its athlete."""

LIMITS: tuple[click.Option, ...] = (
    Setting(
        ["--max-duration", "duration_s"],
        type=Number(0, min_open=True),
        envvar="KINEMOTION_MAX_DURATION_S",
        show_envvar=True,
        help="Refuse a longer video [s].",
    ),
    Setting(
        ["--max-frames", "frames"],
        type=Count(1),
        envvar="KINEMOTION_MAX_FRAMES",
        show_envvar=True,
        help="Refuse a video of more frames.",
    ),
    Setting(
        ["--max-pixels", "pixels"],
        type=Count(1),
        envvar="KINEMOTION_MAX_PIXELS",
        show_envvar=True,
        help="Refuse a larger picture, width times height [px].",
    ),
)
"""What is too large to be decoded; the engine has limits of its own where these are not given."""

ONE_CLIP: tuple[click.Option, ...] = (
    click.Option([*JSON_FLAGS, "json"], metavar="PATH|-", multiple=True, help=JSON_HELP),
    click.Option(["--jsonl"], is_flag=True, help="Print a JSON line for each trial at once, then one for the clip."),
    click.Option(
        ["--overlay", "-o", "--output", "overlay"],
        metavar="PATH",
        multiple=True,
        type=FILE,
        help="Write the video with skeleton, paths, phases and values drawn on it (.mp4).",
    ),
    click.Option(
        ["--report", "page"],
        metavar="PATH",
        multiple=True,
        type=FILE,
        help="Write a page with numbers, plots and key pictures (.html); it opens without a network.",
    ),
    click.Option(
        ["--plots"],
        metavar="FOLDER",
        multiple=True,
        type=FILE,
        help="Write plots of heights, velocity and angles into a folder.",
    ),
    click.Option(
        ["--trajectories"],
        metavar="PATH",
        multiple=True,
        type=FILE,
        help="Write joints, centre of mass and angles over time (.csv, .parquet).",
    ),
    click.Option(
        ["--exchange"],
        metavar="PATH",
        multiple=True,
        type=FILE,
        help="Write the motion for other programs (.trc, .mot, .c3d, .nc).",
    ),
    click.Option(
        ["--save-poses", "poses"],
        metavar="PATH",
        multiple=True,
        type=FILE,
        help="Write the points found in every frame (.npz); --estimator recorded:PATH analyses them again in a second.",
    ),
)
"""What can be written of one clip; of several it would be written over itself."""

MANY_CLIPS: tuple[click.Option, ...] = (
    click.Option(
        ["--json-dir"],
        metavar="FOLDER",
        type=FILE,
        help="Folder for the results of several clips, made where it is missing; each has the name of its clip.",
    ),
    click.Option(["--report-dir"], metavar="FOLDER", type=FILE, help="Folder for the pages of several clips."),
    click.Option(
        ["--overlay-dir"], metavar="FOLDER", type=FILE, help="Folder for the overlay videos of several clips."
    ),
    click.Option(
        ["--cluster"],
        metavar="ADDRESS",
        help="Analyse on the workers of this Dask scheduler, such as tcp://10.0.0.5:8786, and not on this machine.",
    ),
    click.Option(
        ["--resume"],
        is_flag=True,
        help="Skip clips that already have a result in --json-dir from the same video, settings and version.",
    ),
)
"""What several clips need besides. Where one of these is given, a single clip is treated as several are."""

RUN: tuple[click.Option, ...] = (
    click.Option(
        ["--csv", "table"],
        metavar="PATH",
        multiple=True,
        type=FILE,
        help="Write a table with a row for each trial (.csv).",
    ),
    click.Option(["--lang"], type=LANGUAGE, default="en", show_default=True, help="Language of words and pictures."),
    click.Option(
        ["--workers"],
        type=Count(1, 64),
        help="Clips analysed at the same time; each needs 0.5 GB of memory. Without it: one for each processor core.",
    ),
    click.Option(
        ["--threads"],
        type=Count(1, 64),
        help="Most processor cores for one analysis. Without it: as many as are useful; one each for several clips. "
        "The numbers stay the same.",
    ),
    click.Option(
        ["--progress"],
        type=click.Choice(["auto", "json", "none"]),
        default="auto",
        show_default=True,
        help="On standard error: a bar at a terminal, or JSON lines.",
    ),
    click.Option(["--debug"], is_flag=True, help="Show the trace of an error."),
)
"""What holds for a whole call."""

VERBOSE = click.Option(["--verbose"], is_flag=True, help="Print more: phases, events, scale, times.")

PARAMETERS: tuple[click.Parameter, ...] = (VIDEOS, *ONE_CLIP, *MODEL, *CLIP, *LIMITS, *MANY_CLIPS, *RUN, VERBOSE)
