"""The plate under the athlete: height of the centre of mass over the bar of phases, both against time."""

import numpy as np
from PIL import Image, ImageDraw

from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.report import Trial
from kinemotion.report.overlay.draw import EDGE, FINE, draw_smooth_plate
from kinemotion.report.palette import GREY, PAPER, VERMILION, choose_phase_colours
from kinemotion.report.series import draw_arcs

_DIM = "#7B828C"
HEIGHT = 112
"""Of the plate, in units of ``unit_px``."""
Points = list[tuple[float, float]]


class Timeline:
    """Drawn once a trial, twice: as it looks before and after the playhead has passed."""

    def __init__(self, trial: Trial, motion: Motion, *, width: int, unit: float) -> None:
        self._trial = trial
        self._motion = motion
        self._unit = unit
        self._inset = round(EDGE * unit)
        self.size = (width, round(HEIGHT * unit))
        self.bar = (round(92 * unit), round(101 * unit))
        self._curve_box = (30 * unit, 84 * unit)
        self.dim = self._draw(_DIM)
        self.lit = self._draw(PAPER)

    def place_instant(self, time_s: float) -> float:
        """Return the distance of an instant from the plate's left edge, px."""
        trial = self._trial
        part = (time_s - trial.start_s) / max(trial.end_s - trial.start_s, 1e-6)
        return self._inset + (self.size[0] - 2 * self._inset) * min(max(part, 0.0), 1.0)

    def _draw(self, colour: str) -> Image.Image:
        plate = draw_smooth_plate(self.size, radius=round(8 * self._unit))
        pen = ImageDraw.Draw(plate)
        self._draw_bar(pen)
        fine = round(FINE * self._unit)
        pen.line(
            self._place_heights(self._motion.time_s, self._motion.com[:, 1]), fill=colour, width=2 * fine, joint="curve"
        )
        for time_s, height_m in draw_arcs(self._motion):
            curve = self._place_heights(time_s, height_m)
            for start in range(0, len(curve) - 1, 2):
                pen.line(curve[start : start + 2], fill=VERMILION, width=3 * fine)
        return plate.reduce(FINE)

    def _draw_bar(self, pen: ImageDraw.ImageDraw) -> None:
        top, bottom = (level * FINE for level in self.bar)
        colours = choose_phase_colours(self._trial.phases)

        def place_bar(start_s: float, end_s: float) -> tuple[float, float, float, float]:
            return self.place_instant(start_s) * FINE, top, self.place_instant(end_s) * FINE, bottom

        pen.rectangle(place_bar(self._trial.start_s, self._trial.end_s), fill=GREY)
        for part in self._trial.phases:
            pen.rectangle(place_bar(part.start_s, part.end_s), fill=colours[part.name])
        for event in self._trial.events:
            x = self.place_instant(event.time_s) * FINE
            pen.line((x, top - 4 * FINE * self._unit, x, bottom), fill=PAPER, width=round(FINE * self._unit))

    def _place_heights(self, time_s: Floats, height_m: Floats) -> Points:
        """Return the heights as points of the magnified plate."""
        low, high = np.nanmin(self._motion.com[:, 1]), np.nanmax(self._motion.com[:, 1])
        top, bottom = self._curve_box
        level = bottom - (bottom - top) * (height_m - low) / max(high - low, 1e-6)
        return [(self.place_instant(float(t)) * FINE, float(y) * FINE) for t, y in zip(time_s, level, strict=True)]
