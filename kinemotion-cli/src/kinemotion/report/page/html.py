"""One page with all results for a coach: self-contained, printable, in the reader's language."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image as Pictures

from kinemotion.i18n.quantities import Quantity
from kinemotion.i18n.texts import Texts, load_texts
from kinemotion.motion.metrics import Estimate, MetricSpec, list_metrics
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import Report, Trial
from kinemotion.movements import registry
from kinemotion.report.contract.document import find_refusal, make_video_document
from kinemotion.report.contract.results import find_movement_title
from kinemotion.report.figures.charts import Chart, make_charts, make_hover_table
from kinemotion.report.figures.plots import draw_svg
from kinemotion.report.figures.seen_chart import make_seen_chart
from kinemotion.report.files import atomic, import_library, read_extension
from kinemotion.report.page.facts import list_facts, write_instant
from kinemotion.report.page.key_frames import KeyFrame
from kinemotion.report.page.seen import describe_seen
from kinemotion.report.series import choose_shown_trial

FORMATS: Mapping[str, bytes] = dict.fromkeys((".html", ".htm"), b'<meta name="generator" content="kinemotion">')
"""By extension: what marks a page as written here."""
_CARDS = 5
"""Cards beside the headline: the metrics that a coach reads first."""
_JPEG_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Row:
    """One measured metric as the page shows it."""

    title: str
    meaning: str
    quantity: Quantity
    gauge: tuple[float, float, float] | None
    """Lower end, value and upper end of the interval within the plausible range, 0 to 100."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows beside the numbers."""

    key_frames: Sequence[KeyFrame] = ()
    seen: Sequence[FramePoses] = ()
    """What was seen in each frame of a refused clip."""


_NOTHING_SHOWN = Shown()


def write_report(report: Report, path: Path, *, lang: str = "en", shown: Shown = _NOTHING_SHOWN) -> None:
    """Write the page to the path.

    Raises
    ------
    UsageProblem
        Where the extension is not ``.html``, the language is not spoken, or a library is missing.
    OutputProblem
        Where the file cannot be written.
    """
    read_extension(path, FORMATS)
    page = _render_page(report, load_texts(lang), shown=shown)
    with atomic(path) as beside:
        beside.write_text(page, encoding="utf-8", errors="replace", newline="\n")


def _render_page(report: Report, texts: Texts, *, shown: Shown) -> str:
    jinja2 = import_library("jinja2", extra="report")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kinemotion.report.page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    markup = import_library("markupsafe", extra="report").Markup
    best = report.headline.metrics if report.headline else None
    video, script, style = make_video_document(report.video), _read_asset("report.js"), _read_asset("report.css")
    return environment.get_template("report.html").render(
        t=texts,
        report=report,
        video=video,
        file=Path(video["source_path"]).name,
        movement=find_movement_title(report.movement, lang=texts.lang),
        problem=find_refusal(report),
        warnings=_list_warnings(report, texts),
        facts=list(list_facts(report, texts)),
        analysed=write_instant(report.provenance.timestamp, texts),
        rows=_list_rows(best, texts),
        first_rows=_list_rows(best, texts, declared=_order_metrics(report))[: _CARDS + 1],
        missing=_list_missing(best, texts),
        trials=list(_list_trial_rows(report, texts)),
        trial_columns=[texts.metric_title(spec) for spec in _order_metrics(report)[:_CARDS]] if best else [],
        repetitions=_list_repetitions(report, texts),
        pictures=[(item.moment, _encode_jpeg(item)) for item in shown.key_frames],
        seen=[] if report.headline else describe_seen(shown.seen, texts),
        charts=[(chart, markup(drawn), data) for chart, drawn, data in _draw_charts(report, shown.seen, texts=texts)],
        script=markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style=markup(style),
    )


def _list_warnings(report: Report, texts: Texts) -> list[str]:
    """Return the warnings without the reasons for a missing result, which the page gives at their place."""
    refused = (find_refusal(report), *(trial.problem for trial in report.trials))
    reasons = {texts.sentence(problem.message) for problem in refused if problem}
    return [text for text in map(texts.sentence, report.quality.warnings) if text not in reasons]


