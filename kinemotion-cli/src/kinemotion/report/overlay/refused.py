"""The pictures of a clip without a result: who was seen, the clock, and the reason of the refusal."""

from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from PIL import Image as Pictures

from kinemotion.i18n.texts import load_texts
from kinemotion.motion.arrays import Floats, Image
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Problem, Report
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.report.contract.document import find_refusal
from kinemotion.report.overlay.draw import (
    EDGE,
    Pen,
    compute_unit_px,
    draw_panel,
    find_box_around,
    measure_text,
    open_pen,
    write,
)
from kinemotion.report.overlay.layout import Margins, Size, make_even
from kinemotion.report.palette import INK, ORANGE, PAPER, SIDES, VERMILION
from kinemotion.report.series import SAME_FRAME_S

_SHOWN_CONFIDENCE = 0.5
"""Points below this are not drawn: the model guesses them."""
_LETTERS = 15
"""Size of the letters, in units of ``unit_px``."""


class RefusedPainter:
    """Paints the frames of a refused clip, in order."""

    def __init__(self, report: Report, seen: Sequence[FramePoses], *, lang: str = "en") -> None:
        self._texts = load_texts(lang)
        self._seen = seen
        self._times = np.array([frame.time_s for frame in seen])
        self._unit = compute_unit_px(report.video)
        problem = find_refusal(report)
        self._banner = self._wrap_problem(problem, width_px=report.video.width) if problem else []
        self._picture: Size = (report.video.width, report.video.height)
        self._margins = Margins(*(self._measure_margin(lines) for lines in (1, len(self._banner))))

    @property
    def size(self) -> Size:
        """Width and height of the painted pictures, px: those of the video, with room for the clock and the reason."""
        return self._margins.enlarge(self._picture)

    def paint(self, frame: Frame) -> Image:
        """Return the picture with everybody who was seen in it, its time above and the reason below it."""
        canvas = self._margins.add_to(Pictures.fromarray(self.paint_people(frame)))
        found = self._at(frame.time_s)
        self._write_clock(canvas, frame.time_s, somebody=bool(found and found.people))
        self._write_banner(canvas)
        return np.asarray(canvas)

    def paint_people(self, frame: Frame) -> Image:
        """Return the picture (H, W, 3) with the skeleton of everybody who was seen in it."""
        picture = Pictures.fromarray(frame.image)
        found = self._at(frame.time_s)
        for pose in found.people if found else ():
            points = np.where(pose.confidence[:, None] >= _SHOWN_CONFIDENCE, pose.points, np.nan)
            self._draw_skeleton(picture, points)
        return np.asarray(picture)

    def _at(self, time_s: float) -> FramePoses | None:
        """Return what was seen at that time; None where the clip was not analysed."""
        row = int(np.searchsorted(self._times, time_s - SAME_FRAME_S))
        return self._seen[row] if row < len(self._seen) and self._times[row] <= time_s + SAME_FRAME_S else None

    def _draw_skeleton(self, picture: Pictures.Image, points: Floats) -> None:
        box = find_box_around(points, margin=10 * self._unit, size=picture.size)
        if box is None:
            return
        with open_pen(picture, box) as pen:
            for first, second in BLAZEPOSE.edges:
                self._draw_limb(pen, points, limb=(first, second))

    def _draw_limb(self, pen: Pen, points: Floats, *, limb: tuple[str, str]) -> None:
        ends = points[[BLAZEPOSE.index[name] for name in limb]]
        if not np.isfinite(ends).all():
            return
        sides = {name.partition("_")[0] for name in limb}
        pen.draw_line(ends, colour=f"{INK}90", width=5.5 * self._unit)
        pen.draw_line(ends, colour=SIDES[sides.pop()] if len(sides) == 1 else PAPER, width=3.2 * self._unit)

    def _write_clock(self, picture: Pictures.Image, time_s: float, *, somebody: bool) -> None:
        text = self._texts.written(f"{time_s:.2f} s")
        if not somebody:
            text = f"{text}   {self._texts('nobody_here')}"
        self._write_lines(picture, [text], top=round(EDGE * self._unit), colour=PAPER if somebody else ORANGE)

    def _write_banner(self, picture: Pictures.Image) -> None:
        top = picture.height - round(EDGE * self._unit) - self._measure_height(len(self._banner))
        self._write_lines(picture, self._banner, top=top, colour=PAPER, edge=VERMILION)

    def _wrap_problem(self, problem: Problem, *, width_px: int) -> list[str]:
        size = round(_LETTERS * self._unit)
        letters = max(int(0.9 * width_px / (0.55 * size)), 20)
        texts = (self._texts("no_result"), problem.message, problem.hint)
        return [line for text in texts for line in wrap(self._texts.sentence(text), letters)]

    def _measure_margin(self, lines: int) -> int:
        """Return the height of a margin for so many lines, px; none for no line."""
        return make_even(self._measure_height(lines) + 2 * round(EDGE * self._unit)) if lines else 0

    def _measure_height(self, lines: int) -> int:
        return round(_LETTERS * self._unit * (1.4 * lines + 1.0))

    def _write_lines(
        self, picture: Pictures.Image, lines: Sequence[str], *, top: int, colour: str, edge: str | None = None
    ) -> None:
        if not lines:
            return
        size, left = round(_LETTERS * self._unit), round(EDGE * self._unit)
        right = min(left + measure_text(lines, size) + round(1.4 * size), picture.width - left)
        draw_panel(picture, (left, top, right, top + self._measure_height(len(lines))), radius=round(0.5 * size))
        if edge:
            picture.paste(
                edge, (left, top, left + max(round(4 * self._unit), 2), top + self._measure_height(len(lines)))
            )
        for place, line in enumerate(lines):
            at = (left + 0.8 * size, top + (1.4 * place + 1.2) * size)
            write(picture, at, text=line, size_px=size, style=f"{colour} lm")
