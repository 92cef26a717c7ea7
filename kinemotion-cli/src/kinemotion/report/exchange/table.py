"""A table with a row for each trial, for spreadsheets: units are in the names, and the order of columns is stable."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kinemotion.motion.metrics import list_metrics
from kinemotion.movements import registry
from kinemotion.report.files import atomic, read_extension

if TYPE_CHECKING:
    from kinemotion.report.contract.analysis_types import AnalysisDocument, TrialEntry

_ABOUT = (
    *("file", "athlete", "movement", "trial", "person", "start_s", "end_s", "is_headline"),
    *("quality_score", "confidence", "warnings", "problem"),
)
FORMATS: Mapping[str, bytes] = {".csv": ",".join(_ABOUT[:4]).encode()}
"""By extension: what marks a table of trials as written here."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run by spreadsheets; file names are not ours to trust."""

Cell = str | int | float | None
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class FailedClip:
    """A clip without a document; its row says why."""

    file: str
    athlete: str | None
    movement: str
    problem: str
    """Code of the failure."""


def write_trial_table(clips: Iterable[AnalysisDocument | FailedClip], path: Path) -> None:
    """Write a table of all trials.

    Columns: what the trial is, then its metrics in the order of their declaration, then the 95 % interval of each as
    ``_low`` and ``_high``. Clips of several movements share the table; a metric that a movement lacks stays empty.

    Raises
    ------
    UsageProblem
        Where the extension is not ``.csv``.
    OutputProblem
        Where the file cannot be written.
    """
    read_extension(path, FORMATS)
    rows = list(clips)
    movements = [clip.movement if isinstance(clip, FailedClip) else clip["movement"] for clip in rows]
    write_table((row for clip in rows for row in list_rows(clip)), path, columns=list_columns(movements))


def write_table(rows: Iterable[Row], path: Path, *, columns: Sequence[str]) -> None:
    """Write the rows, all or none; no cell is one that a spreadsheet would run."""
    with atomic(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, restval="")
        table.writeheader()
        table.writerows({name: _make_safe(value) for name, value in row.items()} for row in rows)


def list_columns(movements: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the columns for clips of these movements, in order."""
    found = [spec for name in dict.fromkeys(movements) for spec in list_metrics(registry.get(name).metrics)]
    ranged = (spec.key for spec in found if spec.unit not in {"count", "class"})
    names = (*_ABOUT, *(spec.key for spec in found), *(f"{key}_{end}" for key in ranged for end in ("low", "high")))
    return tuple(dict.fromkeys(names))


def list_rows(clip: AnalysisDocument | FailedClip) -> Iterator[Row]:
    """Yield the row of each trial, or of the clip where it failed."""
    if isinstance(clip, FailedClip):
        yield {"file": clip.file, "athlete": clip.athlete, "movement": clip.movement, "problem": clip.problem}
    else:
        for trial in clip["trials"]:
            yield _make_row(clip, trial)


def _make_row(clip: AnalysisDocument, trial: TrialEntry) -> Row:
    metadata, quality, problem = clip["metadata"], trial["quality"], trial["problem"]
    about: Sequence[Cell] = (
        *(metadata["video"]["source_path"], metadata["algorithm"]["settings"].get("athlete", {}).get("name")),
        *(clip["movement"], trial["index"] + 1, trial["person"], trial["start_s"], trial["end_s"]),
        int(trial["index"] == metadata["headline_trial"]),
        *(quality["score"], quality["confidence"], " ".join(quality["warnings"])),
        problem["code"] if problem else None,
    )
    ends: dict[str, Cell] = {}
    for key, (low, high) in trial["intervals"].items():
        ends |= {f"{key}_low": low, f"{key}_high": high}
    return dict(zip(_ABOUT, about, strict=True)) | trial["data"] | ends


def _make_safe(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value
