"""A row a trial, for spreadsheets: what was measured, with units in the names and a stable order of columns."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kinemotion.motion.metrics import specs
from kinemotion.motion.report import Report, Trial
from kinemotion.movements import registry
from kinemotion.report.document import intervals, values, video_document
from kinemotion.report.files import atomic, known_extension

EXTENSIONS = frozenset({".csv"})
_ABOUT = (
    *("file", "movement", "trial", "person", "start_s", "end_s", "is_headline"),
    *("quality_score", "confidence", "warnings", "problem"),
)
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is run by spreadsheets; file names are not ours to trust."""

Cell = str | int | float | None


def write_trial_table(reports: Sequence[Report], path: Path) -> None:
    """Nothing; the table lies at the path.

    Columns: what the trial is, then its metrics in the order of their declaration, then the 95 % interval of each as
    ``_low`` and ``_high``. Reports of several movements share the table; a metric that a movement lacks stays empty.

    Raises
    ------
    UsageProblem
        Where the extension is not ``.csv``.
    OutputProblem
        Where the file cannot be written.
    """
    known_extension(path, EXTENSIONS)
    with atomic(path) as beside, beside.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, _columns(report.movement for report in reports), restval="")
        table.writeheader()
        for report in reports:
            for trial in report.trials:
                table.writerow({name: _safe(value) for name, value in _row(report, trial).items()})


def _columns(movements: Iterable[str]) -> tuple[str, ...]:
    found = [spec for name in dict.fromkeys(movements) for spec in specs(registry.get(name).metrics)]
    ranged = (spec.key for spec in found if spec.unit not in {"count", "class"})
    names = (*_ABOUT, *(spec.key for spec in found), *(f"{key}_{end}" for key in ranged for end in ("low", "high")))
    return tuple(dict.fromkeys(names))


def _row(report: Report, trial: Trial) -> Mapping[str, Cell]:
    about: Sequence[Cell] = (
        *(video_document(report.video)["source_path"], report.movement, trial.index + 1, trial.person),
        *(round(trial.start_s, 4), round(trial.end_s, 4), int(trial is report.headline)),
        *(trial.quality.score, trial.quality.confidence, " ".join(trial.quality.warnings)),
        trial.problem.code if trial.problem else None,
    )
    declared = registry.get(report.movement).metrics
    ends: dict[str, Cell] = {}
    for key, (low, high) in intervals(trial.believed, declared).items():
        ends |= {f"{key}_low": low, f"{key}_high": high}
    return dict(zip(_ABOUT, about, strict=True)) | values(trial.believed, declared) | ends


def _safe(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value
