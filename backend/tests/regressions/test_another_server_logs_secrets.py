"""Under another server than our own (``uvicorn kinemotion_backend.app:app``) escapes and API keys reached the log."""

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from stand_in import eventually, install_stub, running_server

KEY = "kin_test_0123456789_hunter2"


def test_logging_is_set_up_for_a_server_that_knows_nothing_of_ours(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = ("-m", "uvicorn", "kinemotion_backend.app:app", "--port", "0")
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, program=program, JSON_LOGS="false") as server:
        httpx2.get(f"{server.url}/%1b[31mred", headers={"Authorization": f"Bearer {KEY}"})
        assert eventually(lambda: b"\\x1b[31mred" in server.log.read_bytes())
    written = server.log.read_text("utf-8") + "".join(capfd.readouterr())
    assert "\x1b[31m" not in written.replace("\x1b[31mERROR", "")
    assert "hunter2" not in written


def test_a_trace_shows_no_values(tmp_path: Path) -> None:
    """They would hold the headers of the request."""
    script = (
        "import kinemotion_backend.app as module, structlog\n"
        "module.app\n"
        f"headers = {{'authorization': '{KEY}'}}\n"
        "try:\n    1 / 0\n"
        "except ZeroDivisionError:\n    structlog.stdlib.get_logger('any').exception('unforeseen')\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], env={"USE_MOCK_ANALYZER": "true"}, capture_output=True, check=True, cwd=tmp_path
    )
    assert b"ZeroDivisionError" in said.stderr
    assert b"hunter2" not in said.stdout + said.stderr
