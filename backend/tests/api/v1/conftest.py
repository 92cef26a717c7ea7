"""The application in this process, asked by a program of this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_analyzer import FakeAnalyzer
from fastapi.testclient import TestClient
from stand_in import small_settings

from kinemotion_backend.app import create_app


@pytest.fixture
def analyzer(tmp_path: Path) -> FakeAnalyzer:
    return FakeAnalyzer(tmp_path)


@pytest.fixture
def client(tmp_path: Path, analyzer: FakeAnalyzer) -> Iterator[TestClient]:
    app = create_app(small_settings(tmp_path), analyzer=analyzer)
    with TestClient(app, client=("127.0.0.1", 50_000), raise_server_exceptions=False) as made:
        yield made
