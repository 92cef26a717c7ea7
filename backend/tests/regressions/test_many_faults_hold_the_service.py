"""A fault was noted for each wrong item of a request or a document: 4 MiB of them took 3 GB and eleven seconds."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api.v1.test_athletes import create
from fake_analyzer import FakeAnalyzer
from fastapi.testclient import TestClient
from pydantic import ValidationError
from stand_in import HERE, small_settings

from kinemotion_backend.api.problems import MAX_LISTED_FAULTS
from kinemotion_backend.app import create_app
from kinemotion_backend.contract.documents import MAX_DOCUMENT_BYTES, MAX_ENTRIES, read_header
from kinemotion_backend.examples import load_example
from kinemotion_backend.live.errors import MalformedMessage
from kinemotion_backend.live.messages import MAX_MESSAGE_BYTES, Opening, read_text

MANY = 100_000
LONGEST_NOTES = "\U0001f3c3" * 5000
SENTENCE = 1000


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(small_settings(tmp_path), analyzer=FakeAnalyzer(tmp_path)), client=HERE) as client:
        yield client


def spoil(place: str, value: Any) -> bytes:
    """The example of a document with another value at the place."""
    document = json.loads(load_example("cmj"))
    *above, name = place.split(".")
    part: Any = document
    for step in above:
        part = part[int(step)] if step.isdecimal() else part[step]
    part[name] = value
    return json.dumps(document).encode()


def list_faulty_documents() -> Iterator[Any]:
    nothing = dict[str, Any]()
    for place in ("trials", "trials.0.events", "trials.0.phases", "trials.0.repetitions", "metadata.quality.warnings"):
        yield pytest.param(place, [nothing] * MANY, id=place)
    names = {f"m{number}": [nothing, nothing] for number in range(MANY)}
    for place in ("data", "intervals", "trials.0.data", "trials.0.intervals", "metadata.processing.stages_s"):
        yield pytest.param(place, names, id=place)


@pytest.mark.parametrize(("place", "value"), list(list_faulty_documents()))
def test_a_document_is_refused_at_its_first_faults(place: str, value: Any) -> None:
    content = spoil(place, value)
    assert len(content) < MAX_DOCUMENT_BYTES
    with pytest.raises(ValidationError) as refused:
        read_header(content)
    assert refused.value.error_count() < 10


def test_a_document_may_have_as_many_metrics_as_any_movement() -> None:
    metrics = {f"m{number}": number / 7 for number in range(MAX_ENTRIES)}
    intervals = {name: [value, value + 1] for name, value in metrics.items()}
    content = spoil("data", metrics)
    assert read_header(content).data == metrics
    read = read_header(spoil("intervals", intervals)).intervals
    assert {name: list(pair or ()) for name, pair in read.items()} == intervals


@pytest.mark.parametrize("pair", [["1", 2], [True, 2], [1, 2, 3], [1], "12", {"0": 1, "1": 2}])
def test_an_interval_is_two_numbers(pair: object) -> None:
    with pytest.raises(ValidationError):
        read_header(spoil("intervals", {"jump_height_m": pair}))


@pytest.mark.parametrize("name", ["unknown", "options", "athlete"])
def test_a_live_stream_is_not_opened_by_a_book(name: str) -> None:
    nothing = list[int]()
    fields = {f"f{number}": nothing for number in range(MANY)}
    message = json.dumps({"type": "open", **(fields if name == "unknown" else {name: fields})})
    assert len(message) < MAX_MESSAGE_BYTES
    with pytest.raises(MalformedMessage) as refused:
        read_text(message)
    assert len(str(refused.value)) < SENTENCE


def test_a_live_stream_is_opened_with_all_that_may_be_said() -> None:
    options = {f"option_with_a_long_name_{number}": "a rather long value" for number in range(50)}
    opening = read_text(json.dumps({"type": "open", "options": options, "resume_token": "x" * 100}))
    assert isinstance(opening, Opening)
    assert opening.options == options


def test_a_request_that_is_no_upload_is_small(client: TestClient) -> None:
    body = json.dumps({"name": "Ana", **{f"f{number}": 1 for number in range(MANY // 2)}})
    refused = client.post("/api/v1/athletes", content=body, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (413, "upload_too_large")


def test_a_problem_lists_the_first_faults_only(client: TestClient) -> None:
    refused = client.post("/api/v1/athletes", json={"name": "Ana", **{f"f{number}": 1 for number in range(3000)}})
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == MAX_LISTED_FAULTS


def test_the_longest_notes_fit(client: TestClient) -> None:
    session = {"title": "\U0001f3c3" * 200, "held_on": "2026-11-01", "notes": LONGEST_NOTES}
    assert create(client, "sessions", **session)["notes"] == LONGEST_NOTES
