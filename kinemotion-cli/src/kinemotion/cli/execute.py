"""One analysis as it was asked for on the command line: checked, carried out, written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from kinemotion.api import Listener, Request, Settings, run
from kinemotion.cli.command import Call
from kinemotion.cli.documents import write_line
from kinemotion.cli.environment import Environment
from kinemotion.cli.failures import as_kinemotion_error, show_problem
from kinemotion.cli.outputs import Outputs
from kinemotion.cli.progress import ReportProgress, progress
from kinemotion.errors import ExitStatus
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Report, Trial
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.report.contract.document import find_refusal, make_document, make_trial_event, report_event
from kinemotion.report.text.summary import write_summary
from kinemotion.video.container import Limits


@dataclass(frozen=True, slots=True)
class Order:
    """One clip to be analysed, and what is to be written of it."""

    request: Request
    outputs: Outputs
    result: str = ""
    """Name of what a batch writes, without folder and extension."""

    @property
    def clip(self) -> str:
        """The path of the video, as text for people and documents."""
        return str(self.request.path).encode("utf-8", "replace").decode()


def order_of(movement: Movement, video: Path, *, values: Mapping[str, Any]) -> Order:
    """Make the order of one clip from the values of the movement's command."""

    def chosen(kind: type) -> dict[str, Any]:
        return {item.name: values[item.name] for item in fields(kind) if item.name in values}

    request = Request(
        path=video,
        movement=movement.name,
        quality=values["quality"],
        athlete=Athlete(**chosen(Athlete)),
        settings=Settings(
            options=movement.options(**chosen(movement.options)), limits=read_limits(values), **chosen(Settings)
        ),
    )
    return Order(request, Outputs.of(values))


def read_limits(values: Mapping[str, Any]) -> Limits:
    """Make the limits of what is decoded: those that were given, else the engine's own."""
    given = {item.name: values[item.name] for item in fields(Limits) if values.get(item.name) is not None}
    return Limits(**given)


def execute(order: Order, call: Call, *, kind: str) -> None:
    """Carry out one order; ``kind`` is that of the progress. A clip without numbers ends the process with its status.

    The measurement is printed and its document is written first, so that a failure of another output cannot lose it.
    """
    request, outputs = order.request, order.outputs
    outputs.check(request)
    movement = registry.get(request.movement)

    def found(trial: Trial) -> None:
        if outputs.lines:
            write_line(make_trial_event(trial, movement), call.environment)

    with progress(kind, call.environment, lang=outputs.lang) as show_progress:
        frames = Frames(show_progress, passes=outputs.passes)
        seen: list[FramePoses] = []
        listener = Listener(
            progress=frames.measured,
            trial=found,
            poses=seen.append if outputs.needs_seen else lambda _frame: None,
            refused=lambda refused: draw_refused(
                order, refused, frames=frames, seen=seen, environment=call.environment
            ),
        )
        report = run(request, listener=listener, keep_motion=outputs.needs_motion)
        unwritten = outputs.write_documents(partial(make_document, report), environment=call.environment)
        call.documents = tuple(unwritten)  # elsewhere it is written: a failure from here on is shown as text
        if outputs.lines:
            write_line(report_event(report), call.environment)
            call.lines = False
        undrawn = outputs.write(report, request=request, on_frame=frames.drawn, seen=seen)
    failures = [*unwritten.values(), *undrawn]
    text = write_summary(report, verbose=outputs.verbose, lang=outputs.lang, width=call.environment.width)
    call.environment.show(text, aside=bool(outputs.documents or outputs.lines))
    for failure in failures[1:]:
        show_problem(as_kinemotion_error(failure), call.environment, lang=outputs.lang)
    if failures:
        raise failures[0]
    if refused := find_refusal(report):
        show_problem(refused, call.environment, lang=outputs.lang)
        raise SystemExit(ExitStatus.MOVEMENT_NOT_FOUND)


def draw_refused(
    order: Order, report: Report, *, frames: "Frames", seen: Sequence[FramePoses], environment: Environment
) -> None:
    """Write what can be shown of a clip without any trial; the refusal itself is raised afterwards."""
    for failure in order.outputs.write(report, request=order.request, on_frame=frames.drawn, seen=seen):
        show_problem(as_kinemotion_error(failure), environment, lang=order.outputs.lang)


class Frames:
    """Progress over every pass through the clip: measuring it, then drawing on it."""

    def __init__(self, show_progress: ReportProgress, *, passes: int) -> None:
        self._show_progress = show_progress
        self._passes = passes
        self._done = 0
        self._total: int | None = None

    def measured(self, done: int, total: int | None) -> None:
        """Note a frame of the first pass; ``total`` are the frames of one pass."""
        self._done = done
        self._total = total and total * self._passes
        self._show_progress(self._done, self._total)

    def drawn(self) -> None:
        """Note a frame of a later pass."""
        self._done += 1
        self._show_progress(self._done, self._total)
