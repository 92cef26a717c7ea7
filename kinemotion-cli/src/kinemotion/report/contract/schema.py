"""JSON schemas of the contract, derived from its declared shapes and from the metrics of every movement."""

import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from kinemotion.motion.metrics import MetricSpec, specs
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.report.contract.schema_types import AnalysisDocument, ErrorDocument, ErrorEvent, ReportEvent, TrialEvent

Schema = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    types.NoneType: {"type": "null"},
    Any: {},
}


def analysis() -> Schema:
    """Schema of the document of one analysis."""
    movements = [registry.get(name) for name in registry.names()]
    return _document("analysis-1", AnalysisDocument) | {"allOf": [_measured(movement) for movement in movements]}


def stream() -> Schema:
    """Schema of one line of a stream."""
    return _head("stream-1") | {"oneOf": [schema_of(kind) for kind in (TrialEvent, ReportEvent, ErrorEvent)]}


def error() -> Schema:
    """Schema of the document of a failure."""
    return _document("error-1", ErrorDocument)


SCHEMAS: Mapping[str, Callable[[], Schema]] = {"analysis-1": analysis, "stream-1": stream, "error-1": error}


def schema_of(kind: Any) -> Schema:  # noqa: ANN401  (a type form)
    """Schema of an annotation: plain types, unions, literals, lists, mappings and typed dictionaries."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if is_typeddict(kind):
        return _object(kind)
    return _COMPOSED[get_origin(kind)](get_args(kind))


_COMPOSED: Mapping[Any, Callable[[tuple[Any, ...]], Schema]] = {
    Annotated: lambda parts: schema_of(parts[0]) | {"description": parts[1]},
    Literal: lambda parts: {"enum": list(parts)},
    NotRequired: lambda parts: schema_of(parts[0]),
    list: lambda parts: {"type": "array", "items": schema_of(parts[0])},
    dict: lambda parts: {"type": "object", "additionalProperties": schema_of(parts[1])},
    Union: lambda parts: {"anyOf": [schema_of(part) for part in parts]},
    types.UnionType: lambda parts: {"anyOf": [schema_of(part) for part in parts]},
}


def _object(kind: type) -> Schema:
    """Known keys with their schemas; unknown keys are allowed, since a minor version adds some."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip(),
        "required": [name for name in hints if name in kind.__required_keys__],  # type: ignore[attr-defined]
        "properties": {name: schema_of(hint) for name, hint in hints.items()},
    }


def _document(name: str, kind: type) -> Schema:
    found = _head(name) | schema_of(kind)
    found["properties"]["schema_version"] = {"type": "string", "pattern": r"^1\.\d+$"}
    return found


def _head(name: str) -> Schema:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kinemotion:contract:{name}",
        "title": name,
    }


def _measured(movement: Movement) -> Schema:
    """What ``data`` holds where the document is of that movement."""
    data = _data(movement.metrics)
    trial: Schema = {"data": data}
    if movement.repetition_metrics:
        trial["repetitions"] = {"items": {"properties": {"data": _data(movement.repetition_metrics)}}}
    then = {"data": data, "trials": {"items": {"properties": trial}}}
    return {"if": {"properties": {"movement": {"const": movement.name}}}, "then": {"properties": then}}


def _data(metrics: type) -> Schema:
    declared = specs(metrics)
    return {
        "required": [spec.key for spec in declared],
        "properties": {spec.key: _metric(spec) for spec in declared},
    }


def _metric(spec: MetricSpec) -> Schema:
    kind = {"count": "integer", "class": "string"}.get(spec.unit, "number")
    source = f" Source: {spec.source}." if spec.source else ""
    return {"type": [kind, "null"], "title": f"{spec.title} [{spec.key_unit}]", "description": spec.meaning + source}
