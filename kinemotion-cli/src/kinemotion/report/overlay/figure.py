"""The athlete drawn on the picture: skeleton, joint angles, centre of mass with its parabola, floor and contacts."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from kinemotion.motion.arrays import Bools, Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.poses import LEFT, RIGHT
from kinemotion.reconstruct.angles import find_facing
from kinemotion.report.overlay.draw import Pen, draw_panel, find_box_around, measure_text, open_pen, write
from kinemotion.report.palette import GREEN, INK, PAPER, SIDES, VERMILION, YELLOW
from kinemotion.report.series import (
    ANGLES,
    compute_joint_angles,
    draw_arcs,
    find_contact_span,
    find_near_side,
    find_seen,
    place_on_picture,
)

_TRAIL_S = 1.2
"""Length of the path that is drawn behind the centre of mass, and how long a parabola stays."""


@dataclass(frozen=True, slots=True)
class _Parabola:
    start_s: float
    end_s: float
    path: Floats
    """(N, 2), m."""


class Figure:
    """Draws one motion, a row at a time."""

    def __init__(self, motion: Motion, *, unit: float) -> None:
        self._motion = motion
        self._unit = unit
        self._angles = compute_joint_angles(motion)
        self._side = find_near_side(motion)
        self._parabolas = [
            _sample_parabola(motion, time_s=time_s, height_m=height_m) for time_s, height_m in draw_arcs(motion)
        ]
        self._facing = find_facing(motion)

    def draw(self, picture: Image.Image, *, row: int) -> None:
        """The athlete of that row of the motion."""
        motion, unit = self._motion, self._unit
        points = place_on_picture(motion, motion.joints[row], row=row)
        trail = place_on_picture(motion, motion.com[self._select_trail(row)], row=row)
        curves = [place_on_picture(motion, curve, row=row) for curve in self._list_curves(row)]
        self._draw_floor(picture, row=row)
        box = find_box_around(np.concatenate((points, trail, *curves)), margin=24 * unit, size=picture.size)
        if box is None:
            return
        with open_pen(picture, box) as pen:
            self._draw_soles(pen, row=row)
            self._draw_skeleton(pen, points)
            if len(trail) > 1:
                pen.draw_line(trail, colour=YELLOW, width=3 * unit)
            for curve in curves:
                pen.draw_dashes(curve, colour=VERMILION, width=1.6 * unit)
            pen.draw_centre_of_mass(trail[-1], radius=8 * unit)
        self._write_angles(picture, points, row=row)

    def _select_trail(self, row: int) -> Bools:
        time_s = self._motion.time_s
        return (time_s > time_s[row] - _TRAIL_S) & (time_s <= time_s[row])

    def _list_curves(self, row: int) -> list[Floats]:
        now = float(self._motion.time_s[row])
        return [curve.path for curve in self._parabolas if curve.start_s <= now < curve.end_s + _TRAIL_S]

    def _draw_floor(self, picture: Image.Image, *, row: int) -> None:
        motion, unit = self._motion, self._unit
        [(_, level)] = place_on_picture(motion, np.zeros((1, 2)), row=row)
        ends = np.array([[0.0, level], [picture.width, level]])
        box = find_box_around(ends, margin=2 * unit, size=picture.size)
        if box is None:
            return
        with open_pen(picture, box) as pen:
            pen.draw_line(ends, colour=f"{PAPER}B0", width=1.2 * unit)

    def _draw_soles(self, pen: Pen, *, row: int) -> None:
        motion = self._motion
        now = float(motion.time_s[row])
        for contact in motion.contacts:
            start_s, end_s = find_contact_span(contact, motion)
            if not start_s <= now < end_s:
                continue
            foot = [motion.joint(f"{contact.side}_{point}")[row] for point in ("heel", "foot_index")]
            level = motion.sole[row, LEFT if contact.side == "left" else RIGHT, 1]
            on_floor = np.array([[point[0], level if np.isfinite(level) else 0.0] for point in foot])
            pen.draw_line(place_on_picture(motion, on_floor, row=row), colour=GREEN, width=5 * self._unit)

    def _draw_skeleton(self, pen: Pen, points: Floats) -> None:
        skeleton, unit, known = self._motion.skeleton, self._unit, find_seen(points)
        limbs = [(skeleton.index[a], skeleton.index[b], _choose_colour(a, b)) for a, b in skeleton.edges]
        limbs = [(a, b, colour) for a, b, colour in limbs if known[a] and known[b]]
        limbs.sort(key=lambda limb: limb[2] == SIDES[self._side])
        for a, b, colour in limbs:
            pen.draw_line(points[[a, b]], colour=f"{INK}90", width=5.5 * unit)
            pen.draw_line(points[[a, b]], colour=colour, width=3.2 * unit)
        for place in {end for a, b, _ in limbs for end in (a, b)}:
            pen.draw_disc(points[place], radius=3.4 * unit, fill=PAPER, width=1 * unit)

    def _write_angles(self, picture: Image.Image, points: Floats, *, row: int) -> None:
        size = round(13 * self._unit)
        for (name, joint), ahead in zip(ANGLES.items(), (-1, 1, -1), strict=True):
            angle = self._angles[f"{self._side}_{name}"][row]
            point = points[self._motion.skeleton.index[f"{self._side}_{joint}"]]
            if not np.isfinite([angle, *point]).all():
                continue
            text = f"{angle:.0f}°".replace("-", "−")
            half, reach = measure_text([text], size) / 2 + 0.4 * size, 2.6 * size
            x, y = point[0] + ahead * self._facing * reach, point[1]
            plate = (round(x - half), round(y - 0.75 * size), round(x + half), round(y + 0.75 * size))
            draw_panel(picture, plate, radius=round(0.7 * size))
            write(picture, (x, y), text=text, size_px=size, style=f"{SIDES[self._side]} mm")


def _choose_colour(first: str, second: str) -> str:
    sides = {name.partition("_")[0] for name in (first, second)}
    return SIDES[sides.pop()] if len(sides) == 1 else PAPER


def _sample_parabola(motion: Motion, *, time_s: Floats, height_m: Floats) -> _Parabola:
    """Return the parabola where it was flown: across the picture the straight line through the measured points."""
    start_s, end_s = float(time_s[0]), float(time_s[-1])
    airborne = (motion.time_s >= start_s) & (motion.time_s <= end_s)
    if airborne.sum() > 1:
        across = np.polynomial.Polynomial.fit(motion.time_s[airborne], motion.com[airborne, 0], 1)(time_s)
    else:
        across = np.interp(time_s, motion.time_s, motion.com[:, 0])
    return _Parabola(start_s, end_s, np.stack((across, height_m), axis=1))
