"""The command ``<movement>-analyze``, made from what the movement declares.

The engine is imported where it is called: asking for --help shall not wait for numpy, decoders and models.
"""

from collections.abc import Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kinemotion.cli.flags import flag
from kinemotion.cli.output import JSON_FLAGS, JSON_HELP, STDOUT, complain, same_file, write_document, write_line
from kinemotion.cli.progress import progress
from kinemotion.errors import ExitStatus, OutputProblem, UsageProblem
from kinemotion.motion.options import option_specs
from kinemotion.movements import registry
from kinemotion.report.files import check_writable

if TYPE_CHECKING:
    from kinemotion.api import Request
    from kinemotion.motion.report import Report, Trial
    from kinemotion.movements.base import Movement

PARAMETERS: tuple[click.Parameter, ...] = (
    click.Argument(["video"], type=click.Path(path_type=Path)),
    click.Option([*JSON_FLAGS, "json"], metavar="PATH|-", help=JSON_HELP),
    click.Option(
        ["--jsonl"], is_flag=True, help="Write one JSON line a trial as soon as it is found, then a last one."
    ),
    click.Option(
        ["--quality"],
        type=click.Choice(["fast", "balanced", "accurate"]),
        default="balanced",
        show_default=True,
        help="Size of the pose model.",
    ),
    click.Option(
        ["--estimator"],
        type=click.Choice(["litert", "mediapipe"]),
        default="litert",
        show_default=True,
        help="What runs the pose model.",
    ),
    click.Option(
        ["--mass", "mass_kg"], type=click.FloatRange(20, 300), help="Athlete's mass [kg]: gives power and force."
    ),
    click.Option(["--athlete-height", "height_m"], type=click.FloatRange(1, 2.5), help="Athlete's stature [m]."),
    click.Option(
        ["--sex"], type=click.Choice(["female", "male"]), help="Table of segment masses; their mean if not given."
    ),
    click.Option(["--speed", "speed_m_s"], type=click.FloatRange(0.5, 15), help="Belt or ground speed of a run [m/s]."),
    click.Option(
        ["--capture-fps"],
        type=click.FloatRange(1, 2000),
        help="Rate the camera filmed at [1/s], for a file that plays in slow motion.",
    ),
    click.Option(["--start", "start_s"], type=click.FloatRange(0), help="Leave out what is before [s]."),
    click.Option(["--end", "end_s"], type=click.FloatRange(0, min_open=True), help="Leave out what is after [s]."),
    click.Option(["--threads"], type=click.IntRange(1, 64), help="Threads of the pose model; changes no number."),
    click.Option(
        ["--progress"],
        type=click.Choice(["auto", "json", "none"]),
        default="auto",
        show_default=True,
        help="On standard error: a bar at a terminal, or JSON lines.",
    ),
    click.Option(["--verbose"], is_flag=True, help="Tell more: phases, events, scale, times."),
    click.Option(["--debug"], is_flag=True, help="Show the trace of an error."),
)


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
    from kinemotion.api import Listener, run  # noqa: PLC0415

    _check_outputs(given)
    movement = registry.get(name)
    with progress(given["progress"]) as tell:
        hears = partial(_write_trial, movement=movement) if given["jsonl"] else _ignore
        report = run(_request(movement, given), listener=Listener(progress=tell, trial=hears))
    _write(report, given)


def _check_outputs(given: Mapping[str, Any]) -> None:
    """Say before the work what would fail after it."""
    target: str | None = given["json"]
    if given["jsonl"] and target == STDOUT:
        raise UsageProblem("--jsonl and --json - both write to standard output.", hint="Give --json a file.")
    if target is None or target == STDOUT:
        return
    check_writable(Path(target))
    if same_file(target, given["video"]):
        raise OutputProblem("The result would overwrite the video.", hint="Give --json another name.")


def _request(movement: "Movement", given: Mapping[str, Any]) -> "Request":
    from kinemotion.api import Request, Settings  # noqa: PLC0415
    from kinemotion.motion.athlete import Athlete  # noqa: PLC0415

    def chosen(kind: type) -> dict[str, Any]:
        return {item.name: given[item.name] for item in fields(kind) if item.name in given}

    options = movement.options(**chosen(movement.options))
    return Request(
        path=given["video"],
        movement=movement.name,
        quality=given["quality"],
        athlete=Athlete(**chosen(Athlete)),
        settings=Settings(options=options, **chosen(Settings)),
    )


def _write_trial(trial: "Trial", *, movement: "Movement") -> None:
    from kinemotion.report.document import trial_event  # noqa: PLC0415

    write_line(trial_event(trial, movement))


def _ignore(_trial: "Trial") -> None:
    pass


def _write(report: "Report", given: Mapping[str, Any]) -> None:
    """Documents to where they were asked for, words to people, and the exit status of a clip without numbers."""
    from kinemotion.report.document import document, refusal, report_event  # noqa: PLC0415
    from kinemotion.report.text import summary  # noqa: PLC0415

    if given["json"]:
        write_document(document(report), given["json"])
    if given["jsonl"]:
        write_line(report_event(report))
    click.echo(summary(report, verbose=given["verbose"]), nl=False, err=bool(given["json"] or given["jsonl"]))
    if refused := refusal(report):
        complain(refused.message, refused.hint)
        raise SystemExit(ExitStatus.MOVEMENT_NOT_FOUND)
