"""Whether the service answers ``/health`` at once whatever else is done to it; one row of a table for each abuse.

Run by ``pytest -s -m load tests/load/test_health_under_abuse.py`` on a machine that does nothing else.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
import stand_in
from abuses import ABUSES
from stand_in import at_work, eventually, install_stub, running_server

pytestmark = pytest.mark.load

CLIENTS = 4
MOST_S = 60.0
P99_LIMIT_S = 0.05


@pytest.mark.parametrize("abuse", ABUSES)
def test_health_is_answered_at_once(tmp_path: Path, abuse: str) -> None:
    """p99 of /health below 50 ms while four clients do it, and nothing stays behind."""
    environment = {**os.environ, "PYTHONPATH": str(Path(stand_in.__file__).parent)}
    took_s: list[float] = []
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine"), LOG_LEVEL="WARNING") as server:
        script = str(Path(__file__).with_name("abuses.py"))
        command = ["nice", sys.executable, script, abuse, str(server.port)]
        with httpx2.Client(base_url=server.url, timeout=60) as client:
            client.get("/health")
            clients = [subprocess.Popen(command, env=environment) for _ in range(CLIENTS)]
            ends_s = time.monotonic() + MOST_S
            while any(process.poll() is None for process in clients) and time.monotonic() < ends_s:
                started_s = time.perf_counter()
                assert client.get("/health").status_code == 200
                took_s.append(time.perf_counter() - started_s)
                time.sleep(0.01)
            for process in clients:
                process.kill()
                process.wait()
        assert eventually(lambda: not at_work(server.work_dir))
        assert eventually(lambda: not server.leftovers())
    median_ms, p99_ms = statistics.median(took_s) * 1000, statistics.quantiles(took_s, n=100)[98] * 1000
    print(f"\n| {abuse} | {len(took_s)} | {median_ms:.1f} | {p99_ms:.1f} |")  # noqa: T201
    assert p99_ms < P99_LIMIT_S * 1000
