"""Reading results back: what is accepted, what is refused, and whose they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from kinemotion.errors import ExitStatus, ForeignResult, ResultUnreadable
from kinemotion.motion.metrics import Estimate
from kinemotion.report.contract.results import find_headline_key, find_metric_title, read_result, write_value

EXAMPLES = Path(__file__).parents[3] / "docs" / "contract" / "examples"


def test_a_later_minor_version_is_read():
    result = read_result(EXAMPLES / "cmj-future-minor.json")
    assert result.document["schema_version"] == "1.7"
    height = result.measured("jump_height_m")
    assert height
    assert [height.value, *height.interval] == pytest.approx(
        [result.document["data"]["jump_height_m"], *result.document["intervals"]["jump_height_m"]], abs=1e-4
    )
    assert result.measured("metric_of_the_future_m") is None


def test_values_come_with_the_error_behind_their_interval(result: Any):
    found = result("a", jump_height_m=(0.35, 0.01)).measured("jump_height_m")
    assert found.value == 0.35
    assert found.error == pytest.approx(0.01)
    assert result("b").measured("never_measured_m") is None


def edited(tmp_path: Path, *keys: str, value: object) -> Path:
    """An example of a result, with another value where the keys lead."""
    document: dict[str, Any] = json.loads((EXAMPLES / "cmj.json").read_text())
    holder = document
    for key in keys[:-1]:
        holder = holder[key]
    holder[keys[-1]] = value
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(document))
    return path


def test_a_foreign_major_is_refused(tmp_path: Path):
    with pytest.raises(ForeignResult, match=r"version 2\.0 of the contract") as caught:
        read_result(edited(tmp_path, "schema_version", value="2.0"))
    assert caught.value.exit_status == ExitStatus.USAGE


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["schema_version"], None),
        (["schema_version"], 1),
        (["movement"], None),
        (["data"], None),
        (["data"], []),
        (["intervals"], {"jump_height_m": [0.3]}),
        (["intervals"], {"jump_height_m": ["a", 1]}),
        (["metadata"], []),
        (["intervals", "jump_height_m"], ["a", "b"]),
        (["intervals", "jump_height_m"], [0.3, 0.2]),
        (["data", "jump_height_m"], float("nan")),
        (["data", "jump_height_m"], 10**400),
        (["metadata", "algorithm", "settings"], None),
        (["metadata", "algorithm", "settings", "athlete"], "Ana"),
        (["metadata", "algorithm", "settings", "athlete"], {"name": 7}),
        (["metadata", "algorithm", "settings", "date"], 20260314),
        (["metadata", "video", "recorded_at"], "yesterday"),
    ],
)
def test_what_is_no_result_is_refused(tmp_path: Path, keys: list[str], value: object):
    with pytest.raises(ResultUnreadable):
        read_result(edited(tmp_path, *keys, value=value))


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_document_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(ResultUnreadable):
        read_result(path)
    with pytest.raises(ResultUnreadable, match="cannot be read"):
        read_result(tmp_path / "missing.json")


def test_an_error_is_no_result():
    with pytest.raises(ResultUnreadable, match="holds no analysis"):
        read_result(EXAMPLES / "error.json")


def test_given_athlete_and_day_come_first(result: Any, tmp_path: Path):
    assert result("a", athlete="Ana").athlete == "Ana"
    assert result("a").athlete == tmp_path.name
    found = result("a", date="2026-02-03")
    assert found.date == "2026-02-03"
    found.document["metadata"]["algorithm"]["settings"]["date"] = "2026-02-01"
    assert found.date == "2026-02-01"
    del found.document["metadata"]["algorithm"]["settings"]["date"]
    del found.document["metadata"]["video"]["recorded_at"]
    assert found.date == "2026-12-31"


def test_a_movement_that_is_not_installed_is_shown_with_its_keys():
    assert find_headline_key("moonwalk") is None
    assert find_metric_title("moonwalk", "glide_m") == "glide_m"
    assert write_value(Estimate(1.234, 0.1), movement="moonwalk", key="glide_m").with_unit == "1.23"
    assert write_value(Estimate(563.0, 5.0), movement="cmj", key="flight_time_ms").with_unit == "563\u00a0ms"
