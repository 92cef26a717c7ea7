"""Many analyses in one call: checked before the work, each in a process of its own, printed in the order given."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kinemotion.api import Listener, list_settings, run
from kinemotion.cli.batch.cluster import ClusterPool, Delivery
from kinemotion.cli.batch.options import BatchOptions
from kinemotion.cli.batch.pool import Lost, Pool
from kinemotion.cli.environment import Environment
from kinemotion.cli.execute import Frames, Order, draw_refused
from kinemotion.cli.failures import as_kinemotion_error, try_to_write
from kinemotion.cli.progress import Progress, progress
from kinemotion.errors import ExitStatus, InternalProblem, KinemotionError, ResultUnreadable
from kinemotion.i18n.texts import load_texts
from kinemotion.installed import read_version
from kinemotion.messages import Message
from kinemotion.motion.poses import FramePoses
from kinemotion.report.contract.document import make_document
from kinemotion.report.contract.encode import describe_failure, make_error_document
from kinemotion.report.contract.results import Result, find_headline_key, find_metric_title, read_result, write_value
from kinemotion.report.exchange import table
from kinemotion.report.text.summary import make_readable
from kinemotion.video.container import compute_sha256

if TYPE_CHECKING:
    from kinemotion.report.contract.analysis_types import AnalysisDocument
    from kinemotion.report.contract.common_types import ErrorDocument, Failure

IMPORTED = (
    __name__,
    "kinemotion.pose.blazepose",
    "ai_edge_litert.interpreter",
    "kinemotion.movements.jumps.jump_height",
)
"""What every analysis imports, and takes long for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result or failure of one clip."""

    document: AnalysisDocument | ErrorDocument
    unwritten: Failure | None = None
    """Why an output beside the document is missing."""

    @property
    def failure(self) -> Failure | None:
        """What failed: the analysis, or an output."""
        return self.document.get("error") or self.unwritten


def run_batch(
    orders: Sequence[Order], options: BatchOptions, *, environment: Environment, inputs: Sequence[Path] = ()
) -> None:
    """Carry out the orders; a clip that fails ends the process with status 1, after all others are done."""
    workers, threads = options.shares(clips=len(orders))
    placed = [options.place(order, threads=threads) for order in orders]
    options.check(placed, inputs=inputs)
    outcomes: list[Outcome] = []
    with (
        progress(options.progress, environment, unit="clips", lang=options.lang) as show_progress,
        closing(_find_outcomes(placed, options, workers=workers, show_progress=show_progress)) as found,
    ):
        for order, outcome in zip(placed, found, strict=True):
            outcomes.append(outcome)
            with show_progress.hidden():
                environment.show(_write_line(order, outcome) + "\n")
    for path in options.tables:
        table.write_trial_table(map(_make_entry, placed, outcomes), path)
    failed = sum(outcome.failure is not None for outcome in outcomes)
    count = Message("clips_measured", "{done} of {all} clips measured.", done=len(outcomes) - failed, all=len(outcomes))
    environment.show(load_texts(options.lang).sentence(count) + "\n", aside=True)
    if failed:
        raise SystemExit(ExitStatus.SOME_FAILED)


def _find_outcomes(
    orders: Sequence[Order], options: BatchOptions, *, workers: int, show_progress: Progress
) -> Generator[Outcome]:
    """Yield the outcome of each order, in their order; what an earlier call has done is not done again."""
    known = {
        place: done for place, order in enumerate(orders) if options.resume and (done := _find_earlier_result(order))
    }
    waiting = [order for place, order in enumerate(orders) if place not in known]
    work = partial(carry_out, debug=options.debug)

    def note(done: float) -> None:
        show_progress(len(known) + done, len(orders))

    if options.cluster and waiting:
        pool = ClusterPool(work, options.cluster, note)
    else:
        pool = Pool(work, workers, note, modules=IMPORTED)
    with closing(pool.outcomes(waiting)) as found:
        for place, order in enumerate(orders):
            yield Outcome(known[place]) if place in known else _receive(next(found), order, debug=options.debug)


def _receive(ended: Outcome | Delivery[Outcome] | Lost, order: Order, *, debug: bool) -> Outcome:
    """Return the outcome; write what a worker of a cluster delivered, the document first."""
    if isinstance(ended, Lost):
        return _describe_lost(ended)
    if isinstance(ended, Outcome):
        return ended
    found = ended.outcome.document
    if "metadata" in found:
        found["metadata"]["video"]["source_path"] = order.clip
    failures = _write(found, order)
    if failure := try_to_write(ended.write):
        failures.append(failure)
    return replace(ended.outcome, unwritten=_describe_first(failures, debug=debug) or ended.outcome.unwritten)


def carry_out(order: Order, report_share: Callable[[float], None], *, debug: bool = False) -> Outcome:
    """Analyse one clip in a process of its own and write its files; call ``report_share`` with the share that is done.

    The document is written before the outputs beside it. Of a failure its document is written.
    """

    def note(done: float, total: int | None) -> None:
        if total:
            report_share(done / total)

    frames = Frames(note, passes=order.outputs.passes)
    seen: list[FramePoses] = []
    try:
        listener = Listener(
            progress=frames.measured,
            poses=seen.append if order.outputs.needs_seen else lambda _frame: None,
            refused=lambda refused: draw_refused(
                order, refused, frames=frames, seen=seen, environment=Environment.of_process()
            ),
        )
        report = run(order.request, listener=listener, keep_motion=order.outputs.needs_motion)
        found = make_document(report)
    except Exception as caught:  # noqa: BLE001  (the others go on)
        failed = make_error_document(_as_error(caught, debug=debug))
        _write(failed, order)
        return Outcome(failed)
    failures = _write(found, order)
    failures += order.outputs.write(report, request=order.request, on_frame=frames.drawn, seen=seen)
    return Outcome(found, _describe_first(failures, debug=debug))


def _write(found: AnalysisDocument | ErrorDocument, order: Order) -> list[Exception]:
    """Write the document wherever it was asked for; return the failures."""
    return [*order.outputs.write_documents(lambda: found, environment=Environment.of_process()).values()]


def _describe_first(failures: Sequence[Exception], *, debug: bool) -> Failure | None:
    """Return what the first failure says; None where there is none."""
    errors = [_as_error(caught, debug=debug) for caught in failures]
    return describe_failure(errors[0]) if errors else None


def _as_error(caught: Exception, *, debug: bool) -> KinemotionError:
    if debug:
        traceback.print_exception(caught)
    return as_kinemotion_error(caught)


def _describe_lost(lost: Lost) -> Outcome:
    code = lost.exit_code or 0
    killed = Message("process_killed", "The process that analysed it was ended by signal {signal}.", signal=-code)
    ended = Message("process_ended", "The process that analysed it ended.")
    hint = Message("fewer_workers", "If memory is short, choose fewer --workers.")
    return Outcome(make_error_document(InternalProblem(killed if code < 0 else ended, hint=hint)))


def _find_earlier_result(order: Order) -> AnalysisDocument | None:
    """The result of the same clip by the same settings and version, if its file and all that goes with it exist."""
    request = order.request
    with suppress(ResultUnreadable, OSError, KeyError):
        found = read_result(order.outputs.files[0]).document
        processing, wanted = found["metadata"]["processing"], json.loads(json.dumps(list_settings(request)))
        same = (
            found["movement"] == request.movement
            and processing["version"] == read_version()
            and processing["quality_preset"] == request.quality
            and found["metadata"]["algorithm"]["settings"] == wanted
        )
        complete = "error" in found or all(target.path.exists() for target in order.outputs.targets)
        if same and complete and found["metadata"]["video"]["sha256"] == compute_sha256(request.path):
            return found
    return None


def _write_line(order: Order, outcome: Outcome) -> str:
    """Return the outcome of a clip on one line."""
    clip, lacking = make_readable(order.clip), outcome.failure
    words = load_texts(order.outputs.lang)
    failed = words("named", name=lacking["code"], text=words.sentence(lacking["message"])) if lacking else ""
    if "error" in outcome.document:
        return words("named", name=clip, text=failed)
    found = _write_headline(Result(order.request.path, outcome.document), lang=order.outputs.lang)
    return words("named", name=clip, text=f"{found}; {failed}" if failed else found)


def _write_headline(found: Result, *, lang: str) -> str:
    """Return the headline of a result and how far to trust it."""
    words, quality, key = (
        load_texts(lang),
        found.document["metadata"]["quality"],
        find_headline_key(found.movement) or "",
    )
    trust = f"{words('quality').lower()} {quality['score']}, {words('confidence_' + quality['confidence']).lower()}"
    value = found.measured(key)
    if value is None:
        return trust
    text = write_value(value, movement=found.movement, key=key, lang=words.lang)
    interval = words("from_to", low=text.low, high=text.high)
    return f"{find_metric_title(found.movement, key, lang=words.lang)} {text.with_unit} ({interval}), {trust}"


def _make_entry(order: Order, outcome: Outcome) -> AnalysisDocument | table.FailedClip:
    """Return the clip as the table shows it."""
    if "trials" in outcome.document:
        return outcome.document
    athlete = order.request.athlete.name
    return table.FailedClip(order.clip, athlete, order.request.movement, outcome.document["error"]["code"])
