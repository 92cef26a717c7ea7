"""Settings: from the environment, safe in production, and documented."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from kinemotion_backend.settings import Settings, write_table

README = Path(__file__).parents[1] / "README.md"


def test_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_MOCK_ANALYZER", "true")
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example, https://b.example")
    monkeypatch.setenv("ANALYSIS_TIMEOUT_S", "12.5")
    settings = Settings()
    assert settings.use_mock_analyzer
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.analysis_timeout_s == 12.5


def test_listen_to_this_machine_only_by_default() -> None:
    assert Settings().bind_host == "127.0.0.1"


def test_port_is_read_where_bind_port_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "9001")
    assert Settings().bind_port == 9001
    monkeypatch.setenv("BIND_PORT", "9002")
    assert Settings().bind_port == 9002


@pytest.mark.parametrize(
    "unsafe",
    [
        {"USE_MOCK_ANALYZER": "true"},
        {"TRUSTED_HOSTS": "*"},
        {"CORS_ORIGINS": "https://a.example,*"},
        {"LOG_LEVEL": "DEBUG"},
    ],
)
def test_refuse_unsafe_values_in_production(monkeypatch: pytest.MonkeyPatch, unsafe: dict[str, str]) -> None:
    [(name, value)] = unsafe.items()
    monkeypatch.setenv(name, value)
    assert Settings().environment == "development"
    monkeypatch.setenv("ENVIRONMENT", "production")
    with pytest.raises(ValidationError, match=f"not in production: {name}"):
        Settings()


@pytest.mark.parametrize(("name", "value"), [("MAX_UPLOAD_MB", "0"), ("BIND_PORT", "99999"), ("LOG_LEVEL", "LOUD")])
def test_refuse_nonsense(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("name", ["MAX_DURATION_S", "MAX_FRAMES", "MAX_PIXELS", "METRICS_PORT"])
def test_an_empty_limit_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    assert getattr(Settings(), name.lower()) is None


def test_an_origin_is_written_as_an_address_bar_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers send it without the slash and in small letters."""
    monkeypatch.setenv("CORS_ORIGINS", "https://Coach.example/, https://b.example")
    assert Settings().cors_origins == ("https://coach.example", "https://b.example")


def test_are_all_in_the_readme() -> None:
    """The table is what `kinemotion-backend settings` prints."""
    assert write_table() in README.read_text("utf-8")
