"""Analyses and trials as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kinemotion_client.errors import MissingLibrary
from kinemotion_client.models import Analysis, AnalysisInfo

if TYPE_CHECKING:
    import pandas as pd

ABOUT = ("analysis_id", "status", "sport_type", "quality", "athlete_id", "session_id", "recorded_on", "created_at")


def to_pandas(analyses: Iterable[AnalysisInfo]) -> pd.DataFrame:
    """Return a row an analysis: what it is, its confidence, then each metric and its 95 % interval.

    The ends of an interval are columns of their own, as ``jump_height_m_low`` and ``jump_height_m_high``.

    Raises
    ------
    MissingLibrary
        Where pandas is not installed.
    """
    return _load_pandas().DataFrame([_describe(analysis) for analysis in analyses])


def trials_to_pandas(result: Analysis) -> pd.DataFrame:
    """Return a row a trial of a result: number, times, confidence, then each metric and its 95 % interval.

    Raises
    ------
    MissingLibrary
        Where pandas is not installed.
    """
    rows: list[dict[str, Any]] = []
    for trial in result.trials or ():
        about: dict[str, Any] = {"trial": trial.index + 1, "start_s": trial.start_s, "end_s": trial.end_s}
        about["confidence"] = trial.quality.confidence if trial.quality else None
        about["problem"] = trial.problem.code if trial.problem else None
        data = {} if trial.data is None else trial.data.model_dump(exclude_unset=True)
        rows.append(about | _list_metrics(data, trial.intervals or {}))
    return _load_pandas().DataFrame(rows)


def _describe(analysis: AnalysisInfo) -> dict[str, Any]:
    result = analysis.result or {}
    about = {name: getattr(analysis, name) for name in ABOUT}
    about["confidence"] = result.get("quality", {}).get("confidence")
    return about | _list_metrics(result.get("data", {}), result.get("intervals", {}))


def _list_metrics(data: Mapping[str, Any], intervals: Mapping[str, Any]) -> dict[str, Any]:
    """Return each metric, followed by the ends of its interval where it has one."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        found[name] = value
        if interval := intervals.get(name):
            found[f"{name}_low"], found[f"{name}_high"] = interval
    return found


def _load_pandas() -> Any:  # noqa: ANN401  (a module)
    try:
        return import_module("pandas")
    except ImportError as error:
        raise MissingLibrary("pandas is not installed.", "Run: pip install pandas") from error
