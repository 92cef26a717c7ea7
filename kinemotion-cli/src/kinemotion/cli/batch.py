"""Many analyses in one call: checked before the work, each in a process of its own, told in the order asked."""

import json
import os
import traceback
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from kinemotion.api import run, settings_of
from kinemotion.cli.execute import check, request_of
from kinemotion.cli.output import same_file, told, write_document
from kinemotion.cli.parameters import ONE_CLIP
from kinemotion.cli.pool import Lost, Pool
from kinemotion.cli.progress import clear_bar, progress
from kinemotion.cli.writers import write_all
from kinemotion.errors import ExitStatus, InternalProblem, OutputProblem, ResultUnreadable, UsageProblem
from kinemotion.movements import registry
from kinemotion.report.contract.document import document
from kinemotion.report.contract.results import Result, headline_key, in_words, metric_title, read_result
from kinemotion.report.contract.schema_types import AnalysisDocument, ErrorDocument, error_document
from kinemotion.report.exchange import table
from kinemotion.report.files import check_target
from kinemotion.report.i18n import texts
from kinemotion.report.text.summary import readable
from kinemotion.video.container import sha256_of

FOLDERS: Mapping[str, tuple[str, str]] = {
    "json_dir": ("json", ".json"),
    "report_dir": ("page", ".html"),
    "overlay_dir": ("overlay", ".mp4"),
}
"""By the parameter that names a folder: the parameter of the file written there for each clip, and its extension."""

IMPORTED = (__name__, "kinemotion.pose.litert", "ai_edge_litert.interpreter", "scipy.optimize")
"""What every analysis imports, and takes a good half second for."""

Outcome = AnalysisDocument | ErrorDocument


@dataclass(frozen=True, slots=True)
class Order:
    """One clip to be analysed, and what is to be written of it."""

    movement: str
    given: Mapping[str, Any]
    """By the names of the parameters of the movement's command, as if this clip were the only one."""
    result: str
    """Name of what is written, without folder and extension."""

    @property
    def clip(self) -> str:
        """The path of the video, as text for people and documents."""
        return str(self.given["video"]).encode("utf-8", "replace").decode()


def refuse_single_outputs(given: Mapping[str, Any]) -> None:
    """Nothing, where no output of a single clip is asked for.

    Raises
    ------
    UsageProblem
        Where one is.
    """
    for option in ONE_CLIP:
        if given[str(option.name)]:
            hint = "Of several, write with --json-dir, --report-dir, --overlay-dir and --csv."
            raise UsageProblem(f"{option.opts[0]} writes the result of one clip.", hint=hint)


def carry_out_all(orders: Sequence[Order], given: Mapping[str, Any], *, inputs: Sequence[Path] = ()) -> None:
    """Carry out the orders as the parameters of the whole call say; a failed clip ends the process with status 1."""
    workers, threads = shares(given, clips=len(orders))
    placed = [_placed(order, given, threads=threads) for order in orders]
    _check(placed, given, inputs=inputs)
    outcomes: list[Outcome] = []
    with closing(_outcomes(placed, given, workers=workers)) as found:
        for order, outcome in zip(placed, found, strict=True):
            outcomes.append(outcome)
            clear_bar()
            click.echo(_line(order, outcome))
    if given["table"]:
        table.write_trial_table(map(_entry, placed, outcomes), given["table"])
    failed = sum("error" in outcome for outcome in outcomes)
    click.echo(f"{len(outcomes) - failed} of {len(outcomes)} clips measured.", err=True)
    if failed:
        raise SystemExit(ExitStatus.SOME_FAILED)


