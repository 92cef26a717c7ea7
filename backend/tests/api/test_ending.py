"""A service that ends, killed or asked to: no engine, no folder and no client is left behind."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil
from stand_in import PATIENCE_S, at_work, eventually, install_stub, running_server, video_bytes


def test_a_killed_server_leaves_no_orphan_and_its_successor_sweeps(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine) as first, ThreadPoolExecutor(1) as pool:
        cut_off = pool.submit(first.analyze, video_bytes(sleep_s=600, child=True, ignore_term=True))
        assert eventually(lambda: len(first.children()) == 2)
        engine_process, grandchild = first.children()
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        assert isinstance(cut_off.exception(), httpx2.TransportError)
        assert eventually(lambda: not engine_process.is_running() or engine_process.status() == psutil.STATUS_ZOMBIE)
        assert first.leftovers()
        with running_server(tmp_path, engine=engine) as second:
            assert not second.leftovers()
            assert eventually(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)


def test_a_server_asked_to_end_ends_its_engines(tmp_path: Path) -> None:
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine")) as server, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.analyze, video_bytes(sleep_s=1))
        assert eventually(lambda: bool(server.children()))
        os.kill(server.process.pid, signal.SIGTERM)
        assert waiting.result().status_code == 200  # what runs may finish
        assert server.process.wait(PATIENCE_S) in {0, -signal.SIGTERM}
        assert not list(server.work_dir.iterdir())


def test_a_server_asked_to_end_does_not_wait_for_ever_and_leaves_no_orphan(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, SHUTDOWN_S="1") as server, ThreadPoolExecutor(3) as pool:
        order = video_bytes(sleep_s=600, child=True, ignore_term=True)
        waiting = [pool.submit(server.analyze, order) for _ in range(3)]  # two are analysed, one waits for its turn
        assert eventually(lambda: len(server.children()) == 4 and len(server.leftovers()) == 5)
        os.kill(server.process.pid, signal.SIGTERM)
        answers = [client.result() for client in waiting]
        server.process.wait(PATIENCE_S)
        assert not at_work(server.work_dir)  # not even for a moment: whoever asked may now start another
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "shutting_down")] * 3
    assert all(answer.headers["retry-after"] for answer in answers)
    assert not list(server.work_dir.iterdir())
    assert not server.find_log_lines(level="error", logger="kinemotion_backend.access")
