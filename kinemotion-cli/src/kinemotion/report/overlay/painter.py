"""What the engine saw, drawn on the frames it saw it in.

The painter knows nothing of files: the caller decodes, gives it frames in order and encodes what it returns::

    painter = OverlayPainter(report)
    with clip.frames() as frames, atomic(path) as beside, clip.encoder(beside, painter.size) as encoder:
        for frame in frames:
            encoder.write(painter.paint(frame), time_s=frame.time_s)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pictures

from kinemotion.i18n.texts import load_texts
from kinemotion.motion.arrays import Image
from kinemotion.motion.body import Motion
from kinemotion.motion.frames import Frame
from kinemotion.motion.report import Report, Trial
from kinemotion.report.overlay.dashboard import Dashboard
from kinemotion.report.overlay.draw import Box, compute_unit_px
from kinemotion.report.overlay.figure import Figure
from kinemotion.report.overlay.frame_steps import FrameSteps
from kinemotion.report.overlay.layout import Margins, Size, arrange, find_body
from kinemotion.report.series import SAME_FRAME_S, find_row_at, list_moving_trials


@dataclass(frozen=True, slots=True)
class _Scene:
    figure: Figure
    dashboard: Dashboard
    steps: FrameSteps


class OverlayPainter:
    """Paints the frames of one video, in order; memory does not grow with the video."""

    def __init__(self, report: Report, *, lang: str = "en") -> None:
        self._texts = load_texts(lang)
        self._unit = compute_unit_px(report.video)
        self._headline = report.headline
        self._trials = list(list_moving_trials(report))
        self._scenes: dict[int, _Scene] = {}
        self._ended: tuple[int, _Scene] | None = None
        """Index and scene of the trial that ended last: its results stay until the next trial."""
        self._picture: Size = (report.video.width, report.video.height)
        bodies = [(motion, find_body(motion, self._picture)) for _, motion in self._trials]
        self._dashboards = {
            trial.index: Dashboard(trial, motion, texts=self._texts, unit=self._unit) for trial, motion in self._trials
        }
        """Of the trials that are still to come."""
        asked = [
            (self._dashboards[trial.index].measure(), _find_beside(motion, bodies)) for trial, motion in self._trials
        ]
        self._margins, layouts = arrange(asked, self._picture)
        self._layouts = {trial.index: found for (trial, _), found in zip(self._trials, layouts, strict=True)}

    @property
    def size(self) -> Size:
        """Width and height of the painted pictures, px: those of the video, with room for the plates."""
        return self._margins.enlarge(self._picture)

    @property
    def margins(self) -> Margins:
        """What is added to the pictures."""
        return self._margins

    def paint(self, frame: Frame) -> Image:
        """Paint everybody who is in a trial then, and the plates of the best of these; a picture of ``size``.

        After a trial its results stay until the next one, or until the end of the video.
        """
        self._forget_before(frame.time_s)
        scenes = [
            (self._get_scene(trial, motion), trial.index, find_row_at(motion, frame.time_s))
            for trial, motion in self._at(frame.time_s)
        ]
        if not scenes and not self._ended and not self._margins.above:
            return frame.image
        picture = Pictures.fromarray(frame.image)
        for scene, _, row in scenes:
            scene.steps.take(picture, row=row)
        for scene, _, row in scenes:
            scene.figure.draw(picture, row=row)
        canvas = self._margins.add_to(picture)
        if scenes:
            scene, index, row = scenes[0]
            scene.dashboard.draw(canvas, row=row, layout=self._layouts[index])
            scene.steps.draw(canvas, box=self._layouts[index].strip)
        elif self._ended:
            index, scene = self._ended
            scene.dashboard.draw_results(canvas, layout=self._layouts[index])
            scene.steps.draw(canvas, box=self._layouts[index].strip)
        return np.asarray(canvas)

    def _at(self, time_s: float) -> list[tuple[Trial, Motion]]:
        """Return the trials of that instant, the headline first."""
        found = [
            (trial, motion)
            for trial, motion in self._trials
            if motion.time_s[0] - SAME_FRAME_S <= time_s <= motion.time_s[-1] + SAME_FRAME_S
        ]
        return sorted(found, key=lambda item: item[0] is not self._headline)

    def _get_scene(self, trial: Trial, motion: Motion) -> _Scene:
        if trial.index not in self._scenes:
            self._scenes[trial.index] = _Scene(
                Figure(motion, unit=self._unit),
                self._dashboards.pop(trial.index),
                FrameSteps(motion, trial.events, texts=self._texts, unit=self._unit),
            )
        return self._scenes[trial.index]

    def _forget_before(self, time_s: float) -> None:
        over = [trial for trial, motion in self._trials if motion.time_s[-1] < time_s - SAME_FRAME_S]
        for trial in sorted(over, key=lambda trial: (trial.end_s, trial is self._headline)):
            if scene := self._scenes.pop(trial.index, None):
                self._ended = trial.index, scene


def _find_beside(motion: Motion, bodies: Sequence[tuple[Motion, Box | None]]) -> list[Box]:
    """Return the bodies that are in the picture while a motion lasts, its own too."""
    return [
        box
        for other, box in bodies
        if box and other.time_s[0] <= motion.time_s[-1] and other.time_s[-1] >= motion.time_s[0]
    ]