def shares(given: Mapping[str, Any], *, clips: int) -> tuple[int, int]:
    """Processes, and cores that each may keep busy: one, and as many processes as there are cores for."""
    threads = given["threads"] or 1
    return min(given["workers"] or max(1, (os.cpu_count() or 1) // threads), clips), threads


def _placed(order: Order, given: Mapping[str, Any], *, threads: int) -> Order:
    """The order with the paths of its files in the folders that were asked for."""
    paths = {
        name: given[folder] / f"{order.result}{extension}"
        for folder, (name, extension) in FOLDERS.items()
        if given[folder]
    }
    shared = {"table": None, "threads": threads, "lang": given["lang"], "debug": given["debug"]}
    return replace(order, given={**order.given, **paths, **shared})


def _check(orders: Sequence[Order], given: Mapping[str, Any], *, inputs: Sequence[Path]) -> None:
    """Say before the work what would fail after it; only a bad clip is left to its turn."""
    if given["resume"] and not given["json_dir"]:
        raise UsageProblem("--resume looks for results in --json-dir.", hint="Give --json-dir.")
    if any(given[folder] for folder in FOLDERS):
        _refuse_same_names(orders)
    for order in orders:
        check(order.given)
    target: Path | None = given["table"]
    if target:
        check_target(target, table.FORMATS)
        if any(same_file(target, path) for path in (*inputs, *(order.given["video"] for order in orders))):
            raise OutputProblem(f"The table would overwrite {target.name!r}.", hint="Choose another name.")


def _refuse_same_names(orders: Sequence[Order]) -> None:
    """Two clips of one name would be written over each other; on some machines letters' case makes no difference."""
    seen: dict[str, Order] = {}
    for order in orders:
        other = seen.setdefault(order.result.casefold(), order)
        if other is not order:
            raise UsageProblem(
                f"The results of {other.clip!r} and {order.clip!r} would have the same name.",
                hint="Rename one, run them apart, or name the results in the column `output` of a manifest.",
            )


def _outcomes(orders: Sequence[Order], given: Mapping[str, Any], *, workers: int) -> Generator[Outcome]:
    """What became of each order, in their order; what an earlier call has done is not done again."""
    known = {place: done for place, order in enumerate(orders) if given["resume"] and (done := _done_before(order))}
    waiting = [order for place, order in enumerate(orders) if place not in known]
    with progress(given["progress"], unit="clips") as tell:
        pool = Pool(carry_out, workers, lambda ended: tell(len(known) + ended, len(orders)), modules=IMPORTED)
        with closing(pool.outcomes(waiting)) as found:
            for place in range(len(orders)):
                outcome = known[place] if place in known else next(found)
                yield _lost(outcome) if isinstance(outcome, Lost) else outcome


def carry_out(order: Order) -> Outcome:
    """The document of one order, in a process of its own: written where it was asked for, as is one of a failure."""
    target: Path | None = order.given["json"]
    try:
        request = request_of(registry.get(order.movement), order.given)
        report = run(request)
        if report.headline:
            write_all(report, order.given, request=request)
        outcome: Outcome = document(report)
        if target:
            write_document(outcome, str(target))
    except Exception as caught:  # noqa: BLE001  (the others go on)
        if order.given["debug"]:
            traceback.print_exception(caught)
        outcome = error_document(told(caught))
        if target:
            with suppress(OutputProblem):
                write_document(outcome, str(target))
    return outcome


def _lost(lost: Lost) -> ErrorDocument:
    code = lost.exit_code or 0
    ended = f"was ended by signal {-code}" if code < 0 else "ended"
    hint = "Where memory is short, choose fewer --workers."
    return error_document(InternalProblem(f"The process that analysed it {ended}.", hint=hint))


def _done_before(order: Order) -> AnalysisDocument | None:
    """The result of the same clip by the same settings and version, where its file and all that goes with it lie."""
    with suppress(ResultUnreadable, OSError, KeyError):
        found = read_result(Path(order.given["json"])).document
        request = request_of(registry.get(order.movement), order.given)
        processing, wanted = found["metadata"]["processing"], json.loads(json.dumps(settings_of(request)))
        same = (
            found["movement"] == order.movement
            and processing["version"] == version("kinemotion")
            and processing["quality_preset"] == request.quality
            and found["metadata"]["algorithm"]["settings"] == wanted
        )
        others = [order.given[name] for name, _ in FOLDERS.values() if name != "json" and order.given[name]]
        complete = "error" in found or all(path.exists() for path in others)
        if same and complete and found["metadata"]["video"]["sha256"] == sha256_of(order.given["video"]):
            return found
    return None


def _line(order: Order, outcome: Outcome) -> str:
    """What became of a clip, on one line."""
    clip = readable(order.clip)
    if "error" in outcome:
        return f"{clip}: {outcome['error']['code']}: {outcome['error']['message']}"
    told, found = texts(order.given["lang"]), Result(order.given["video"], outcome)
    key, quality = headline_key(order.movement) or "", found.document["metadata"]["quality"]
    trust = f"{told('quality').lower()} {quality['score']}, {told('confidence_' + quality['confidence']).lower()}"
    value = found.measured(key)
    if value is None:
        return f"{clip}: {trust}"
    text = in_words(value, movement=order.movement, key=key, lang=told.lang)
    interval = told("from_to", low=text.low, high=text.high)
    title = metric_title(order.movement, key, lang=told.lang)
    return f"{clip}: {title} {text.with_unit} ({interval}), {trust}"


def _entry(order: Order, outcome: Outcome) -> AnalysisDocument | table.FailedClip:
    """The clip as the table tells it."""
    if "trials" in outcome:
        return outcome
    return table.FailedClip(order.clip, order.given["name"], order.movement, outcome["error"]["code"])
