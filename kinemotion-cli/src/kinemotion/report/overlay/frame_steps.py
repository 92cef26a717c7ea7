"""The frames next to an event, side by side: the eye checks the instant the engine found."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from kinemotion.i18n.texts import Texts
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event
from kinemotion.report.overlay.draw import Box, draw_panel, write
from kinemotion.report.palette import PAPER, VERMILION
from kinemotion.report.series import place_on_picture

_BEFORE, _AFTER = 2, 2
"""Frames shown on either side of the instant."""
_FOOT_VIEW_M, _BODY_VIEW_M = 0.65, 2.3
"""Height of the part of the picture that is shown: the feet where a foot lands or leaves, else the body."""
_AT_THE_FEET = frozenset({"step_off", "touchdown", "toeoff", "takeoff", "landing"})
"""Events that are seen at the feet."""
_THUMBNAIL = (60, 84)
"""Width and height, in units of ``unit_px``."""
_CAPTION = 24
_GAP = 3
"""Between the thumbnails, in units of ``unit_px``."""


@dataclass(slots=True)
class _Strip:
    event: Event
    rows: tuple[int, ...]
    middle_m: Floats | None
    """Point (2,) at the middle of every thumbnail; None where they follow the centre of mass."""
    pictures: dict[int, Image.Image] = field(default_factory=dict[int, Image.Image])


def measure_strip(unit: float) -> tuple[int, int]:
    """Return width and height of the widest strip, px."""
    gap, caption, (width, height) = round(_GAP * unit), round(_CAPTION * unit), _measure_thumbnail(unit)
    return (_BEFORE + _AFTER) * (width + gap) + gap, caption + height + gap


def _measure_thumbnail(unit: float) -> tuple[int, int]:
    return round(_THUMBNAIL[0] * unit), round(_THUMBNAIL[1] * unit)


class FrameSteps:
    """Collects thumbnails as the frames pass, and shows those of the latest event."""

    def __init__(self, motion: Motion, events: tuple[Event, ...], *, texts: Texts, unit: float) -> None:
        self._motion = motion
        self._texts = texts
        self._unit = unit
        self._size = _measure_thumbnail(unit)
        self._coming = [_find_strip(motion, event) for event in events]
        self._shown: _Strip | None = None

    def take(self, picture: Image.Image, *, row: int) -> None:
        """Keep what is needed of an undrawn picture."""
        for strip in self._coming:
            if strip.rows[0] > row:
                break
            if row in strip.rows:
                strip.pictures[row] = self._cut_thumbnail(picture, row=row, middle_m=strip.middle_m)
        while self._coming and self._coming[0].rows[-1] <= row:
            self._shown = self._coming.pop(0)

    def draw(self, picture: Image.Image, *, box: Box) -> None:
        """Draw the thumbnails of the latest event from the outer edge of the box inwards."""
        if self._shown is None:
            return
        unit, (width, height) = self._unit, self._size
        gap, caption = round(_GAP * unit), round(_CAPTION * unit)
        strip = self._shown
        across = len(strip.rows) * (width + gap) + gap
        is_right = box[0] + box[2] > picture.width
        left, top = box[2] - across if is_right else box[0], box[1]
        draw_panel(picture, (left, top, left + across, top + caption + height + gap), radius=round(6 * unit))
        instant = self._texts.written(f"{strip.event.time_s:.3f} s")
        label = f"{self._texts.named('events', strip.event.name)}  {instant}"
        write(picture, (left + 2 * gap, top + caption / 2), text=label, size_px=round(13 * unit), style=f"{PAPER} lm")
        pen = ImageDraw.Draw(picture)
        for place, row in enumerate(strip.rows):
            x = left + gap + place * (width + gap)
            if row in strip.pictures:
                picture.paste(strip.pictures[row], (x, top + caption))
            if place and strip.rows[place - 1] <= _find_row_before(self._motion, strip.event) < row:
                pen.rectangle((x - gap, top + caption, x - 1, top + caption + height - 1), fill=VERMILION)

    def _cut_thumbnail(self, picture: Image.Image, *, row: int, middle_m: Floats | None) -> Image.Image:
        motion, (width, height) = self._motion, self._size
        view_m = _BODY_VIEW_M if middle_m is None else _FOOT_VIEW_M
        middle = np.array([motion.com[row, 0], 0.42 * view_m]) if middle_m is None else middle_m
        [(x, y)] = place_on_picture(motion, middle[None], row=row)
        tall = view_m / motion.pixels.m_per_px / 2
        wide = tall * width / height
        view = (round(x - wide), round(y - tall), round(x + wide), round(y + tall))
        return picture.crop(view).resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)


def _find_row_before(motion: Motion, event: Event) -> int:
    """Last row at or before the event."""
    return int(np.searchsorted(motion.time_s, event.time_s, side="right")) - 1


def _find_strip(motion: Motion, event: Event) -> _Strip:
    before = _find_row_before(motion, event)
    rows = range(max(before - _BEFORE + 1, 0), min(before + _AFTER + 1, len(motion.time_s)))
    middle_m = _find_foot(motion, event, row=max(before, 0)) if event.name in _AT_THE_FEET else None
    return _Strip(event, tuple(rows), middle_m)


def _find_foot(motion: Motion, event: Event, *, row: int) -> Floats:
    """Return the middle of a view of the event's foot, or of both feet: as high above them as the view has room."""
    sides = (event.side,) if event.side else ("left", "right")
    feet = [motion.joint(f"{side}_{part}")[row] for side in sides for part in ("heel", "foot_index")]
    return np.mean(feet, axis=0) + np.array([0.0, 0.3 * _FOOT_VIEW_M])
