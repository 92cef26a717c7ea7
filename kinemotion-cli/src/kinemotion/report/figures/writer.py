"""The plots as an output: a folder of pictures."""

from pathlib import Path

from kinemotion.report.base import FileWriter, Finished
from kinemotion.report.figures import plots


def write_plots(finished: Finished, folder: Path, *, lang: str) -> None:
    """Write the plots into the folder."""
    plots.write_plots(finished.report, folder, lang=lang, seen=finished.seen)


PLOTS = FileWriter("plots", {}, write_plots, extra="plots", libraries={"": ("matplotlib",)})
