"""The report page as an output."""

from pathlib import Path

from kinemotion.report.base import FileWriter, Finished
from kinemotion.report.page import html
from kinemotion.report.page.html import Shown
from kinemotion.report.page.key_frames import find_key_frames
from kinemotion.report.page.seen_frames import choose_seen_frames


def write_page(finished: Finished, path: Path, *, lang: str) -> None:
    """Write the page with its key frames to the path."""
    report = finished.report
    with finished.clip.frames() as frames:
        pictures = (
            find_key_frames(report, frames) if report.headline else choose_seen_frames(finished, frames, lang=lang)
        )
    html.write_report(report, path, lang=lang, shown=Shown(pictures, finished.seen))


PAGE = FileWriter(
    "report", html.FORMATS, write_page, extra="report", libraries={"": ("jinja2", "markupsafe", "matplotlib")}
)
