"""Reading the engine's documents: strict where it counts, open where it grows."""

import json
import math
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from kinemotion_backend.contract.documents import Analysis, Metrics, is_readable
from kinemotion_backend.examples import list_names, load_example


def changed(**changes: Any) -> str:
    return json.dumps({**json.loads(load_example("cmj")), **changes})


@pytest.mark.parametrize(("version", "read"), [("1.0", True), ("1.27", True), ("2.0", False), ("10.0", False)])
def test_reads_its_major(version: str, read: bool) -> None:
    assert is_readable(version) is read


def test_keeps_unknown_fields_and_every_digit() -> None:
    document = json.loads(load_example("cmj"))
    document["data"]["jump_height_m"] = 0.12345678901234567
    document["data"]["new_metric_m"] = 0.1
    document["trials"][0]["new"] = {"a": [1, 2.5, None]}
    kept = Analysis.model_validate_json(json.dumps(document)).model_dump(mode="json", exclude_unset=True)
    assert kept == document


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(changed(data=None), id="no data"),
        pytest.param(changed(data={"jump_height_m": "0.3"}), id="a number as text"),
        pytest.param(changed(data={"anything": [1]}), id="a metric that is a list"),
        pytest.param(changed(intervals={"jump_height_m": [0.3]}), id="half an interval"),
        pytest.param(changed(trials=[{"index": 0}]), id="half a trial"),
        pytest.param(changed(metadata={}), id="no metadata"),
        pytest.param(changed(data={"jump_height_m": math.nan}), id="not a number"),
    ],
)
def test_refuses_a_broken_envelope(broken: str) -> None:
    with pytest.raises(ValidationError):
        Analysis.model_validate_json(broken)


@pytest.mark.parametrize("name", sorted(list_names() - {"error", "movements", "version"}))
def test_reads_every_example_of_an_analysis(name: str) -> None:
    document = json.loads(load_example(name))
    assert Analysis.model_validate_json(load_example(name)).model_dump(mode="json", exclude_unset=True) == document


def test_missing_is_not_zero() -> None:
    metrics = TypeAdapter[dict[str, Any]](Metrics).validate_json('{"jump_height_m": null, "flight_time_ms": 0}')
    assert metrics == {"jump_height_m": None, "flight_time_ms": 0}
