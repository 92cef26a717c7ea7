"""A worker in a process of its own."""

import signal
import time
from pathlib import Path

from stand_in import install_stub, running_server

WORKER = ("-m", "kinemotion_backend", "worker")


def test_a_worker_shows_its_metrics_on_a_port_of_their_own(tmp_path: Path) -> None:
    with running_server(
        tmp_path, engine=install_stub(tmp_path / "engine"), program=WORKER, METRICS_PORT="0"
    ) as running:
        assert running.get("/health").json()["status"] == "healthy"
        page = running.get("/metrics").text
    assert "kinemotion_engine_up 1.0" in page
    assert 'kinemotion_queue_depth{kind="analysis"} 0.0' in page
    assert running.process.returncode == 0


def test_a_worker_ends_in_order_however_often_it_is_asked(tmp_path: Path) -> None:
    """A closed terminal too; and without a trace where Ctrl-C is held down."""
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, program=WORKER, METRICS_PORT="0") as running:
        running.process.send_signal(signal.SIGHUP)
        while running.process.poll() is None:
            running.process.send_signal(signal.SIGINT)
            time.sleep(0.02)
    assert running.process.returncode == 0
    log = running.log.read_text("utf-8")
    assert "worker_stopped" in log
    assert "Traceback" not in log