def _read_asset(name: str) -> str:
    return files("kinemotion.report.page").joinpath("templates", name).read_text("utf-8")


def _list_rows(metrics: object | None, texts: Texts, *, declared: Sequence[MetricSpec] | None = None) -> list[Row]:
    """Return the measured metrics, in the order of their declaration if no other is given."""
    found: list[Row] = []
    for spec in (declared or list_metrics(type(metrics))) if metrics else ():
        value = getattr(metrics, spec.name)
        if value is not None:
            quantity = _write_quantity(value, spec, texts=texts)
            gauge = _place_gauge(value, spec) if isinstance(value, Estimate) else None
            title, meaning = texts.metric_title(spec), texts.metric_meaning(spec)
            found.append(Row(title, meaning, quantity, gauge))
    return found


def _write_quantity(value: object, spec: MetricSpec, *, texts: Texts) -> Quantity:
    """Return the value as text; a class by its name, a count without an interval."""
    if not isinstance(value, Estimate):
        return Quantity(texts.named("classes", str(value)), "", "", "")
    quantity = texts.quantity(value, spec)
    return Quantity(quantity.value, "", "", quantity.unit) if spec.unit == "count" else quantity


def _place_gauge(value: Estimate, spec: MetricSpec) -> tuple[float, float, float] | None:
    if spec.plausible is None:
        return None
    start, end = spec.plausible
    places = (100 * (number - start) / (end - start) for number in (value.interval[0], value.value, value.interval[1]))
    low, middle, high = (round(min(max(place, 0.0), 100.0), 2) for place in places)
    return low, middle, high


def _list_missing(metrics: object | None, texts: Texts) -> list[str]:
    declared = list_metrics(type(metrics)) if metrics else ()
    return [texts.metric_title(spec) for spec in declared if getattr(metrics, spec.name) is None]


def _order_metrics(report: Report) -> Sequence[MetricSpec]:
    """Return the metrics that a coach reads first, then the others as declared."""
    movement = registry.get(report.movement)
    first = registry.list_leading_metrics(movement)
    return [*first, *(spec for spec in list_metrics(movement.metrics) if spec not in first)]


def _list_trial_rows(report: Report, texts: Texts) -> Iterator[tuple[Trial, list[str]]]:
    """Every trial with its leading metrics."""
    for trial in report.trials:
        yield (
            trial,
            [texts.value(getattr(trial.believed, spec.name, None), spec) for spec in _order_metrics(report)[:_CARDS]],
        )


def _list_repetitions(report: Report, texts: Texts) -> dict[str, Any] | None:
    """Table of the hops or steps of the headline trial."""
    declared = registry.get(report.movement).repetition_metrics
    if declared is None or report.headline is None or not report.headline.repetitions:
        return None
    parts = report.headline.repetitions
    shown = [
        spec for spec in list_metrics(declared) if any(getattr(part.metrics, spec.name) is not None for part in parts)
    ]
    return {
        "columns": [texts.metric_title(spec) for spec in shown],
        "rows": [(part, [texts.value(getattr(part.metrics, spec.name), spec) for spec in shown]) for part in parts],
    }


def _draw_charts(
    report: Report, seen: Sequence[FramePoses], *, texts: Texts
) -> Iterator[tuple[Chart, str, dict[str, Any]]]:
    """Yield the charts of the trial that is shown; of a clip without a result the one of what was seen."""
    if report.headline is None and (found := make_seen_chart(seen, height_px=report.video.height, texts=texts)):
        yield found, draw_svg(found, trial=None, texts=texts), make_hover_table(found)
    if shown := choose_shown_trial(report):
        trial, motion = shown
        for chart in make_charts(trial, motion, texts=texts):
            yield chart, draw_svg(chart, trial=trial, texts=texts), make_hover_table(chart)


def _encode_jpeg(key_frame: KeyFrame) -> str:
    """Return the picture as a data address."""
    stored = BytesIO()
    Pictures.fromarray(key_frame.image).save(stored, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(stored.getvalue()).decode()
