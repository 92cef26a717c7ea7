"""The plates around the athlete: running values, results, and the bar of phases with its playhead."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from kinemotion.i18n.texts import Texts
from kinemotion.motion.body import Motion
from kinemotion.motion.frames import VideoInfo
from kinemotion.motion.metrics import Estimate, list_metrics
from kinemotion.motion.report import Trial
from kinemotion.report.overlay.draw import EDGE, compute_unit_px, draw_panel, measure_text, write
from kinemotion.report.overlay.frame_steps import STRIP_BOTTOM, STRIP_WIDTH
from kinemotion.report.overlay.timeline import HEIGHT, Timeline
from kinemotion.report.palette import INK, PAPER, choose_phase_colours
from kinemotion.report.series import compute_com_velocity, find_phase_at, place_on_picture

MOST_RESULTS = 3
"""The first declared metrics are the ones people ask for."""
NARROWEST = 300
"""Width of a timeline that can still be read, in units of ``unit_px``."""
FAINT = "#C9CED6"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the timeline lies, and the results, px."""

    left: int
    top: int
    width: int
    results_top: int


class Dashboard:
    """Draws the plates of one trial."""

    def __init__(self, trial: Trial, motion: Motion, *, texts: Texts, video: VideoInfo) -> None:
        self._trial = trial
        self._motion = motion
        self._texts = texts
        self._unit = compute_unit_px(video)
        self._edge = round(EDGE * self._unit)
        self._velocity = compute_com_velocity(motion)
        self._colours = choose_phase_colours(trial.phases)
        self._results = _list_results(trial, texts)
        self._place = self._free_place(video)
        self._timeline = Timeline(trial, motion, unit=self._unit, width=self._place.width)
        self._known_from_s = _find_end_s(trial, motion)

    def draw(self, picture: Image.Image, *, row: int) -> None:
        """The plates at that row of the motion."""
        now = float(self._motion.time_s[row])
        self._draw_values(picture, self._running_values(row), top=self._edge)
        if now >= self._known_from_s and self._results:
            self._draw_values(picture, self._results, top=self._place.results_top)
        self._draw_timeline(picture, now)

    def _free_place(self, video: VideoInfo) -> _Place:
        """Below; where the feet are there, under the strip of frames, or beside it where the head is under it."""
        unit, edge = self._unit, self._edge
        tall, high = round(HEIGHT * unit), round((STRIP_BOTTOM + EDGE) * unit)
        below, under_strip = video.height - edge - tall, high + tall + edge
        body = place_on_picture(self._motion, self._motion.joints.reshape(-1, 2), row=0)[:, 1]
        head, feet = np.nanmin(body), np.nanmax(body)
        wide = video.width - 2 * edge
        if feet > below and head > under_strip:
            return _Place(edge, high, wide, results_top=under_strip)
        beside = 2 * edge + self._plate_width(self._running_values(0))
        between = video.width - round((STRIP_WIDTH + 2 * EDGE) * unit) - beside
        if feet > below and head > tall + 2 * edge and between > NARROWEST * unit:
            return _Place(beside, edge, between, results_top=high)
        return _Place(edge, below, wide, results_top=high)

    def _running_values(self, row: int) -> list[tuple[str, str]]:
        values = [("time", f"{self._motion.time_s[row]:.2f} s")]
        if self._motion.scale.measured:
            values.append(("com_height", f"{self._motion.com[row, 1]:.2f} m"))
            values.append(("com_velocity", f"{self._velocity[row]:+.2f} m/s"))
        return [(self._texts(name), self._texts.written(value)) for name, value in values]

    @property
    def _letters(self) -> int:
        """Size of the letters in the plates of values, px."""
        return round(13 * self._unit)

    def _plate_width(self, rows: list[tuple[str, str]]) -> int:
        names, values = zip(*rows, strict=True)
        size = self._letters
        return measure_text(names, size) + measure_text(values, size) + 2 * round(0.8 * size) + round(1.4 * size)

    def _draw_values(self, picture: Image.Image, rows: list[tuple[str, str]], *, top: int) -> None:
        size, edge = self._letters, self._edge
        step, inset = round(1.55 * size), round(0.8 * size)
        width = self._plate_width(rows)
        height = len(rows) * step + inset
        draw_panel(picture, (edge, top, edge + width, top + height), radius=round(0.6 * size))
        for place, (name, value) in enumerate(rows):
            y = top + inset / 2 + (place + 0.5) * step
            write(picture, (edge + inset, y), text=name, size_px=size, style=f"{FAINT} lm")
            write(picture, (edge + width - inset, y), text=value, size_px=size, style=f"{PAPER} rm")

    def _draw_timeline(self, picture: Image.Image, now: float) -> None:
        line, unit = self._timeline, self._unit
        left, top = self._place.left, self._place.top
        playhead = round(line.across(now))
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
    """The first measured metrics of the trial, each with its 95 % interval."""
    found: list[tuple[str, str]] = []
    for spec in list_metrics(type(trial.metrics)) if trial.metrics else ():
        value = getattr(trial.metrics, spec.name)
        if isinstance(value, Estimate) and len(found) < MOST_RESULTS:
            quantity = texts.quantity(value, spec)
            interval = texts("from_to", low=quantity.low, high=quantity.high)
            found.append((texts.metric_title(spec), f"{quantity.with_unit}   ({interval})"))
    return found


def _find_end_s(trial: Trial, motion: Motion) -> float:
    """Instant from which the results are no surprise: the end of the last flight, else of the trial."""
    landings = [flight.landing.time_s for flight in motion.flights if flight.landing]
    return max(landings, default=trial.end_s)
