"""The key pictures of a trial: start, lowest point, take-off, apex and landing, cut from the video."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pictures

from kinemotion.motion.arrays import Image
from kinemotion.motion.body import GRAVITY_M_S2, Motion
from kinemotion.motion.frames import Frame
from kinemotion.motion.report import Report, Trial
from kinemotion.report.overlay.draw import Box
from kinemotion.report.overlay.figure import Figure
from kinemotion.report.series import choose_shown_trial, find_row_at, place_on_picture

_STILL_S = 0.15
"""Before the first phase the athlete still stands."""
_LONGEST_PUSH_S = 1.5
"""Within this time before take-off lies the lowest point."""
_REACH_M = 0.75
"""Shown on either side of the centre of mass."""
_ROOM_M = 0.2
"""Shown below the floor and above the head."""
HEIGHT_PX = 480
_STROKES = 420
"""Thin strokes in the height of a key frame: the pictures are shown small."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant worth a picture."""

    name: str
    """A key of the catalogue's section "moments"."""
    time_s: float


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """The picture of a moment."""

    moment: Moment
    frame_s: float
    """Time stamp of the picture."""
    image: Image
    """(480, W, 3): the athlete with skeleton and centre of mass."""


def find_key_frames(report: Report, frames: Iterable[Frame]) -> tuple[KeyFrame, ...]:
    """Return the key frames of the shown trial, from frames in order; no frame is asked for after the last moment."""
    shown = choose_shown_trial(report)
    if shown is None:
        return ()
    trial, motion = shown
    figure = Figure(motion, unit=(_find_top_m(motion) - _find_bottom_m(motion)) / motion.pixels.m_per_px / _STROKES)
    return tuple(
        KeyFrame(moment, frame.time_s, _cut_picture(frame, motion, figure=figure))
        for moment, frame in find_nearest(find_moments(trial, motion), frames)
    )


def find_moments(trial: Trial, motion: Motion) -> tuple[Moment, ...]:
    """Return the moments of the longest flight and of what led to it, in time order; none without a flight."""
    spans = [
        (item.takeoff.time_s, item.landing.time_s, item.arc) for item in motion.flights if item.takeoff and item.landing
    ]
    if not spans:
        return ()
    takeoff_s, landing_s, arc = max(spans, key=lambda span: span[1] - span[0])
    apex_s = arc.reference_s + arc.velocity_m_s.value / GRAVITY_M_S2 if arc else (takeoff_s + landing_s) / 2
    first_s = trial.phases[0].start_s if trial.phases else trial.start_s
    landed_s = max((before_s for _, before_s, _ in spans if before_s < takeoff_s), default=first_s)
    pushing = (motion.time_s >= max(landed_s, takeoff_s - _LONGEST_PUSH_S)) & (motion.time_s < takeoff_s)
    off, on = ("toeoff", "touchdown") if any(part.side for part in trial.repetitions) else ("takeoff", "landing")
    found = [Moment(off, takeoff_s), Moment("apex", apex_s), Moment(on, landing_s)]
    if pushing.any():
        found.append(Moment("lowest", float(motion.time_s[pushing][np.argmin(motion.com[pushing, 1])])))
    if not trial.repetitions:
        found.append(Moment("start", max(first_s - _STILL_S, trial.start_s)))
    return tuple(sorted(found, key=lambda moment: moment.time_s))


def find_nearest(wanted: tuple[Moment, ...], frames: Iterable[Frame]) -> Iterator[tuple[Moment, Frame]]:
    """Each moment with the frame closest to it."""
    left, before = list(wanted), None
    for frame in frames if left else ():
        while left and frame.time_s >= left[0].time_s:
            late, early = frame.time_s - left[0].time_s, left[0].time_s - before.time_s if before else float("inf")
            yield left.pop(0), frame if before is None or late <= early else before
        if not left:
            return
        before = frame


def _cut_picture(frame: Frame, motion: Motion, *, figure: Figure) -> Image:
    picture = Pictures.fromarray(frame.image)
    row = find_row_at(motion, frame.time_s)
    figure.draw(picture, row=row)
    left, top, right, bottom = _find_view(motion, row=row, picture_px=picture.height)
    width = round(HEIGHT_PX * (right - left) / (bottom - top))
    cut = picture.crop((left, top, right, bottom)).resize((width, HEIGHT_PX), Pictures.Resampling.LANCZOS)
    return np.asarray(cut)


def _find_top_m(motion: Motion) -> float:
    return float(np.nanmax(motion.joints[:, :, 1])) + _ROOM_M


def _find_bottom_m(motion: Motion) -> float:
    return min(float(np.nanmin(motion.joints[:, :, 1])), 0.0) - _ROOM_M


def _find_view(motion: Motion, *, row: int, picture_px: int) -> Box:
    """Return the part of the picture that shows the athlete, as large in every key frame of the trial."""
    middle_m = motion.com[row, 0]
    corners = np.array([[middle_m - _REACH_M, _find_top_m(motion)], [middle_m + _REACH_M, _find_bottom_m(motion)]])
    (left, top), (right, bottom) = place_on_picture(motion, corners, row=row)
    return round(left), max(round(top), 0), round(right), min(round(bottom), picture_px)
