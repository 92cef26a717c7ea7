"""A report for notebooks: tables, arrays and plots of what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

from kinemotion.errors import UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.report import Report, Trial
from kinemotion.report.contract.document import make_document
from kinemotion.report.files import import_library
from kinemotion.report.series import choose_shown_trial

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

    from kinemotion.report.contract.analysis_types import AnalysisDocument


@dataclass(frozen=True, slots=True)
class AnalysisReport(Report):
    """One video analysed as one movement, with what notebooks want: iterate over it to get its trials."""

    @classmethod
    def of(cls, report: Report) -> Self:
        """Return the report as one of these."""
        return cls(**{field.name: getattr(report, field.name) for field in fields(Report)})

    def __iter__(self) -> Iterator[Trial]:
        return iter(self.trials)

    def to_dict(self) -> AnalysisDocument:
        """Return the document that the command line writes."""
        return make_document(self)

    def to_pandas(self) -> pd.DataFrame:
        """Return a row for each trial: its name, quality and metrics, and the 95 % intervals as ``_low`` and ``_high``.

        Raises
        ------
        UsageProblem
            If pandas is not installed.
        """
        from kinemotion.report.exchange.table import list_columns, list_rows  # noqa: PLC0415  (tables alone need it)

        pandas = import_library("pandas", extra="notebook")
        columns = list_columns([self.movement])
        return pandas.DataFrame(list(list_rows(self.to_dict())), columns=columns).set_index("trial", drop=False)

    def to_xarray(self, trial: int | None = None) -> xr.Dataset:
        """Return the motion of a trial: position (time, space, keypoints, individuals), m, and its standard error.

        It is laid out as the library ``movement`` reads it. Without a scale it is in pixels.

        Parameters
        ----------
        trial
            Number of the trial, from 1; the headline where None.

        Raises
        ------
        UsageProblem
            If xarray is not installed, or there is no such trial with a motion.
        """
        from kinemotion.report.exchange.formats import make_dataset  # noqa: PLC0415  (arrays alone need it)

        return make_dataset(*self._find(trial))

    def plot(self, chart: str | None = None, *, trial: int | None = None, lang: str = "en") -> Figure:
        """Return a chart of a trial as a figure of matplotlib.

        Parameters
        ----------
        chart
            Such as "height", "feet", "angles", "steps" or "stride"; the first one where None.
        trial
            Number of the trial, from 1; the headline where None.
        lang
            Language of the titles.

        Raises
        ------
        UsageProblem
            If matplotlib is not installed, or there is no such trial or chart.
        """
        from kinemotion.report.figures.plots import plot_trial  # noqa: PLC0415  (pictures alone need it)

        found, motion = self._find(trial)
        return plot_trial(found, motion, chart=chart, lang=lang)

    def _find(self, number: int | None) -> tuple[Trial, Motion]:
        found = choose_shown_trial(self) if number is None else self._with_motion(number)
        if found is None:
            raise UsageProblem(
                Message("no_such_trial", "There is no such trial with a motion."),
                hint=Message("look_at_trials", "Look at the trials of the report."),
            )
        return found

    def _with_motion(self, number: int) -> tuple[Trial, Motion] | None:
        return next(
            ((trial, trial.motion) for trial in self.trials if trial.index == number - 1 and trial.motion is not None),
            None,
        )
