"""Pictures of a refused clip: who was seen, at three instants."""

from collections.abc import Iterable

import numpy as np
from PIL import Image as Pictures

from kinemotion.motion.frames import Frame
from kinemotion.report.base import Finished
from kinemotion.report.overlay.refused import RefusedPainter
from kinemotion.report.page.key_frames import HEIGHT_PX, KeyFrame, Moment, find_nearest
from kinemotion.report.page.seen import find_seen

_PLACES = (0.1, 0.5, 0.9)
"""Parts of the time in which somebody is seen."""


def choose_seen_frames(finished: Finished, frames: Iterable[Frame], *, lang: str) -> tuple[KeyFrame, ...]:
    """Return three pictures of the time in which somebody is seen, or of the whole clip where nobody is."""
    seen = find_seen(finished.seen)
    start_s, end_s = (seen.start_s, seen.end_s) if seen else (0.0, finished.report.video.duration_s)
    moments = tuple(Moment("seen", start_s + place * (end_s - start_s)) for place in _PLACES)
    painter = RefusedPainter(finished.report, finished.seen, lang=lang)
    found: list[KeyFrame] = []
    for moment, frame in find_nearest(moments, frames):
        picture = Pictures.fromarray(painter.paint_people(frame))
        width = round(HEIGHT_PX * picture.width / picture.height)
        small = picture.resize((width, HEIGHT_PX), Pictures.Resampling.LANCZOS)
        found.append(KeyFrame(moment, frame.time_s, np.asarray(small)))
    return tuple(found)
