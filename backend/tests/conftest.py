"""Fixtures of all backend tests."""

import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from blob_stores import blobs
from databases import (
    database_url,
    migrated_file,
    migrated_url,
    postgres_records_url,
    records,
    sqlite_records_url,
)
from s3_server import s3_location, s3_server
from servers import postgres_server, postgres_url, redis_server, redis_url
from stand_in import Server, install_stub, running_server, video_bytes

from kinemotion_backend.logging_config import configure_logging
from kinemotion_backend.settings import Settings

__all__ = [
    "blobs",
    "database_url",
    "migrated_file",
    "migrated_url",
    "postgres_records_url",
    "postgres_server",
    "postgres_url",
    "records",
    "redis_server",
    "redis_url",
    "s3_location",
    "s3_server",
    "sqlite_records_url",
]


@pytest.fixture(autouse=True)
def default_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine that runs the tests sets anything."""
    for name in (*Settings.model_fields, "port"):
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def service_logs(default_settings: None) -> Iterator[None]:
    """Logs as the service has them; those of other tests are as they were afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logging(Settings())
    yield
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    """The stand-in engine, speaking the contract of today."""
    return install_stub(tmp_path / "engine")


@pytest.fixture
def make_video(tmp_path: Path) -> Callable[..., Path]:
    """Writes a video with orders for the stand-in engine."""

    def make(**order: Any) -> Path:
        path = tmp_path / "clip.mp4"
        path.write_bytes(video_bytes(**order))
        return path

    return make


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service in front of the stand-in engine, shared by the tests of a module."""
    folder = tmp_path_factory.mktemp("server")
    with running_server(
        folder,
        engine=install_stub(folder / "engine"),
        MAX_UPLOAD_MB="2",
        MAX_REQUESTS="4",
        ANALYSIS_TIMEOUT_S="600",
        UPLOAD_IDLE_S="600",
    ) as running:
        yield running


@pytest.fixture
def impatient_server(tmp_path: Path) -> Iterator[Server]:
    """A service that waits for a second at most, for a client or for the engine."""
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, ANALYSIS_TIMEOUT_S="1", UPLOAD_IDLE_S="1") as running:
        yield running


@pytest.fixture
def real_engine() -> str:
    """The real command; the test is skipped where it is not installed."""
    found = shutil.which("kinemotion", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        pytest.skip("the engine is not installed")
    return found
