"""The command that holds results against each other."""

from pathlib import Path

import click

from kinemotion.cli.command import Call, Command
from kinemotion.cli.documents import JSON_FLAGS, JSON_HELP
from kinemotion.cli.parameters import FILE, LANGUAGE
from kinemotion.errors import UsageProblem
from kinemotion.messages import Message

_HELP = """Compare results that --json or --json-dir wrote.

Results of one movement: every later one against the first, the change of each metric with its 95 % interval; a change
is marked as real only beyond it. Countermovement and squat jumps: the eccentric utilization ratio. With --left and
--right, each of which may be given several times: the asymmetry of single-leg trials.

\b
kinemotion compare march.json april.json may.json
kinemotion compare cmj.json sj.json --csv eur.csv
kinemotion compare --left left1.json --left left2.json --right right.json
"""


@click.command(cls=Command, help=_HELP, short_help="Compare sessions, legs, or two kinds of jump.")
@click.argument("results", metavar="RESULT...", nargs=-1, type=FILE)
@click.option("--left", metavar="RESULT", multiple=True, type=FILE, help="Single-leg trial of the left leg.")
@click.option("--right", metavar="RESULT", multiple=True, type=FILE, help="Single-leg trial of the right leg.")
@click.option(*JSON_FLAGS, "json", metavar="PATH|-", help=JSON_HELP)
@click.option("--csv", "table", metavar="PATH", type=FILE, help="Write a row for each metric (.csv).")
@click.option("--lang", type=LANGUAGE, default="en", show_default=True, help="Language of the output.")
@click.pass_obj
def compare(  # noqa: PLR0913  (flags, by keyword)
    call: Call,
    /,
    *,
    results: tuple[Path, ...],
    left: tuple[Path, ...],
    right: tuple[Path, ...],
    json: str | None,
    table: Path | None,
    lang: str,
) -> None:
    """Write the comparison of the results."""
    # Asking for --help shall not wait for numpy.
    from kinemotion.cli.results.findings import Findings, check_findings, write_findings  # noqa: PLC0415
    from kinemotion.report.comparison.compare import (  # noqa: PLC0415
        TABLE,
        compare_results,
        compare_sides,
        list_comparison_rows,
        make_comparison_document,
    )
    from kinemotion.report.contract.results import read_result  # noqa: PLC0415
    from kinemotion.report.text.compare import write_comparison  # noqa: PLC0415

    check_findings(json, table, formats=TABLE, inputs=(*results, *left, *right))
    if results and (left or right):
        raise UsageProblem(
            Message("side_missing", "Every result needs its side."),
            hint=Message("give_sides", "Give each with --left or --right, or none of them."),
        )
    if left or right:
        found = (compare_sides([*map(read_result, left)], [*map(read_result, right)]),)
    else:
        found = compare_results([*map(read_result, results)])
    findings = Findings(
        write_comparison(found, lang=lang, width=call.environment.width),
        make_comparison_document(found),
        [*list_comparison_rows(found)],
    )
    write_findings(findings, call.environment, json=json, table=table)
