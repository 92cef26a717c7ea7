"""A second Ctrl-C left folders and engines behind, a closed terminal too; and there was a trace."""

import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from stand_in import PATIENCE_S, at_work, eventually, install_stub, running_server, video_bytes


@pytest.mark.parametrize(
    "signals",
    [
        pytest.param([signal.SIGINT], id="Ctrl-C"),
        pytest.param([signal.SIGINT] * 2, id="Ctrl-C twice"),
        pytest.param([signal.SIGINT] * 4, id="Ctrl-C four times"),
        pytest.param([signal.SIGTERM, signal.SIGINT], id="asked, then Ctrl-C"),
        pytest.param([signal.SIGHUP], id="terminal closed"),
        pytest.param([signal.SIGHUP, signal.SIGHUP], id="terminal closed twice"),
    ],
)
def test_nothing_is_left_behind(tmp_path: Path, signals: list[signal.Signals]) -> None:
    engine = install_stub(tmp_path / "engine")
    settings = {"SHUTDOWN_S": "600" if signal.SIGINT in signals[1:] else "2"}
    with running_server(tmp_path, engine=engine, **settings) as server, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.analyze, video_bytes(sleep_s=600, child=True, ignore_term=True))
        assert eventually(lambda: len(server.children()) == 2)
        for number in signals:
            server.process.send_signal(number)
            time.sleep(0.3)  # so that each is a signal of its own
        server.process.wait(PATIENCE_S)
        assert waiting.result().json()["code"] == "shutting_down"
    assert not at_work(server.work_dir)
    assert not list(server.work_dir.iterdir())
    assert "Traceback" not in server.log.read_text("utf-8")


def test_a_key_held_down_prints_no_trace(tmp_path: Path) -> None:
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine")) as server:
        while server.process.poll() is None:
            server.process.send_signal(signal.SIGINT)
            time.sleep(0.02)
    assert server.process.returncode == 0
    assert "Traceback" not in server.log.read_text("utf-8")


def test_under_nohup_a_closed_terminal_is_ignored(tmp_path: Path) -> None:
    python = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", sys.executable]
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine"), python=python) as server:
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert server.get("/health").status_code == 200
