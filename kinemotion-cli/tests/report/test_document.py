"""The document: units in keys, null for missing, one rounding, frames between frames."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from kinemotion.messages import Message
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.report import Problem, Report, Trial
from kinemotion.report.contract.document import (
    find_refusal,
    make_document,
    make_trial_document,
    make_trial_event,
    report_event,
)
from kinemotion.report.contract.encode import encode_pretty
from kinemotion.report.contract.schema import SCHEMAS, make_analysis_schema, stream

Faults = Callable[[Any, Any], list[str]]


def closed(schema: Any) -> Any:
    """The schema with every object closed: finds keys that are written but not declared."""
    match schema:
        case list():
            return [closed(part) for part in cast("list[Any]", schema)]
        case dict():
            found = cast("dict[str, Any]", schema)
            inner = {name: closed(part) for name, part in found.items() if name != "allOf"}
            return {"additionalProperties": False, **inner} if "properties" in inner else inner
        case _:
            return schema


def test_data_are_those_of_the_best_trial_in_contract_units(toy_report: Report):
    content = make_document(toy_report)
    assert content["data"] == {"height_m": 0.5, "air_ms": 638.5, "hops_count": 3, "style": "springy"}
    assert content["metadata"]["headline_trial"] == 0
    assert "error" not in content


def test_intervals_are_two_sided_95_percent(toy_report: Report):
    ends = make_document(toy_report)["intervals"]
    assert ends == {"height_m": [0.4804, 0.5196], "air_ms": [630.7, 646.4]}


def test_a_problem_keeps_its_keys_but_no_numbers(toy_report: Report):
    refused = make_document(toy_report)["trials"][1]
    assert refused["data"] == {"height_m": None, "air_ms": None, "hops_count": None, "style": None}
    assert refused["intervals"] == {}
    assert refused["problem"] == {
        "code": "slow_motion",
        "message": "The clip falls too slowly.",
        "hint": "Give --capture-fps.",
        "reason": {"code": "slow_motion", "message": "The clip falls too slowly.", "values": {}},
        "advice": {"code": "give_capture_fps", "message": "Give --capture-fps.", "values": {}},
    }


def test_a_report_without_numbers_is_a_failure_too(refused_report: Report):
    content = make_document(refused_report)
    assert set(content["data"].values()) == {None}
    assert content.get("error") == {
        "code": "slow_motion",
        "message": "The clip falls too slowly.",
        "hint": "Give --capture-fps.",
        "reason": {"code": "slow_motion", "message": "The clip falls too slowly.", "values": {}},
        "advice": {"code": "give_capture_fps", "message": "Give --capture-fps.", "values": {}},
        "retryable": False,
    }


def test_a_report_whose_trials_say_nothing_is_refused_by_name(refused_report: Report):
    silent = replace(refused_report, trials=())
    problem = find_refusal(silent)
    assert problem
    assert problem.code == "movement_not_found"
    assert "toy jump" in problem.message


def test_what_is_wrong_with_the_pictures_explains_what_was_not_found(refused_report: Report):
    [trial, *_] = refused_report.trials
    found = [Problem(code, Message(code, code)) for code in ("phases_not_found", "feet_outside", "movement_not_found")]
    trials = tuple(replace(trial, problem=problem) for problem in found)
    problem = find_refusal(replace(refused_report, trials=trials))
    assert problem == found[1]


@pytest.mark.parametrize(("time_s", "frame"), [(1.0, 50.0), (1.01, 50.5), (1.635, 81.75)])
def test_an_event_lies_between_the_numbered_frames(toy: Any, toy_trial: Trial, time_s: float, frame: float):
    events = tuple(replace(event, time_s=time_s) for event in toy_trial.events[:1])
    [event] = make_trial_document(replace(toy_trial, events=events), toy)["events"]
    assert event == {"name": "takeoff", "time_s": time_s, "frame": frame, "uncertainty_s": 0.002, "side": None}


def test_noise_of_the_last_bits_leaves_no_trace(toy: Any, toy_trial: Trial):
    noisy = replace(cast("Any", toy_trial.metrics), height=Estimate(0.5 + 1e-12, 0.01 - 1e-12))
    assert make_trial_document(replace(toy_trial, metrics=noisy), toy) == make_trial_document(toy_trial, toy)


def test_zero_is_a_value_and_has_no_sign(toy: Any, toy_trial: Trial):
    flat = replace(cast("Any", toy_trial.metrics), height=Estimate(-0.0, 0.0))
    content = make_trial_document(replace(toy_trial, metrics=flat), toy)
    assert encode_pretty(content["data"]).splitlines()[1] == '  "height_m": 0.0,'


def test_a_name_that_is_no_text_is_still_a_document(toy_report: Report):
    strange = replace(toy_report, video=replace(toy_report.video, source="caf\udce9.mp4"))
    assert make_document(strange)["metadata"]["video"]["source_path"] == "caf?.mp4"


def test_repetitions_are_listed_if_a_movement_has_them(toy_report: Report):
    [hop] = make_document(toy_report)["trials"][0].get("repetitions", [])
    assert hop == {
        "index": 0,
        "side": "right",
        "start_s": 1.7,
        "end_s": 1.9,
        "data": {"contact_ms": 200.0},
        "intervals": {"contact_ms": [180.4, 219.6]},
    }


@pytest.mark.parametrize("name", ["toy_report", "refused_report"])
def test_every_written_key_is_declared(name: str, request: pytest.FixtureRequest, faults: Faults):
    content = make_document(request.getfixturevalue(name))
    assert faults(closed(make_analysis_schema()), content) == []
    assert faults(make_analysis_schema(), content) == []


def test_lines_of_a_stream_are_declared(toy: Any, toy_report: Report, faults: Faults):
    lines = [make_trial_event(toy_report.trials[0], toy), report_event(toy_report)]
    assert [faults(stream(), line) for line in lines] == [[], []]


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str, faults: Faults):
    content = SCHEMAS[name]()
    assert faults({"$ref": content["$schema"]}, content) == []


def test_a_missing_metric_breaks_the_schema(toy_report: Report, faults: Faults):
    content = make_document(toy_report)
    del content["data"]["height_m"]
    assert faults(make_analysis_schema(), content) == ["'height_m' is a required property"]
