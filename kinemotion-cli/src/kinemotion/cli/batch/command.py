"""The command that analyses a whole list of clips, each as the movement it shows."""

from pathlib import Path
from typing import Any

import click

from kinemotion.cli.command import Call, Command
from kinemotion.cli.parameters import FILE, MANY_CLIPS, MODEL, RUN

_HELP = """Analyse the clips that MANIFEST names, each as its own movement.

MANIFEST is a table (CSV). The columns `file` and `movement` are needed; all others are flags of the movement's command
without dashes: athlete, date, mass, height, sex, speed, capture_fps, start, end, quality and the movement's own, such
as drop_height. `output` names the results of a row, where the name of the clip is not to be used. Paths are relative
to the manifest; an empty cell leaves its flag out. Every row is read before the first clip is analysed.

\b
file,movement,athlete,mass,height
monday/ana.mp4,cmj,Ana,61.5,1.68
monday/ben.mp4,dropjump,Ben,80,

\b
kinemotion analyze team.csv --json-dir results --csv summary.csv
"""


@click.pass_obj
def _analyze(call: Call, /, *, manifest: Path, quality: str, estimator: str, **values: Any) -> None:  # noqa: ANN401  (typed by click)
    # Asking for --help shall not wait for numpy, decoders and models.
    from kinemotion.cli.batch.manifest import read_manifest  # noqa: PLC0415
    from kinemotion.cli.batch.options import BatchOptions  # noqa: PLC0415
    from kinemotion.cli.batch.run import run_batch  # noqa: PLC0415

    orders = read_manifest(manifest, defaults=[f"--quality={quality}", f"--estimator={estimator}"])
    run_batch(orders, BatchOptions.of(values), environment=call.environment, inputs=[manifest])


analyze = Command(
    "analyze",
    params=[click.Argument(["manifest"], type=FILE), *MODEL, *MANY_CLIPS, *RUN],
    callback=_analyze,
    help=_HELP,
    short_help="Analyse a list of clips, each as its movement.",
)
