"""Strokes, panels and letters on a picture, cheap enough for every frame of a video."""

import unicodedata
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.util import find_spec
from math import ceil, floor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kinemotion.motion.arrays import Floats
from kinemotion.motion.frames import VideoInfo
from kinemotion.report.palette import INK, PAPER

_MAGNIFIED = 2
"""Strokes are drawn at twice the resolution and reduced: smooth edges without an alpha layer."""

EDGE = 12
"""Between the plates and the picture's edge, in units of ``unit_px``."""
FINE = 3
"""Plates that are drawn once are drawn at this many times their resolution."""

_WIDE = 0.9
"""Size at which the typeface with accents is as wide as the one that Pillow carries."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, px."""
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def compute_unit_px(video: VideoInfo) -> float:
    """Return the width of a thin stroke, px: one in a picture whose shorter side has 540 pixels."""
    return max(min(video.width, video.height), 40) / 540


@cache
def _find_typeface() -> Path | None:
    """Return a typeface with accents, which matplotlib carries; None where that is not installed."""
    library = find_spec("matplotlib")  # found without being imported
    return Path(library.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf" if library and library.origin else None


@cache
def load_font(size_px: int) -> Font:
    """Return the typeface with accents at that size, or else the one that Pillow carries."""
    typeface, size_px = _find_typeface(), max(size_px, 8)
    return ImageFont.truetype(typeface, round(_WIDE * size_px)) if typeface else ImageFont.load_default(size_px)


def spell(text: str) -> str:
    """Return the text in the letters the font has: without a typeface with accents, the accents are dropped."""
    if _find_typeface():
        return text
    bare = unicodedata.normalize("NFKD", text.replace("\u2212", "-").replace("\u2019", "'").replace("œ", "oe"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def find_box_around(points: Floats, *, margin: float, size: tuple[int, int]) -> Box | None:
    """Return the smallest box in the picture around the finite points (..., 2), with a margin; None if none is seen."""
    flat = points.reshape(-1, 2)
    flat = flat[np.isfinite(flat).all(axis=1)]
    if not len(flat):
        return None
    low, high = np.floor(flat.min(axis=0) - margin), np.ceil(flat.max(axis=0) + margin)
    left, top = np.maximum(low, 0).astype(int)
    right, bottom = np.minimum(high, size).astype(int)
    return (int(left), int(top), int(right), int(bottom)) if left < right and top < bottom else None


class Pen:
    """Draws in picture coordinates on a magnified part of the picture."""

    def __init__(self, part: Image.Image, origin: tuple[int, int]) -> None:
        self._draw = ImageDraw.Draw(part, "RGBA")
        self._origin = np.array(origin, dtype=float)

    def _at(self, points: Floats) -> list[tuple[float, float]]:
        moved = (np.asarray(points, dtype=float) - self._origin) * _MAGNIFIED
        return [(float(x), float(y)) for x, y in moved]

    def draw_line(self, points: Floats, *, colour: str, width: float) -> None:
        """Draw a stroke through the points (N, 2) with round ends."""
        placed = self._at(points)
        thick = max(1, round(width * _MAGNIFIED))
        self._draw.line(placed, fill=colour, width=thick, joint="curve")
        for x, y in (placed[0], placed[-1]):
            reach = thick / 2
            self._draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=colour)

    def draw_dashes(self, points: Floats, *, colour: str, width: float) -> None:
        """Draw every other piece of the path through the points (N, 2)."""
        for start in range(0, len(points) - 1, 2):
            self.draw_line(points[start : start + 2], colour=colour, width=width)

    def draw_disc(
        self, centre: Floats, *, radius: float, fill: str | None, outline: str = INK, width: float = 0
    ) -> None:
        """Draw a circle, filled or as a ring."""
        [(x, y)], reach = self._at(centre[None]), radius * _MAGNIFIED
        self._draw.ellipse(
            (x - reach, y - reach, x + reach, y + reach), fill=fill, outline=outline, width=round(width * _MAGNIFIED)
        )

    def draw_centre_of_mass(self, centre: Floats, *, radius: float) -> None:
        """Draw the mark of a centre of mass: a disc in black and white quarters."""
        self.draw_disc(centre, radius=radius, fill=PAPER)
        [(x, y)], reach = self._at(centre[None]), radius * _MAGNIFIED
        for start in (0, 180):
            self._draw.pieslice((x - reach, y - reach, x + reach, y + reach), start, start + 90, fill=INK)
        self.draw_disc(centre, radius=radius, fill=None, width=1.5)


@contextmanager
def open_pen(picture: Image.Image, box: Box) -> Generator[Pen]:
    """Yield a pen for that part of the picture; what it drew is in the picture afterwards."""
    left, top, right, bottom = box
    part = picture.crop(box).resize(
        ((right - left) * _MAGNIFIED, (bottom - top) * _MAGNIFIED), Image.Resampling.NEAREST
    )
    yield Pen(part, (left, top))
    picture.paste(part.reduce(_MAGNIFIED), (left, top))


@cache
def _draw_rounded(size: tuple[int, int], *, radius: int) -> Image.Image:
    return draw_smooth_plate(size, radius=radius).getchannel("A").reduce(FINE)


def draw_smooth_plate(size: tuple[int, int], *, radius: int) -> Image.Image:
    """Return a translucent plate with round corners, to draw on at FINE times its size."""
    width, height = (side * FINE for side in size)
    plate = Image.new("RGBA", (width, height), f"{INK}00")
    ImageDraw.Draw(plate).rounded_rectangle((0, 0, width - 1, height - 1), radius * FINE, fill=f"{INK}B4")
    return plate


def draw_panel(picture: Image.Image, box: Box, *, radius: int) -> None:
    """Draw a translucent plate with round corners."""
    left, top, right, bottom = box
    picture.paste(INK, box, _draw_rounded((right - left, bottom - top), radius=radius))


@lru_cache(maxsize=2048)
def _draw_letters(text: str, *, size_px: int, anchor: str) -> tuple[Image.Image, tuple[int, int]]:
    """Return the letters as a mask, and where its corner lies from the anchor."""
    left, top, right, bottom = load_font(size_px).getbbox(text, anchor=anchor)
    corner = (floor(left), floor(top))
    mask = Image.new("L", (ceil(right) - corner[0] + 1, ceil(bottom) - corner[1] + 1))
    ImageDraw.Draw(mask).text((-corner[0], -corner[1]), text, fill=255, font=load_font(size_px), anchor=anchor)
    return mask, corner


def write(picture: Image.Image, at: tuple[float, float], *, text: str, size_px: int, style: str) -> None:
    """Write letters at a point. The style is a colour and Pillow's two-letter anchor."""
    colour, anchor = style.split()
    mask, (left, top) = _draw_letters(spell(text), size_px=size_px, anchor=anchor)
    x, y = round(at[0]) + left, round(at[1]) + top
    picture.paste(colour, (x, y, x + mask.width, y + mask.height), mask)


def measure_text(texts: Sequence[str], size_px: int) -> int:
    """Return the width of the widest of the texts, px."""
    return round(max(load_font(size_px).getlength(spell(text)) for text in texts))
