"""The plates around the athlete: running values, results, and the bar of phases with its playhead."""

import numpy as np
from PIL import Image, ImageDraw

from kinemotion.motion.body import Motion
from kinemotion.motion.frames import VideoInfo
from kinemotion.motion.metrics import Estimate, specs
from kinemotion.motion.report import Trial
from kinemotion.report.draw import EDGE, panel, text_width, unit_px, write
from kinemotion.report.framesteps import STRIP_BOTTOM
from kinemotion.report.palette import INK, PAPER, phase_colours
from kinemotion.report.series import com_velocity, on_picture, phase_at
from kinemotion.report.texts import Texts
from kinemotion.report.timeline import Timeline

MOST_RESULTS = 3
"""The first declared metrics are the ones people ask for."""
FAINT = "#C9CED6"


class Dashboard:
    """Draws the plates of one trial."""

    def __init__(self, trial: Trial, motion: Motion, *, texts: Texts, video: VideoInfo) -> None:
        self._trial = trial
        self._motion = motion
        self._texts = texts
        self._unit = unit_px(video)
        self._timeline = Timeline(trial, motion, unit=self._unit, width=video.width)
        self._velocity = com_velocity(motion)
        self._colours = phase_colours(trial.phases)
        self._results = _results(trial, texts)
        self._timeline_top, self._results_top = self._places(video)
        self._known_from_s = _all_seen_s(trial, motion)

    def draw(self, picture: Image.Image, *, row: int) -> None:
        """The plates at that row of the motion."""
        now = float(self._motion.time_s[row])
        self._draw_values(picture, self._running_values(row), top=self._timeline.left)
        if now >= self._known_from_s and self._results:
            self._draw_values(picture, self._results, top=self._results_top)
        self._draw_timeline(picture, now)

    def _places(self, video: VideoInfo) -> tuple[int, int]:
        """Upper edges of timeline and results, px: the timeline below, or above where the feet are there."""
        line, high = self._timeline, round((STRIP_BOTTOM + EDGE) * self._unit)
        below = video.height - line.left - line.size[1]
        body = on_picture(self._motion, self._motion.joints.reshape(-1, 2), row=0)[:, 1]
        under_strip = high + line.size[1] + line.left
        if np.nanmax(body) > below and np.nanmin(body) > under_strip:
            return high, under_strip
        return below, high

    def _running_values(self, row: int) -> list[tuple[str, str]]:
        values = [("time", f"{self._motion.time_s[row]:.2f} s")]
        if self._motion.scale.measured:
            values.append(("com_height", f"{self._motion.com[row, 1]:.2f} m"))
            values.append(("com_velocity", f"{self._velocity[row]:+.2f} m/s"))
        return [(self._texts(name), self._texts.written(value)) for name, value in values]

    def _draw_values(self, picture: Image.Image, rows: list[tuple[str, str]], *, top: int) -> None:
        size, edge = round(13 * self._unit), self._timeline.left
        step, inset = round(1.55 * size), round(0.8 * size)
        names, values = zip(*rows, strict=True)
        width = text_width(names, size) + text_width(values, size) + 2 * inset + round(1.4 * size)
        height = len(rows) * step + inset
        panel(picture, (edge, top, edge + width, top + height), radius=round(0.6 * size))
        for place, (name, value) in enumerate(rows):
            y = top + inset / 2 + (place + 0.5) * step
            write(picture, (edge + inset, y), text=name, size_px=size, style=f"{FAINT} lm")
            write(picture, (edge + width - inset, y), text=value, size_px=size, style=f"{PAPER} rm")

    def _draw_timeline(self, picture: Image.Image, now: float) -> None:
        line, unit = self._timeline, self._unit
        left, top = line.left, self._timeline_top
        playhead = round(line.across(now))
        for plate, (start, end) in ((line.lit, (0, playhead)), (line.dim, (playhead, line.size[0]))):
            part = plate.crop((start, 0, end, line.size[1]))
            picture.paste(part, (left + start, top), part)
        x, high, low = left + playhead, top + line.bar[0] - 4 * unit, top + line.bar[1] + 4 * unit
        ImageDraw.Draw(picture).rectangle((x - unit, high, x + unit, low), fill=PAPER, outline=INK)
        self._write_phase(picture, now, corner=(left + 12 * unit, top + 15 * unit))

    def _write_phase(self, picture: Image.Image, now: float, *, corner: tuple[float, float]) -> None:
        current = phase_at(self._trial.phases, now)
        if current is None:
            return
        x, y = corner
        reach = 5 * self._unit
        ImageDraw.Draw(picture).ellipse((x, y - reach, x + 2 * reach, y + reach), fill=self._colours[current.name])
        name = self._texts.named("phases", current.name)
        write(picture, (x + 3.2 * reach, y), text=name, size_px=round(16 * self._unit), style=f"{PAPER} lm")


def _results(trial: Trial, texts: Texts) -> list[tuple[str, str]]:
    """The first measured metrics of the trial, each with its 95 % interval."""
    found: list[tuple[str, str]] = []
    for spec in specs(type(trial.metrics)) if trial.metrics else ():
        value = getattr(trial.metrics, spec.name)
        if isinstance(value, Estimate) and len(found) < MOST_RESULTS:
            told = texts.quantity(value, spec)
            interval = texts("from_to", low=told.low, high=told.high)
            found.append((texts.metric_title(spec), f"{told.with_unit}   ({interval})"))
    return found


def _all_seen_s(trial: Trial, motion: Motion) -> float:
    """Instant from which the results are no surprise: the end of the last flight, else of the trial."""
    landings = [flight.landing.time_s for flight in motion.flights if flight.landing]
    return max(landings, default=trial.end_s)
