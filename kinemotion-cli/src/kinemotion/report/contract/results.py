"""Results read back: documents of the contract from files, and what was measured in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, cast

from kinemotion.errors import ForeignResult, ResultUnreadable, UnknownMovement
from kinemotion.i18n.quantities import Quantity, make_quantity
from kinemotion.i18n.texts import load_texts
from kinemotion.messages import Message
from kinemotion.motion.metrics import Z_95, Estimate, MetricSpec, list_metrics
from kinemotion.movements import registry
from kinemotion.report.contract.encode import SCHEMA_VERSION, round_significant

if TYPE_CHECKING:
    from kinemotion.report.contract.analysis_types import AnalysisDocument


@dataclass(frozen=True, slots=True)
class Result:
    """One analysis as its document shows it."""

    path: Path
    document: AnalysisDocument

    @property
    def movement(self) -> str:
        """Name of the movement; it need not be installed here."""
        return self.document["movement"]

    @property
    def clip(self) -> str:
        """File name of the video."""
        return PurePath(self.document["metadata"]["video"]["source_path"]).name

    @property
    def athlete(self) -> str:
        """Name of the athlete as given, else the name of the folder that holds the result."""
        facts: Mapping[str, Any] = self._settings.get("athlete") or {}
        return facts.get("name") or self.path.absolute().parent.name

    @property
    def date(self) -> str:
        """Day of the test, ISO 8601: as given, else as the camera says, else the day of the analysis."""
        metadata = self.document["metadata"]
        filmed = metadata["video"].get("recorded_at")
        return (self._settings.get("date") or filmed or metadata["processing"]["timestamp"])[:10]

    @property
    def is_doubtful(self) -> bool:
        """Whether the result has low confidence."""
        quality: Mapping[str, Any] = self.document["metadata"].get("quality") or {}
        return quality.get("confidence") == "low"

    def measured(self, key: str) -> Estimate | None:
        """Return the headline's value of a metric and its error, in the key's unit; None where it was not measured."""
        value, interval = self.document["data"].get(key), self.document["intervals"].get(key)
        if interval is None or not isinstance(value, int | float) or isinstance(value, bool):
            return None
        low, high = interval
        return Estimate(float(value), (high - low) / (2 * Z_95))

    @property
    def measured_keys(self) -> tuple[str, ...]:
        """Every metric that was measured with an interval, in the order of the document."""
        return tuple(key for key in self.document["data"] if self.measured(key))

    @property
    def _settings(self) -> Mapping[str, Any]:
        return self.document["metadata"]["algorithm"]["settings"]


def read_result(path: Path) -> Result:
    """Return the result in that file.

    Raises
    ------
    ResultUnreadable
        Where the file is missing, is no JSON or holds no analysis.
    ForeignResult
        Where it is written in another major version of the contract.
    """
    try:
        content: Any = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ResultUnreadable(
            Message(
                "result_not_readable",
                '{file!r} cannot be read: "{reason}".',
                file=path.name or str(path),
                reason=str(error.strerror),
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise ResultUnreadable(Message("result_no_json", "{file!r} is not a JSON document.", file=path.name)) from error
    version: Any = cast("dict[str, Any]", content).get("schema_version") if isinstance(content, dict) else None
    if not isinstance(version, str):
        raise ResultUnreadable(
            Message("no_result_document", "{file!r} is not the result of an analysis.", file=path.name)
        )
    if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise ForeignResult(
            Message(
                "foreign_result",
                "{file!r} is written in version {version} of the contract, not {known}.",
                file=path.name,
                version=version,
                known=SCHEMA_VERSION,
            )
        )
    result = Result(path, cast("AnalysisDocument", content))
    if not _is_analysis(result):
        raise ResultUnreadable(Message("result_without_analysis", "{file!r} holds no analysis.", file=path.name))
    return result


def _is_analysis(result: Result) -> bool:
    """Return whether everything that is read of a result is there, and of its kind: it is read."""
    try:
        date.fromisoformat(result.date)
        data: Any = result.document["data"]
        read: tuple[Any, ...] = (result.movement, result.clip, result.athlete, *result.measured_keys)
        return isinstance(data, dict) and all(isinstance(text, str) for text in read)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return False


def round_value(estimate: Estimate | None) -> float | None:
    """Round a value as the contract does; None where there is none."""
    return None if estimate is None else round_significant(estimate.value)


def round_interval(estimate: Estimate | None) -> list[float] | None:
    """Return the 95 % interval as the contract rounds it; None where there is none."""
    return None if estimate is None else [round_significant(bound) for bound in estimate.interval]


def flatten(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a document as cells of a row: an interval becomes two of them, yes and no become 1 and 0."""
    cells: dict[str, Any] = {}
    for name, value in entry.items():
        if name.endswith("_interval"):
            stem = name.removesuffix("_interval")
            cells[f"{stem}_low"], cells[f"{stem}_high"] = value or (None, None)
        else:
            cells[name] = int(value) if isinstance(value, bool) else value
    return cells


def _find_declarations(movement: str) -> Mapping[str, MetricSpec]:
    """Return the movement's metrics by key; none where it is not installed here."""
    try:
        return {spec.key: spec for spec in list_metrics(registry.get(movement).metrics)}
    except UnknownMovement:
        return {}


def find_headline_key(movement: str) -> str | None:
    """Key of the metric that speaks for a trial; None where the movement is not installed here.

    A number of steps or hops makes the best trial, but says nothing about an athlete: the first metric with an interval
    speaks in its place.
    """
    found = [spec for spec in _find_declarations(movement).values() if spec.unit not in {"count", "class"}]
    named = (spec for spec in found if spec.name == registry.get(movement).headline)
    return next((spec.key for spec in (*named, *found)), None)


def find_movement_title(movement: str, *, lang: str = "en") -> str:
    """Name of the movement for people."""
    title = registry.get(movement).title if _find_declarations(movement) else movement
    return load_texts(lang).movement_title(title)


def find_metric_title(movement: str, key: str, *, lang: str = "en") -> str:
    """Name of the metric for people; its key where nothing is known of it."""
    spec = _find_declarations(movement).get(key)
    return load_texts(lang).metric_title(spec) if spec else key


def find_metric_unit(movement: str, key: str) -> str:
    """Unit of the key's number; empty where nothing is known of it."""
    spec = _find_declarations(movement).get(key)
    return spec.key_unit if spec else ""


def write_value(
    estimate: Estimate, *, movement: str, key: str, lang: str = "en", beside: Iterable[Estimate] = ()
) -> Quantity:
    """A value of that metric, given in the key's unit, as people read it; in one unit with those ``beside`` it."""
    spec = _find_declarations(movement).get(key)
    if spec is None:
        return make_quantity(estimate, "1", decimal_point=load_texts(lang)("decimal_point"))
    return load_texts(lang).quantity(
        estimate.scaled(1 / spec.factor), spec, beside=[item.scaled(1 / spec.factor) for item in beside]
    )
