"""Fit the numbers of ``kinemotion.calibration`` again, and print old and new values with their standard errors.

    python tests/accuracy/calibrate.py FOLDER [FOLDER ...] [--models balanced accurate] [--poses FOLDER] [--write]

Each folder holds ``NAME.mp4`` with ``NAME.truth.json``. Only the training clips that the table names are read; the
held-out clips score the engine (``make accuracy``) and are never read here. Training clips that are in no folder are
left out. ``calibration_clips.json`` says how they are rendered. With ``--write`` the tables are written anew.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from fits.angles import fit_angles
from fits.body import fit_body
from fits.contacts import fit_contacts
from fits.estimates import Fitted
from fits.jumps import fit_jumps
from fits.push_offs import fit_push_offs
from fits.runs import fit_runs
from fits.samples import Sample, load_sample
from fits.table_file import round_to_error, write_table
from scoring import MODELS, cases, load_recorded

from kinemotion.calibration import Fit, Row, Table, read_tables
from kinemotion.motion.report import EstimatorInfo

DATA = "rendered"
SCRIPTS: Mapping[Callable[[Sequence[Sample]], dict[str, Fitted]], str] = {
    fit_contacts: "contacts",
    fit_body: "body",
    fit_angles: "angles",
    fit_jumps: "jumps",
    fit_push_offs: "push_offs",
    fit_runs: "runs",
}
FEWEST_CLIPS = 8
"""Fewer clips give no row of another model."""
CLEARLY = 2.0
"""Standard errors by which another model's fit must differ from the default's to make a row."""


def main() -> None:
    """Fit, print, and write the tables where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=["balanced"])
    parser.add_argument("--poses", type=Path, default=Path("calibration-poses"), help="folder that keeps poses")
    parser.add_argument("--write", action="store_true", help="write the tables")
    parser.add_argument("--adopt", nargs="*", default=[], help="rows of the default whose new value is taken")
    asked = parser.parse_args()
    asked.poses.mkdir(parents=True, exist_ok=True)
    for model in asked.models:
        samples, info = load_samples(asked.folders, model=model, poses=asked.poses)
        old, fits = find_table(info), fit_samples(samples)
        sys.stdout.write(f"\n{model}: {len(samples)} of {len(training_clips())} training clips\n")
        sys.stdout.writelines(compare(old, fits))
        if asked.write and old == read_tables()[0]:
            write_table(renew_default(old, fits, adopted=asked.adopt))
        elif asked.write:
            same = [sample.case.name for sample in samples]
            default, _ = load_samples(asked.folders, model="balanced", poses=asked.poses, names=same)
            write_table(renew_other(old, fits, default=fit_samples(default)))


def training_clips() -> frozenset[str]:
    """Return the names of the clips that fits may read."""
    return frozenset(read_tables()[0].data[DATA].training)


def load_samples(
    folders: Sequence[Path], *, model: str, poses: Path, names: Sequence[str] | None = None
) -> tuple[list[Sample], EstimatorInfo]:
    """Return the training clips in the folders, or those of some names, as a pose model sees them; and the model."""
    wanted = training_clips() if names is None else training_clips() & set(names)
    chosen = [case for case in cases(folders) if case.name in wanted]
    if not chosen:
        sys.exit("No training clip lies in these folders.")
    samples = [load_sample(case, model=model, poses=poses) for case in chosen]
    return samples, load_recorded(chosen[0], model=model, folder=poses).info


def find_table(info: EstimatorInfo) -> Table:
    """Return the table of a model; an empty one where it has none, with the clips of the default."""
    for table in read_tables():
        if (table.estimator, table.model) == (info.name, info.model):
            return table
    return Table(info.name, info.model, {DATA: read_tables()[0].data[DATA]}, {})


def fit_samples(samples: Sequence[Sample]) -> dict[str, Fit]:
    """Fit every row that the clips tell."""
    found: dict[str, Fit] = {}
    for fit, script in SCRIPTS.items():
        shown = {name: fitted for name, fitted in fit(samples).items() if fitted.n > 0}
        for name, fitted in shown.items():
            value, error = round_to_error(fitted.value, fitted.standard_error)
            found[name] = Fit(value, error, n=fitted.n, data=DATA, script=f"tests/accuracy/fits/{script}.py")
    return found


def renew_default(old: Table, fits: Mapping[str, Fit], *, adopted: Sequence[str]) -> Table:
    """Return the default table with the fits of today beside its values; adopted rows take the fit as their value."""
    rows = {name: replace(row, fit=fits.get(name)) for name, row in old.rows.items()}
    for name in adopted:
        rows[name] = Row(fits[name].value, DATA, n=fits[name].n, fit=fits[name])
    return replace(old, rows=rows)


def renew_other(old: Table, fits: Mapping[str, Fit], *, default: Mapping[str, Fit]) -> Table:
    """Return the table of another model: the rows in which its fit differs from the default model's on the same clips.

    A row takes over the default's value, moved by the difference of both fits: what they share in error cancels.
    """
    rows: dict[str, Row] = {}
    for name, fit in fits.items():
        other, kept = default.get(name), read_tables()[0].rows[name].value
        if other is None or fit.n < FEWEST_CLIPS:
            continue
        difference, error = fit.value - other.value, (fit.standard_error**2 + other.standard_error**2) ** 0.5
        if abs(difference) > CLEARLY * error:
            value = max(kept + difference, 0.0) if kept > 0 else kept + difference
            rows[name] = Row(round_to_error(value, fit.standard_error)[0], DATA, n=fit.n, fit=fit)
    return replace(old, rows=rows)


def compare(old: Table, fits: Mapping[str, Fit]) -> Iterator[str]:
    """Yield a line for every row: the value in use, and the fit of today with its standard error and clips."""
    for name, row in read_tables()[0].rows.items():
        fit = fits.get(name)
        used = old.rows.get(name, row).value
        today = "not shown by these clips"
        if fit is not None:
            today = f"{fit.value:10.5g} ± {fit.standard_error:<8.2g} {fit.n} clips"
        yield f"{name:40s} old {used:10.5g}   new {today}\n"


if __name__ == "__main__":
    main()
