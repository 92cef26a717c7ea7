"""The self-test holds this machine to the numbers that come with the engine."""

import json
from copy import deepcopy
from typing import Any

import pytest

from kinemotion.cli.inspection import selftest
from kinemotion.cli.inspection.selftest import EXPECTED, compare
from kinemotion.errors import ExitStatus

GOLDEN: dict[str, Any] = json.loads(EXPECTED.read_text("utf-8"))


def list_disagreements(measured: dict[str, Any]) -> list[str]:
    return [one.name for one in compare(GOLDEN, measured) if not one.agrees]


@pytest.mark.engine
def test_this_machine_measures_what_it_should(kinemotion: Any) -> None:
    ended = kinemotion("selftest")
    assert ended.status == 0, f"{ended.out}: run `make contract` if the science has changed"
    assert "ok   jump_height_m: " in ended.out


@pytest.mark.parametrize(("share", "differs"), [(0.05, False), (0.2, True), (-0.2, True)])
def test_a_tenth_of_the_interval_is_allowed(share: float, differs: bool) -> None:
    measured = deepcopy(GOLDEN)
    low, high = measured["intervals"]["jump_height_m"]
    measured["data"]["jump_height_m"] += share * (high - low)
    assert list_disagreements(measured) == (["jump_height_m"] if differs else [])


def test_a_number_that_is_missing_disagrees() -> None:
    measured = deepcopy(GOLDEN)
    measured["data"]["flight_time_ms"] = None
    del measured["data"]["rsi_modified"]
    assert list_disagreements(measured) == ["flight_time_ms", "rsi_modified"]


def test_another_model_disagrees() -> None:
    assert list_disagreements({**GOLDEN, "model_sha256": "0" * 64}) == ["pose model"]


def test_other_numbers_end_with_a_status(kinemotion: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    other = deepcopy(GOLDEN)
    other["data"]["jump_height_m"] = 1.0
    monkeypatch.setattr(selftest, "measure", lambda: other)
    ended = kinemotion("selftest", "--lang", "es")
    assert ended.status == ExitStatus.MODEL_PROBLEM
    assert "MAL  jump_height_m: 1.0, se esperaba" in ended.out
