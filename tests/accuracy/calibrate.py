"""Fit the numbers of ``kinemotion.calibration`` again, and print old and new values with their standard errors.

    python tests/accuracy/calibrate.py FOLDER [FOLDER ...] [--models balanced accurate] [--poses FOLDER] [--write]
    python tests/accuracy/calibrate.py FOLDER --data varied --scripts jumps runs --adopt ROW [ROW ...] --write

Each folder holds ``NAME.mp4`` with ``NAME.truth.json``. Only the training clips that the table names are read; the
held-out clips score the engine (``make accuracy``) and are never read here. Training clips that are in no folder are
left out. ``calibration_clips.json`` says how they are rendered. With ``--write`` the tables are written anew.
``--data`` names the clips of another set that the table describes: then the adopted rows alone are written.
"""

import argparse
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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

MAIN = "rendered"
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
    parser.add_argument("--data", default=MAIN, help="set of clips, as the default table names it")
    parser.add_argument("--scripts", nargs="+", choices=SCRIPTS.values(), default=list(SCRIPTS.values()))
    asked = parser.parse_args()
    asked.poses.mkdir(parents=True, exist_ok=True)
    wanted = training_clips(asked.data)
    for model in asked.models:
        samples, info = load_samples(asked.folders, model=model, poses=asked.poses, names=wanted)
        old, fits = find_table(info), fit_samples(samples, data=asked.data, scripts=asked.scripts)
        sys.stdout.write(f"\n{model}: {len(samples)} of {len(wanted)} training clips\n")
        sys.stdout.writelines(compare(old, fits))
        if asked.write and old == read_tables()[0]:
            renewed = fits if asked.data == MAIN else {name: fits[name] for name in asked.adopt}
            write_table(renew_default(old, renewed, adopted=asked.adopt))
        elif asked.write:
            same = [sample.case.name for sample in samples]
            default, _ = load_samples(asked.folders, model="balanced", poses=asked.poses, names=same)
            fitted = fit_samples(default, data=asked.data, scripts=asked.scripts)
            write_table(renew_other(old, fits, default=fitted))


def training_clips(data: str = MAIN) -> frozenset[str]:
    """Return the names of the clips of a set that fits may read."""
    return frozenset(read_tables()[0].data[data].training)


def load_samples(
    folders: Sequence[Path], *, model: str, poses: Path, names: Collection[str]
) -> tuple[list[Sample], EstimatorInfo]:
    """Return the clips of those names in the folders, as a pose model sees them; and the model."""
    chosen = [case for case in cases(folders) if case.name in names]
    if not chosen:
        sys.exit("No training clip lies in these folders.")
    samples = [load_sample(case, model=model, poses=poses) for case in chosen]
    return samples, load_recorded(chosen[0], model=model, folder=poses).info


def find_table(info: EstimatorInfo) -> Table:
    """Return the table of a model; an empty one where it has none, with the clips of the default."""
    for table in read_tables():
        if (table.estimator, table.model) == (info.name, info.model):
            return table
    return Table(info.name, info.model, {MAIN: read_tables()[0].data[MAIN]}, {})


def fit_samples(samples: Sequence[Sample], *, data: str, scripts: Collection[str]) -> dict[str, Fit]:
    """Fit every row that some scripts can fit from the clips of a set."""
    found: dict[str, Fit] = {}
    for fit, script in ((fit, script) for fit, script in SCRIPTS.items() if script in scripts):
        shown = {name: fitted for name, fitted in fit(samples).items() if fitted.n > 0}
        for name, fitted in shown.items():
            value, error = round_to_error(fitted.value, fitted.standard_error)
            found[name] = Fit(value, error, n=fitted.n, data=data, script=f"tests/accuracy/fits/{script}.py")
    return found


def renew_default(old: Table, fits: Mapping[str, Fit], *, adopted: Sequence[str]) -> Table:
    """Return the default table with the fits of today beside its values; adopted rows take the fit as their value."""
    rows = dict(old.rows)
    for name, row in old.rows.items():
        if name in fits and (row.fit is None or row.fit.data == fits[name].data):
            rows[name] = replace(row, fit=fits[name])
    for name in adopted:
        rows[name] = Row(fits[name].value, fits[name].data, n=fits[name].n, fit=fits[name])
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
            rows[name] = Row(round_to_error(value, fit.standard_error)[0], MAIN, n=fit.n, fit=fit)
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
