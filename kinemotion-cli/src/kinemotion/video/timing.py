"""Time from the container's time stamps: when each picture was taken, and at what rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

CAPTURE_TAGS = ("com.android.capture.fps",)
"""Tags that name the rate a clip was filmed at. Apple's slow-motion originals need none: their time stamps are real."""
_SLOWED = 1.1
"""A capture rate this many times the file's own means that the file is played slowed."""
_UNEVEN = 0.1
"""A step further than this share from the usual one makes a variable rate; phones' clocks jitter by less."""


@dataclass(frozen=True, slots=True)
class CaptureRate:
    """The rate that the camera filmed at, where the file says another, and who says so."""

    fps: float
    source: str


def find_capture_rate(tags: Mapping[str, str], *, option: float | None, file_fps: float) -> CaptureRate | None:
    """Return the rate given by the user or, where a tag says slow motion, by the file; else None."""
    if option is not None:
        return CaptureRate(option, "option")
    lowered = {name.lower(): value for name, value in tags.items()}
    for tag in CAPTURE_TAGS:
        fps = _read_number(lowered.get(tag, ""))
        if fps > _SLOWED * file_fps:
            return CaptureRate(fps, tag)
    return None


def measure_step_s(times_s: Sequence[float]) -> float:
    """The step of an even time line through the time stamps, gaps counted as several; 0 where there are fewer than two.

    Stamps are rounded to ticks, of a whole millisecond in Matroska: the median alone would be off by a percent.
    """
    if len(times_s) < 2:
        return 0.0
    steps = np.diff(times_s)
    usual = float(np.median(steps))
    return float(steps.sum()) / sum(max(1, round(step / usual)) for step in steps.tolist())


def compute_mean_fps(times_s: Sequence[float]) -> float:
    """Pictures per second of the file's own time; 0 where there are fewer than two."""
    return (len(times_s) - 1) / (times_s[-1] - times_s[0]) if len(times_s) > 1 else 0.0


def is_uneven(times_s: Sequence[float], *, tick_s: float) -> bool:
    """Return whether the steps differ by more than jitter and the rounding to the time base's ticks."""
    usual = measure_step_s(times_s)
    return bool(np.any(np.abs(np.diff(times_s) - usual) > _UNEVEN * usual + tick_s))


def _read_number(text: str) -> float:
    """Return the number that a tag holds; 0 where it holds none."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if isfinite(value) else 0.0
