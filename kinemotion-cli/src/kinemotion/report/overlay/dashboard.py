"""The plates around the athlete: running values, results, and the bar of phases with its playhead."""

import numpy as np
from PIL import Image, ImageDraw

from kinemotion.i18n.texts import Texts
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.metrics import Estimate, list_metrics
from kinemotion.motion.report import Trial
from kinemotion.report.overlay.draw import EDGE, Box, draw_panel, measure_text, write
from kinemotion.report.overlay.frame_steps import measure_strip
from kinemotion.report.overlay.layout import Layout, Plates, Size
from kinemotion.report.overlay.timeline import HEIGHT, Timeline
from kinemotion.report.palette import INK, PAPER, choose_phase_colours
from kinemotion.report.series import compute_com_velocity, find_phase_at

_MOST_RESULTS = 3
"""The first declared metrics are the ones people ask for."""
_NARROWEST = 300
"""Width of a timeline that can still be read, in units of ``unit_px``."""
FAINT = "#C9CED6"


class Dashboard:
    """Draws the plates of one trial."""

    def __init__(self, trial: Trial, motion: Motion, *, texts: Texts, unit: float) -> None:
        self._trial = trial
        self._motion = motion
        self._texts = texts
        self._unit = unit
        self._velocity = compute_com_velocity(motion)
        self._colours = choose_phase_colours(trial.phases)
        self._results = _list_results(trial, texts)
        self._known_from_s = _find_end_s(trial, motion)
        self._timeline: Timeline | None = None

    def measure(self) -> Plates:
        """Return how large the plates are."""
        widest = [row for values in (self._velocity, self._motion.com[:, 1]) for row in _find_extremes(values)]
        running = [self._measure_plate(self._list_running_values(row)) for row in (*widest, len(self._velocity) - 1)]
        return Plates(
            values=max(running),
            results=self._measure_plate(self._results),
            strip=measure_strip(self._unit),
            timeline_height=round(HEIGHT * self._unit),
            narrowest=round(_NARROWEST * self._unit),
            edge=round(EDGE * self._unit),
        )

    def draw(self, picture: Image.Image, *, row: int, layout: Layout) -> None:
        """Draw the plates at that row of the motion."""
        now = float(self._motion.time_s[row])
        self._draw_values(picture, self._list_running_values(row), box=layout.values)
        if now >= self._known_from_s:
            self.draw_results(picture, layout=layout)
        self._draw_timeline(picture, now, box=layout.timeline)

    def draw_results(self, picture: Image.Image, *, layout: Layout) -> None:
        """Draw the plate of the results, if there are any."""
        if self._results:
            self._draw_values(picture, self._results, box=layout.results)

    def _list_running_values(self, row: int) -> list[tuple[str, str]]:
        values = [("time", f"{self._motion.time_s[row]:.2f} s")]
        if self._motion.scale.measured:
            values.append(("com_height", f"{self._motion.com[row, 1]:.2f} m"))
            values.append(("com_velocity", f"{self._velocity[row]:+.2f} m/s"))
        return [(self._texts(name), self._texts.written(value)) for name, value in values]

    @property
    def _letters(self) -> int:
        """Size of the letters in the plates of values, px."""
        return round(13 * self._unit)

    def _measure_plate(self, rows: list[tuple[str, str]]) -> Size:
        """Return the size of a plate with names on the left and values on the right, px."""
        if not rows:
            return 0, 0
        names, values = zip(*rows, strict=True)
        size = self._letters
        width = measure_text(names, size) + measure_text(values, size) + 2 * round(0.8 * size) + round(1.4 * size)
        return width, len(rows) * round(1.55 * size) + round(0.8 * size)

    def _draw_values(self, picture: Image.Image, rows: list[tuple[str, str]], *, box: Box) -> None:
        size, (left, top, right, _) = self._letters, box
        step, inset = round(1.55 * size), round(0.8 * size)
        draw_panel(picture, box, radius=round(0.6 * size))
        for place, (name, value) in enumerate(rows):
            y = top + inset / 2 + (place + 0.5) * step
            write(picture, (left + inset, y), text=name, size_px=size, style=f"{FAINT} lm")
            write(picture, (right - inset, y), text=value, size_px=size, style=f"{PAPER} rm")

    def _draw_timeline(self, picture: Image.Image, now: float, *, box: Box) -> None:
        unit, (left, top, right, _) = self._unit, box
        if self._timeline is None:
            self._timeline = Timeline(self._trial, self._motion, unit=unit, width=right - left)
        line = self._timeline
        playhead = round(line.place_instant(now))
        for plate, (start, end) in ((line.lit, (0, playhead)), (line.dim, (playhead, line.size[0]))):
            part = plate.crop((start, 0, end, line.size[1]))
            picture.paste(part, (left + start, top), part)
        x, high, low = left + playhead, top + line.bar[0] - 4 * unit, top + line.bar[1] + 4 * unit
        ImageDraw.Draw(picture).rectangle((x - unit, high, x + unit, low), fill=PAPER, outline=INK)
        self._write_phase(picture, now, corner=(left + 12 * unit, top + 15 * unit))

    def _write_phase(self, picture: Image.Image, now: float, *, corner: tuple[float, float]) -> None:
        current = find_phase_at(self._trial.phases, now)
        if current is None:
            return
        x, y = corner
        reach = 5 * self._unit
        ImageDraw.Draw(picture).ellipse((x, y - reach, x + 2 * reach, y + reach), fill=self._colours[current.name])
        name = self._texts.named("phases", current.name)
        write(picture, (x + 3.2 * reach, y), text=name, size_px=round(16 * self._unit), style=f"{PAPER} lm")


def _list_results(trial: Trial, texts: Texts) -> list[tuple[str, str]]:
    """Return the first measured metrics of the trial, each with its 95 % interval."""
    found: list[tuple[str, str]] = []
    for spec in list_metrics(type(trial.metrics)) if trial.metrics else ():
        value = getattr(trial.metrics, spec.name)
        if isinstance(value, Estimate) and len(found) < _MOST_RESULTS:
            estimate = texts.quantity(value, spec)
            interval = texts("from_to", low=estimate.low, high=estimate.high)
            found.append((texts.metric_title(spec), f"{estimate.with_unit}   ({interval})"))
    return found


def _find_end_s(trial: Trial, motion: Motion) -> float:
    """Instant from which the results are no surprise: the end of the last flight, else of the trial."""
    landings = [flight.landing.time_s for flight in motion.flights if flight.landing]
    return max(landings, default=trial.end_s)


def _find_extremes(values: Floats) -> tuple[int, int]:
    """Return the rows of the smallest and the largest of the values (T,)."""
    return int(np.nanargmin(values)), int(np.nanargmax(values))
