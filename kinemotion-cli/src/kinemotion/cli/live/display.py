"""The window of a live session: the athlete with skeleton, what happens now, and the last result."""

import os
import sys
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from PIL import Image as Pictures

from kinemotion.errors import UsageProblem
from kinemotion.i18n.texts import Texts
from kinemotion.messages import Message
from kinemotion.motion.arrays import Image
from kinemotion.motion.live import StateEvent
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import Trial
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.base import Movement
from kinemotion.movements.registry import list_leading_metrics
from kinemotion.opencv import load_opencv
from kinemotion.report.overlay.draw import draw_panel, find_box_around, measure_text, open_pen, write
from kinemotion.report.palette import PAPER, SIDES

_TITLE = "kinemotion"
_EDGE = 0.02
"""Margin of the plates, as a share of the picture's shorter side."""
_LETTERS = 0.035
"""Size of the letters, as a share of the picture's shorter side."""
_STROKE = 0.006
"""Width of the lines, as a share of the picture's shorter side."""


class Display(Protocol):
    """Shows pictures and hears keys."""

    def show(self, picture: Image) -> str:
        """Show a picture; return the key that was pressed, empty if none."""
        ...

    def close(self) -> None:
        """Take the display away."""
        ...


class PreviewWindow:
    """A window on the screen.

    Raises
    ------
    UsageProblem
        If there is no screen.
    """

    def __init__(self) -> None:
        if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise _make_no_screen_error()
        cv2 = load_opencv()
        try:
            cv2.namedWindow(_TITLE, cv2.WINDOW_NORMAL)
        except cv2.error:
            raise _make_no_screen_error() from None

    def show(self, picture: Image) -> str:
        """Show a picture (H, W, 3), RGB; return the key that was pressed, "q" if the window was closed."""
        cv2 = load_opencv()
        cv2.imshow(_TITLE, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        key = cv2.waitKey(1)
        if cv2.getWindowProperty(_TITLE, cv2.WND_PROP_VISIBLE) < 1:
            return "q"
        return "" if key < 0 else chr(key & 0xFF)

    def close(self) -> None:
        """Close the window."""
        load_opencv().destroyAllWindows()


def draw_picture(picture: Image, poses: FramePoses, *, lines: Sequence[str]) -> Image:
    """Return the picture with everybody's skeleton and, on a plate, some lines of text."""
    drawn = Pictures.fromarray(picture)
    for pose in poses.people:
        _draw_skeleton(drawn, pose)
    if lines:
        _write_plate(drawn, lines)
    return np.asarray(drawn)


def describe_now(state: StateEvent, language: Texts) -> list[str]:
    """Return what the athlete does now, in words."""
    if not state.people:
        return [""]
    athlete = min(state.people, key=lambda person: person.person)
    words = [language.named("states", athlete.phase)]
    if athlete.height_m is not None:
        words.append(language.written(f"{100 * athlete.height_m:+.0f} cm"))
    if athlete.contact_time_s is not None:
        words.append(f"{1000 * athlete.contact_time_s:.0f} ms")
    return ["  ".join(words)]


def describe_trial(trial: Trial, movement: Movement, *, language: Texts) -> list[str]:
    """Return the leading results of a trial with their intervals, or why there are none."""
    if trial.problem:
        return [language.sentence(trial.problem.message)]
    found: list[str] = []
    for spec in list_leading_metrics(movement):
        value = getattr(trial.metrics, spec.name, None)
        if isinstance(value, Estimate):
            error = language.value(Estimate((value.interval[1] - value.interval[0]) / 2, 0.0), spec)
            found.append(f"{language.metric_title(spec)} {language.value(value, spec)} ± {error}")
    return found


def _make_no_screen_error() -> UsageProblem:
    return UsageProblem(
        Message("no_screen", "There is no screen for a window."),
        hint=Message("use_jsonl", "Run it with --jsonl: it writes JSON lines and needs no window."),
    )


def _draw_skeleton(picture: Pictures.Image, pose: Pose) -> None:
    width = _STROKE * min(picture.size)
    box = find_box_around(pose.points, margin=2 * width, size=picture.size)
    if box is None:
        return
    with open_pen(picture, box) as pen:
        for ends in BLAZEPOSE.edges:
            line = pose.points[[BLAZEPOSE.index[name] for name in ends]]
            sides = {name.partition("_")[0] for name in ends}
            if np.isfinite(line).all():
                pen.draw_line(line, colour=SIDES["left" if sides == {"left"} else "right"], width=width)


def _write_plate(picture: Pictures.Image, lines: Sequence[str]) -> None:
    size, edge = round(_LETTERS * min(picture.size)), round(_EDGE * min(picture.size))
    width, height = measure_text(lines, size) + 2 * edge, round(1.5 * size * len(lines)) + 2 * edge
    right, bottom = min(edge + width, picture.width), min(edge + height, picture.height)
    draw_panel(picture, (edge, edge, right, bottom), radius=edge)
    for number, text in enumerate(lines):
        write(picture, (2 * edge, 2 * edge + (0.6 + 1.5 * number) * size), text=text, size_px=size, style=f"{PAPER} lm")
