"""The application in this process, with a pretended engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from stand_in import HERE, small_settings

from kinemotion_backend.adapters.mock_adapter import ConfigurableMockAnalyzer
from kinemotion_backend.app import create_app
from kinemotion_backend.video_analyzer import VideoAnalyzer


@pytest.fixture
def analyzer() -> ConfigurableMockAnalyzer:
    return ConfigurableMockAnalyzer()


@pytest.fixture
def client(tmp_path: Path, analyzer: VideoAnalyzer) -> Iterator[TestClient]:
    with TestClient(
        create_app(small_settings(tmp_path), analyzer=analyzer), client=HERE, raise_server_exceptions=False
    ) as client:
        yield client
