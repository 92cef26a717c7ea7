"""JSON schemas of the contract, made by msgspec from the declared shapes; metrics come from every movement."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec.json import schema_components

from kinemotion.motion.metrics import MetricSpec, list_metrics
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.report.contract import command_types, stream_types
from kinemotion.report.contract.analysis_types import AnalysisDocument
from kinemotion.report.contract.common_types import ErrorDocument

Schema = dict[str, Any]


def make_analysis_schema() -> Schema:
    """Return the schema of the document of one analysis."""
    movements = [registry.get(name) for name in registry.list_names()]
    return _make_document_schema("analysis-1", AnalysisDocument) | {
        "allOf": [_describe_measured(movement) for movement in movements]
    }


def stream() -> Schema:
    """Return the schema of one line of a stream."""
    kinds = (
        stream_types.ReadyEvent,
        stream_types.StateEvent,
        stream_types.TrialEvent,
        stream_types.DroppedEvent,
        stream_types.ClosedEvent,
        stream_types.ReportEvent,
        stream_types.ErrorEvent,
    )
    refs, shapes = schema_components(kinds, ref_template="#/$defs/{name}")
    return _make_head("stream-1") | {"oneOf": list(refs), "$defs": shapes}


def _make_document_schema(name: str, shape: type) -> Schema:
    """Return the schema of a document, its parts under ``$defs``."""
    _, shapes = schema_components((shape,), ref_template="#/$defs/{name}")
    whole = shapes.pop(shape.__name__)
    parts = {"$defs": shapes} if shapes else {}
    return _make_head(name) | {key: value for key, value in whole.items() if key != "title"} | parts


def _make_head(name: str) -> Schema:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kinemotion:contract:{name}",
        "title": name,
    }


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "analysis-1": make_analysis_schema,
    "stream-1": stream,
    "error-1": partial(_make_document_schema, "error-1", ErrorDocument),
    "progress-1": partial(_make_document_schema, "progress-1", stream_types.ProgressEvent),
    "version-1": partial(_make_document_schema, "version-1", command_types.VersionDocument),
    "movements-1": partial(_make_document_schema, "movements-1", command_types.MovementsDocument),
    "doctor-1": partial(_make_document_schema, "doctor-1", command_types.DoctorDocument),
    "probe-1": partial(_make_document_schema, "probe-1", command_types.ProbeDocument),
    "comparison-1": partial(_make_document_schema, "comparison-1", command_types.ComparisonDocument),
    "history-1": partial(_make_document_schema, "history-1", command_types.HistoryDocument),
}


def _describe_measured(movement: Movement) -> Schema:
    """Say what ``data`` holds where the document is of that movement."""
    data = _describe_data(movement.metrics)
    trial: Schema = {"data": data}
    if movement.repetition_metrics:
        trial["repetitions"] = {"items": {"properties": {"data": _describe_data(movement.repetition_metrics)}}}
    then = {"data": data, "trials": {"items": {"properties": trial}}}
    return {"if": {"properties": {"movement": {"const": movement.name}}}, "then": {"properties": then}}


def _describe_data(metrics: type) -> Schema:
    declared = list_metrics(metrics)
    return {
        "required": [spec.key for spec in declared],
        "properties": {spec.key: _describe_metric(spec) for spec in declared},
    }


def _describe_metric(spec: MetricSpec) -> Schema:
    kind = {"count": "integer", "class": "string"}.get(spec.unit, "number")
    source = f" Source: {spec.source}." if spec.source else ""
    return {"type": [kind, "null"], "title": f"{spec.title} [{spec.key_unit}]", "description": spec.meaning + source}
