"""The command that follows athletes over their sessions."""

from pathlib import Path

import click

from kinemotion.cli.command import Call, Command, find_similar, with_suggestion
from kinemotion.cli.documents import JSON_FLAGS, JSON_HELP, is_same_file
from kinemotion.cli.parameters import FILE, LANGUAGE
from kinemotion.errors import ResultUnreadable, UsageProblem
from kinemotion.i18n.texts import load_texts
from kinemotion.messages import Message

_HELP = """Show how athletes changed from session to session, from the results in FOLDER and the folders within it.

The athlete is the name that was given with --athlete or in the manifest; without a name, the folder of the result. A
session is one day: the one given with --date, else the day in the file of the camera, else the day of the analysis.
Each movement is shown by its main metric, with 95 % intervals and the smallest worthwhile change.

\b
kinemotion history results
kinemotion history results --athlete Ana --metric rsi_modified --plot ana.png
"""


@click.command(cls=Command, help=_HELP, short_help="Show how athletes change from session to session.")
@click.argument("folder", type=FILE)
@click.option("--athlete", metavar="NAME", help="Show only the athlete with this name.")
@click.option("--metric", metavar="KEY", help="Another metric, by its key; see `kinemotion movements --json`.")
@click.option("--plot", metavar="PATH", type=FILE, help="Draw the sessions with their intervals (.png, .svg).")
@click.option(*JSON_FLAGS, "json", metavar="PATH|-", help=JSON_HELP)
@click.option("--csv", "table", metavar="PATH", type=FILE, help="Write a row for each session (.csv).")
@click.option("--lang", type=LANGUAGE, default="en", show_default=True, help="Language of text and plot.")
@click.pass_obj
def history(  # noqa: PLR0913  (flags, by keyword)
    call: Call,
    /,
    *,
    folder: Path,
    athlete: str | None,
    metric: str | None,
    plot: Path | None,
    json: str | None,
    table: Path | None,
    lang: str,
) -> None:
    """Write the history of the results in the folder."""
    # Asking for --help shall not wait for numpy.
    from kinemotion.cli.results.findings import Findings, check_findings, write_findings  # noqa: PLC0415
    from kinemotion.report.comparison.history import TABLE, find_trends, list_history_rows, make_history_document  # noqa: PLC0415
    from kinemotion.report.contract.results import Result, read_result  # noqa: PLC0415
    from kinemotion.report.figures.trend_plot import FORMATS, write_trend_plot  # noqa: PLC0415
    from kinemotion.report.files import check_target  # noqa: PLC0415
    from kinemotion.report.text.history import write_history  # noqa: PLC0415

    paths = _list_documents(folder, but=json)
    check_findings(json, table, formats=TABLE, inputs=paths)
    if plot:
        check_target(plot, FORMATS)
    results: list[Result] = []
    for path in paths:
        try:
            results.append(read_result(path))
        except ResultUnreadable as problem:
            language = load_texts(lang)
            call.environment.show(language("left_out", reason=language.sentence(problem.message)) + "\n", aside=True)
    found = find_trends((one for one in results if athlete in {None, one.athlete}), metric=metric)
    if not found:
        keys, names = (key for one in results for key in one.measured_keys), (one.athlete for one in results)
        near = find_similar(metric or "", keys) or find_similar(athlete or "", names)
        message = Message("nothing_in_folder", "No result in {folder!r} matches.", folder=str(folder))
        raise UsageProblem(
            message, hint=with_suggestion(near, Message("check_history", "Check folder, --athlete and --metric."))
        )
    findings = Findings(
        write_history(found, lang=lang, width=call.environment.width),
        make_history_document(found),
        [*list_history_rows(found)],
    )
    write_findings(findings, call.environment, json=json, table=table)
    if plot:
        write_trend_plot(found, plot, lang=lang)


def _list_documents(folder: Path, *, but: str | None) -> list[Path]:
    """Every JSON file in the folder and the folders within it, apart from one that is written. A pipe is no file."""
    if not folder.is_dir():
        raise UsageProblem(
            Message("no_results_folder", "There is no folder {folder!r}.", folder=str(folder)),
            hint=Message("give_results_folder", "Give the folder of --json-dir."),
        )
    found = (path for path in folder.rglob("*.json") if path.is_file())
    return sorted(path for path in found if but is None or not is_same_file(path, but))
