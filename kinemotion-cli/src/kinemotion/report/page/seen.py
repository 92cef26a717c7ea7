"""What was seen of a refused clip: how much of it shows a person, and where nobody is visible."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kinemotion.i18n.texts import Texts
from kinemotion.motion.poses import FramePoses
from kinemotion.signals.intervals import find_intervals

_MOST_SPANS = 5
"""More spans than these say no more than that somebody comes and goes."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a clip shows anybody."""

    share: float
    """Of the frames, 0 to 1."""
    start_s: float
    end_s: float
    lost_s: tuple[tuple[float, float], ...]
    """Spans without anybody, s."""


def find_seen(frames: Sequence[FramePoses]) -> Seen | None:
    """Return where the frames show anybody; None where none does."""
    somebody = np.array([bool(frame.people) for frame in frames], dtype=bool)
    if not somebody.any():
        return None
    time_s = [frame.time_s for frame in frames]
    places = np.flatnonzero(somebody)
    lost = tuple((time_s[first], time_s[last]) for first, last in find_intervals(~somebody))
    return Seen(float(somebody.mean()), time_s[int(places[0])], time_s[int(places[-1])], lost)


def describe_seen(frames: Sequence[FramePoses], texts: Texts) -> list[str]:
    """Return sentences for the page; empty where nothing is known of what was seen."""
    if not frames:
        return []
    seen = find_seen(frames)
    if seen is None:
        return [texts("seen_nobody")]

    def write_instant(time_s: float) -> str:
        return texts.written(f"{time_s:.2f}") + "\u00a0s"

    share = texts.written(f"{100 * seen.share:.0f}") + "\u00a0%"
    sentences = [texts("seen_frames", share=share, start=write_instant(seen.start_s), end=write_instant(seen.end_s))]
    if seen.lost_s:
        spans = ", ".join(f"{write_instant(start)} – {write_instant(end)}" for start, end in seen.lost_s[:_MOST_SPANS])
        sentences.append(texts("lost_at", spans=spans))
    return sentences
