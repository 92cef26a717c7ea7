"""A worker in a process of its own."""

from pathlib import Path

from stand_in import install_stub, running_server


def test_a_worker_shows_its_metrics_on_a_port_of_their_own(tmp_path: Path) -> None:
    worker = ("-m", "kinemotion_backend", "worker")
    with running_server(
        tmp_path, engine=install_stub(tmp_path / "engine"), program=worker, METRICS_PORT="0"
    ) as running:
        assert running.get("/health").json()["status"] == "healthy"
        page = running.get("/metrics").text
    assert "kinemotion_engine_up 1.0" in page
    assert 'kinemotion_queue_depth{kind="analysis"} 0.0' in page
    assert running.process.returncode == 0
