"""Option errors named the command's flags, and the mock took options that the engine refuses."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from stand_in import small_settings, video_bytes

from kinemotion_backend.app import create_app
from kinemotion_backend.settings import Settings


def post(settings: Settings, video: bytes, **fields: str) -> dict[str, Any]:
    with TestClient(create_app(settings)) as client:
        return client.post("/api/analyze", files={"video": video}, data=fields).json()


@pytest.mark.parametrize("fields", [{"mass_kg": "7000"}, {"sex": "x"}, {"capture_fps": "fast"}, {"shoe_size": "44"}])
def test_mock_and_engine_refuse_the_same_in_the_same_words(tmp_path: Path, stub: Path, fields: dict[str, str]) -> None:
    mock = post(small_settings(tmp_path, use_mock_analyzer=True), b"x", **fields)
    engine = post(small_settings(tmp_path, kinemotion_cli=str(stub)), video_bytes(), **fields)
    assert mock == engine
    assert mock["code"] == "invalid_option"
    assert [error["field"] for error in mock["errors"]] == list(fields)
    assert "--" not in str(mock)


def test_what_only_the_engine_refuses_is_told_by_the_fields_name(tmp_path: Path, stub: Path) -> None:
    error = {"code": "usage", "message": "Invalid value for '--mass': too heavy for --athlete-height.", "hint": "-h"}
    answer = post(small_settings(tmp_path, kinemotion_cli=str(stub)), video_bytes(status=2, error=error))
    assert answer["code"] == "invalid_option"
    assert answer["detail"] == "Invalid value for 'mass_kg': too heavy for athlete_height_m."
