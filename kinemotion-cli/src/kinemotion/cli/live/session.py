"""A live session at one machine: pictures of a camera in, a window or JSON lines out."""

from dataclasses import dataclass, field
from pathlib import Path

import click

from kinemotion.cli.live.cameras import Camera
from kinemotion.cli.live.display import Display, describe_now, describe_trial, draw_picture
from kinemotion.cli.live.recorder import Recorder
from kinemotion.cli.output import write_line
from kinemotion.motion.arrays import Image
from kinemotion.motion.live import TrialEvent
from kinemotion.motion.report import Problem, Trial
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.pipeline import best_trial
from kinemotion.report.contract.live_document import Origin, Summary, closed_event, live_state, live_trial
from kinemotion.request import Request
from kinemotion.streaming import ProcessedFrame, StreamingPoseProcessor

_SESSION = 0
"""Number of the one session in JSON lines."""
_SAVE, _QUIT = "s", ("q", "\x1b")
_KEYS = f"{_SAVE}: save the last 10 s   q: quit"


@dataclass(slots=True)
class LiveOutput:
    """Where a live session goes to."""

    request: Request
    folder: Path
    """Where clips are saved."""
    display: Display | None = None
    """A window; JSON lines on standard output where None."""
    recorder: Recorder = field(default_factory=Recorder)


class LiveRun:
    """Follows the pictures of one camera."""

    def __init__(self, processor: StreamingPoseProcessor, output: LiveOutput) -> None:
        self._processor = processor
        self._output = output
        self._movement: Movement = registry.get(output.request.movement)
        self._frames = self._trials = 0
        self._now_s = 0.0
        self._best: Trial | None = None
        self._problem: Problem | None = None
        self._card: list[str] = []

    def follow(self, camera: Camera) -> None:
        """Follow a camera until it ends or the window is closed; then tell what was measured."""
        try:
            for picture, time_s in camera.pictures():
                seen = self._processor.process_frame(picture, time_s)
                self._frames, self._now_s = self._frames + 1, time_s
                if not self._tell(picture, seen):
                    break
        finally:
            self._finish()

    def _tell(self, picture: Image, seen: ProcessedFrame) -> bool:
        """Tell what a frame shows; return whether to go on."""
        for event in seen.trials:
            self._tell_trial(event)
        display = self._output.display
        if display is None:
            write_line(live_state(seen.state, self._origin))
            return True
        self._output.recorder.keep(picture, seen.poses)
        key = display.show(draw_picture(picture, seen.poses, lines=[*describe_now(seen.state), *self._card, _KEYS]))
        if key == _SAVE:
            self._save()
        return key not in _QUIT

    def _tell_trial(self, event: TrialEvent) -> None:
        self._card = describe_trial(event.trial, self._movement)
        if event.final:
            self._trials += 1
            self._problem = self._problem or event.trial.problem
            found = [trial for trial in (self._best, event.trial.without_motion()) if trial is not None]
            self._best = best_trial(found, self._movement)
        if self._output.display is None:
            write_line(live_trial(event, self._origin))
        elif event.final:
            click.echo("; ".join(self._card))

    def _save(self) -> None:
        paths = self._output.recorder.save(
            self._output.folder, self._output.request, estimator=self._processor.estimator
        )
        click.echo(" ".join(map(str, paths)))

    def _finish(self) -> None:
        for event in self._processor.close():
            self._tell_trial(event)
        if self._output.display is not None:
            self._output.display.close()
            return
        problem = None if self._best else self._problem
        summary = Summary(frames=self._frames, dropped=0, trials=self._trials, best=self._best, problem=problem)
        write_line(closed_event(self._origin, summary))

    @property
    def _origin(self) -> Origin:
        return Origin(_SESSION, self._movement, round(self._now_s * 1e6))
