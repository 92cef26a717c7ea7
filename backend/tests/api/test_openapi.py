"""The API's description: complete, committed, and true under fuzzing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis.strategies import booleans
from schemathesis.specs.openapi import checks
from stand_in import video_bytes

from kinemotion_backend.adapters.mock_adapter import MockVideoAnalyzer
from kinemotion_backend.app import create_app
from kinemotion_backend.settings import Settings

CHECKS: Any = checks
COMMITTED = Path(__file__).parents[2] / "openapi.json"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    work_dir = tmp_path_factory.mktemp("work")
    told = Settings(work_dir=work_dir, data_dir=work_dir / "data", trusted_hosts=("testserver", "localhost"))
    with TestClient(create_app(told, analyzer=MockVideoAnalyzer())) as client:
        yield client


@pytest.fixture(scope="module")
def api(client: TestClient) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", client.app)


def described() -> dict[str, Any]:
    return create_app(Settings()).openapi()


def test_is_committed() -> None:
    """`kinemotion-backend openapi > backend/openapi.json` writes it."""
    assert json.loads(COMMITTED.read_text("utf-8")) == described()


def test_every_operation_is_named_and_its_problems_are_documented() -> None:
    operations = [operation for path in described()["paths"].values() for operation in path.values()]
    assert sorted(operation["operationId"] for operation in operations) == ["analyze", "health", "ready", "sports"]
    for operation in operations:
        assert operation["description"]
        for status, answer in operation["responses"].items():
            expected = "application/json" if status == "200" else "application/problem+json"
            assert list(answer["content"]) == [expected]


def test_the_form_has_a_video_and_every_field_a_meaning() -> None:
    form = described()["paths"]["/api/analyze"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form["required"] == ["video"]
    assert all(field.get("description") for name, field in form["properties"].items() if name != "video")


@pytest.mark.parametrize(
    ("method", "path"), [(method, path) for path, methods in described()["paths"].items() for method in methods]
)
def test_answers_as_described(api: Any, method: str, path: str) -> None:
    """No 5xx, no status and no document that the description does not have, whatever is sent."""

    @settings(max_examples=80 if method == "post" else 15, deadline=None)
    @given(case=api[path][method].as_strategy(), known=booleans())
    def check(*, case: Any, known: bool) -> None:
        if known and case.media_type == "multipart/form-data" and hasattr(case.body, "keys"):
            case.body = {**case.body, "video": video_bytes(), "jump_type": "cmj"}  # what no fuzzer finds by itself
        excluded = [CHECKS.positive_data_acceptance, *([CHECKS.negative_data_rejection] if known else [])]
        seen.add(case.call_and_validate(excluded_checks=excluded).status_code)

    seen = set[int]()
    check()
    assert 200 in seen
