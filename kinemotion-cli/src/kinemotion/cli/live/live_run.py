"""A live session at one machine: pictures of a camera in, a window or JSON lines out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kinemotion.cli.documents import write_line
from kinemotion.cli.environment import Environment
from kinemotion.cli.live.cameras import Camera
from kinemotion.cli.live.display import Display, describe_now, describe_trial, draw_picture
from kinemotion.cli.live.recorder import Recorder
from kinemotion.i18n.texts import load_texts
from kinemotion.motion.arrays import Image
from kinemotion.motion.live import TrialEvent
from kinemotion.motion.report import Problem, Trial
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.pipeline import find_best_trial
from kinemotion.report.contract.live_document import (
    Origin,
    Summary,
    make_closed_event,
    make_live_trial_event,
    make_state_event,
)
from kinemotion.request import Request
from kinemotion.streaming import ProcessedFrame, StreamingPoseProcessor

_SESSION = 0
"""Number of the one session in JSON lines."""
_SAVE, _QUIT = "s", ("q", "\x1b")


@dataclass(slots=True)
class LiveOutput:
    """Where a live session goes to."""

    request: Request
    folder: Path
    """Where clips are saved."""
    display: Display | None = None
    """A window; JSON lines on standard output where None."""
    environment: Environment = field(default_factory=Environment.of_process)
    lang: str = "en"
    """Language of what the window and the terminal show."""
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
        self._language = load_texts(output.lang)

    def follow(self, camera: Camera) -> None:
        """Follow a camera until it ends or the window is closed; then show what was measured."""
        try:
            for picture, time_s in camera.pictures():
                seen = self._processor.process_frame(picture, time_s)
                self._frames, self._now_s = self._frames + 1, time_s
                if not self._tell(picture, seen):
                    break
        finally:
            self._finish()

    def _tell(self, picture: Image, seen: ProcessedFrame) -> bool:
        """Show what happens in a frame; return whether to go on."""
        for event in seen.trials:
            self._tell_trial(event)
        display = self._output.display
        if display is None:
            self._write(make_state_event(seen.state, self._origin))
            return True
        self._output.recorder.keep(picture, seen.poses)
        now = describe_now(seen.state, self._language)
        lines = [*now, *self._card, self._language("live_keys", save=_SAVE, quit=_QUIT[0])]
        key = display.show(draw_picture(picture, seen.poses, lines=lines))
        if key == _SAVE:
            self._save()
        return key not in _QUIT

    def _tell_trial(self, event: TrialEvent) -> None:
        self._card = describe_trial(event.trial, self._movement, language=self._language)
        if event.final:
            self._trials += 1
            self._problem = self._problem or event.trial.problem
            found = [trial for trial in (self._best, event.trial.without_motion()) if trial is not None]
            self._best = find_best_trial(found, self._movement)
        if self._output.display is None:
            self._write(make_live_trial_event(event, self._origin))
        elif event.final:
            self._output.environment.show("; ".join(self._card) + "\n")

    def _write(self, event: Mapping[str, Any]) -> None:
        write_line(event, self._output.environment)

    def _save(self) -> None:
        paths = self._output.recorder.save(
            self._output.folder, self._output.request, estimator=self._processor.estimator
        )
        self._output.environment.show(" ".join(map(str, paths)) + "\n")

    def _finish(self) -> None:
        for event in self._processor.close():
            self._tell_trial(event)
        if self._output.display is not None:
            self._output.display.close()
            return
        problem = None if self._best else self._problem
        summary = Summary(frames=self._frames, dropped=0, trials=self._trials, best=self._best, problem=problem)
        self._write(make_closed_event(self._origin, summary))

    @property
    def _origin(self) -> Origin:
        return Origin(_SESSION, self._movement, round(self._now_s * 1e6))
