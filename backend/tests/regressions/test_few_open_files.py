"""With 64 open files the service logged a trace a second and answered 500."""

import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx2
import pytest
from stand_in import PATIENCE_S, Server, eventually, install_stub, running_server, video_bytes

from kinemotion_backend.server import TooFewFiles, count_files, fit_open_files
from kinemotion_backend.settings import Settings


def allow(most: int) -> Callable[[int], tuple[int, int]]:
    """Stands in for the machine's limits, soft and hard."""

    def answer(_which: int) -> tuple[int, int]:
        return most, most

    return answer


def limit_files(server: Server, most: int) -> None:
    subprocess.run(["prlimit", f"--pid={server.process.pid}", f"--nofile={most}:"], check=True)


def test_it_is_said_at_start_and_served_within(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    command = ["prlimit", "--nofile=64", sys.executable]
    with running_server(tmp_path, engine=engine, python=command) as server:
        [line] = server.find_log_lines(event="few_open_files")
        assert line["limit"] == 64
        assert line["connections"] >= 4
        with ExitStack() as held:
            for _ in range(100):
                with suppress(OSError):
                    held.enter_context(server.connect())
            with suppress(httpx2.TransportError):
                assert server.get("/health").status_code in {200, 429, 503}
        assert eventually(lambda: server.get("/health").status_code == 200)
        assert server.analyze(video_bytes()).status_code == 200
        assert "Traceback" not in server.log.read_text("utf-8")


def test_without_a_free_file_an_analysis_is_503(tmp_path: Path) -> None:
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine")) as server:
        assert server.analyze(video_bytes()).status_code == 200
        limit_files(server, len(list(Path(f"/proc/{server.process.pid}/fd").iterdir())) + 3)
        answer = server.analyze(video_bytes())
        assert (answer.status_code, answer.json()["code"]) == (503, "saturated")
        limit_files(server, 1024)
        assert server.analyze(video_bytes()).status_code == 200


def test_a_start_with_far_too_few_is_refused_in_one_line(tmp_path: Path) -> None:
    environment = {"KINEMOTION_CLI": str(install_stub(tmp_path / "engine")), "WORK_DIR": str(tmp_path / "work")}
    command = ["prlimit", "--nofile=32", sys.executable, "-m", "kinemotion_backend"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ended.returncode != 0
    [line] = ended.stderr.strip().splitlines()
    assert line.startswith("The service does not start: 32 open files are too few")


def test_settings_that_fit_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", allow(10_000))
    settings = Settings()
    assert fit_open_files(settings) is settings


@pytest.mark.parametrize("analyses", [1, 2, 64])
@pytest.mark.parametrize("limit", [64, 100, 256])
def test_what_fits_fits(monkeypatch: pytest.MonkeyPatch, limit: int, analyses: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", allow(limit))
    fitted = fit_open_files(Settings(max_analyses=analyses))
    assert count_files(fitted) <= limit
    assert fitted.max_analyses >= 1
    assert fitted.max_requests_a_client <= max(1, fitted.max_requests // 2)


def test_far_too_few_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", allow(40))
    with pytest.raises(TooFewFiles, match="ulimit -n"):
        fit_open_files(Settings())
