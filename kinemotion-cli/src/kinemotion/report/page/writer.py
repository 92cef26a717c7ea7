"""The report page as an output."""

from pathlib import Path

from kinemotion.report.base import FileWriter, Finished
from kinemotion.report.page import html
from kinemotion.report.page.key_frames import key_frames


def write_page(finished: Finished, path: Path, *, lang: str) -> None:
    """Write the page with its key frames to the path."""
    with finished.clip.frames() as frames:
        pictures = key_frames(finished.report, frames)
    html.write_report(finished.report, path, lang=lang, key_frames=pictures)


PAGE = FileWriter(
    "report", html.FORMATS, write_page, extra="report", libraries={"": ("jinja2", "markupsafe", "matplotlib")}
)
