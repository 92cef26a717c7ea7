"""What the engine saw, drawn on the frames it saw it in.

The painter knows nothing of files: whoever decodes hands it frames in order and encodes what comes back::

    painter = OverlayPainter(report)
    with open_video(path) as video, atomic(out_path) as beside, open_writer(beside, report.video) as writer:
        for frame in video.frames():
            writer.write(painter.paint(frame), time_s=frame.time_s)
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image as Pictures

from kinemotion.i18n.texts import load_texts
from kinemotion.motion.arrays import Image
from kinemotion.motion.body import Motion
from kinemotion.motion.frames import Frame
from kinemotion.motion.report import Report, Trial
from kinemotion.report.overlay.dashboard import Dashboard
from kinemotion.report.overlay.draw import compute_unit_px
from kinemotion.report.overlay.figure import Figure
from kinemotion.report.overlay.frame_steps import FrameSteps
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
        self._video = report.video
        self._headline = report.headline
        self._trials = list(list_moving_trials(report))
        self._scenes: dict[int, _Scene] = {}

    def paint(self, frame: Frame) -> Image:
        """The picture (H, W, 3) with everybody drawn who is in a trial then, and the plates of the best of these."""
        self._forget_before(frame.time_s)
        scenes = [
            (self._scene(trial, motion), find_row_at(motion, frame.time_s)) for trial, motion in self._at(frame.time_s)
        ]
        if not scenes:
            return frame.image
        picture = Pictures.fromarray(frame.image)
        for scene, row in scenes:
            scene.steps.take(picture, row=row)
        for scene, row in scenes:
            scene.figure.draw(picture, row=row)
        scene, row = scenes[0]
        scene.dashboard.draw(picture, row=row)
        scene.steps.draw(picture)
        return np.asarray(picture)

    def _at(self, time_s: float) -> list[tuple[Trial, Motion]]:
        """The trials of that instant, the headline first."""
        found = [
            (trial, motion)
            for trial, motion in self._trials
            if motion.time_s[0] - SAME_FRAME_S <= time_s <= motion.time_s[-1] + SAME_FRAME_S
        ]
        return sorted(found, key=lambda item: item[0] is not self._headline)

    def _scene(self, trial: Trial, motion: Motion) -> _Scene:
        if trial.index not in self._scenes:
            self._scenes[trial.index] = _Scene(
                Figure(motion, unit=compute_unit_px(self._video)),
                Dashboard(trial, motion, texts=self._texts, video=self._video),
                FrameSteps(motion, trial.events, texts=self._texts, unit=compute_unit_px(self._video)),
            )
        return self._scenes[trial.index]

    def _forget_before(self, time_s: float) -> None:
        over = [trial.index for trial, motion in self._trials if motion.time_s[-1] < time_s - SAME_FRAME_S]
        for index in over:
            self._scenes.pop(index, None)
