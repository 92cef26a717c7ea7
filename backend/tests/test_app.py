"""What servers and scripts ask the application module for."""

import subprocess
import sys

import pytest
from fastapi import FastAPI

from kinemotion_backend import app as module
from kinemotion_backend.adapters.mock_adapter import MockVideoAnalyzer


@pytest.fixture(autouse=True)
def fresh_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an application nor an analyzer was asked for yet."""
    monkeypatch.delitem(module.__dict__, "app", raising=False)
    module.get_video_analyzer.cache_clear()


def test_the_application_is_made_once_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_MOCK_ANALYZER", "true")
    assert isinstance(module.app, FastAPI)
    assert module.app is module.app


def test_the_analyzer_is_that_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_MOCK_ANALYZER", "true")
    assert isinstance(module.get_video_analyzer(), MockVideoAnalyzer)


def test_a_missing_engine_is_said_when_the_analyzer_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINEMOTION_CLI", "/no/such/kinemotion")
    with pytest.raises(RuntimeError, match="Install the engine"):
        module.get_video_analyzer()


def test_importing_refuses_nothing() -> None:
    environment = {"MAX_UPLOAD_MB": "-1", "KINEMOTION_CLI": "/no/such/kinemotion"}
    subprocess.run([sys.executable, "-c", "import kinemotion_backend.app"], env=environment, check=True)


def test_nothing_else_is_made_up() -> None:
    with pytest.raises(AttributeError, match="no attribute 'application'"):
        module.application  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
