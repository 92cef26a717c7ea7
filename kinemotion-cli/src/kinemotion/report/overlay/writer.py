"""The overlay as an output: the clip again, with what was seen drawn on it."""

from pathlib import Path

from kinemotion.report.base import FileWriter, Finished
from kinemotion.report.files import atomic
from kinemotion.report.overlay.painter import OverlayPainter
from kinemotion.report.overlay.refused import RefusedPainter


def write_overlay(finished: Finished, path: Path, *, lang: str) -> None:
    """Write the painted clip to the path."""
    report = finished.report
    refused = report.headline is None
    painter = RefusedPainter(report, finished.seen, lang=lang) if refused else OverlayPainter(report, lang=lang)
    with (
        finished.clip.frames() as frames,
        atomic(path) as beside,
        finished.clip.encoder(beside, painter.size) as encoder,
    ):
        for frame in frames:
            encoder.write(painter.paint(frame), time_s=frame.time_s)


OVERLAY = FileWriter("overlay", dict.fromkeys((".mp4", ".m4v", ".mov"), b"kinemotion overlay"), write_overlay)
"""The comment in the video's header marks it as written here."""
