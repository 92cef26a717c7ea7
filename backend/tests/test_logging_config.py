"""What reaches the log, and what does not."""

import json
import logging

import pytest
import structlog

from kinemotion_backend.logging_config import REDACTED, configure_logging, redact
from kinemotion_backend.settings import Settings


def test_hides_secrets() -> None:
    event = {"Authorization": "Bearer x", "webhook_secret": "y", "set-cookie": "z", "path": "/health"}
    hidden = redact(None, "info", dict(event))
    assert hidden == {**dict.fromkeys(event, REDACTED), "path": "/health"}


def test_writes_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(json_logs=True))
    structlog.stdlib.get_logger("ours").info("hello", number=1, cookie="x")
    logging.getLogger("theirs").warning("and %s", "goodbye")
    ours, theirs = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (ours["event"], ours["level"], ours["number"], ours["cookie"]) == ("hello", "info", 1, REDACTED)
    assert (theirs["event"], theirs["logger"]) == ("and goodbye", "theirs")


def test_keeps_silent_below_its_level(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings(log_level="WARNING"))
    structlog.stdlib.get_logger("ours").info("hello")
    assert capsys.readouterr().err == ""


def test_shows_a_trace_without_the_values_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(Settings())
    local = "hunter2"
    try:
        int("one" * len(local))
    except ValueError:
        structlog.stdlib.get_logger("ours").exception("failed")
    written = capsys.readouterr().err
    assert "ValueError" in written
    assert local not in written
