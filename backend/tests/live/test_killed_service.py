"""A service that is killed while it measures live streams loses no movement that was finished."""

import os
import signal
from pathlib import Path

import httpx2
import pytest
from live.live_client import connected, frame, hear, read_end, send_jump, tell
from stand_in import PATIENCE_S, Server, eventually, install_stub, running_server

from kinemotion_backend.analyses.interim_results import NAME


def find_interim_results(folder: Path) -> list[Path]:
    """The results so far that the service keeps."""
    return list((folder / "data").rglob(NAME))


def kill(server: Server) -> None:
    """Kill the service at once, as a power cut would."""
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(PATIENCE_S)


@pytest.mark.parametrize("asked", ["resumes", "begins again"])
def test_a_stream_goes_on_in_the_next_process(tmp_path: Path, asked: str) -> None:
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, STREAM_ENGINES="1") as server:
        body = {"sport_type": "cmj", "input": {"streaming": True}}
        taken = httpx2.post(f"{server.url}/api/v1/analyses", json=body, timeout=PATIENCE_S).json()
        path = f"/api/v1/analyses/{taken['analysis_id']}"
        with connected(server, f"{path}/stream") as connection:
            tell(connection, type="open")
            token = hear(connection, "ready")["resume_token"]
            send_jump(connection)
            assert eventually(lambda: bool(find_interim_results(tmp_path)))
            kill(server)
    with running_server(tmp_path, engine=engine, STREAM_ENGINES="1") as server:
        with connected(server, f"{path}/stream") as connection:
            tell(connection, type="open", **({"resume_token": token} if asked == "resumes" else {}))
            ready = hear(connection, "ready")
            assert ready["is_resumed"] is True
            assert [trial["index"] for trial in ready["trials"]] == [0]
            for number in range(30):
                connection.send(frame(number))
            assert hear(connection, "metric_update")["trial"]["index"] == 1
            tell(connection, type="close")
            read_end(connection)
        assert eventually(lambda: server.get(path).json()["status"] == "completed")
        document = server.get(f"{path}/result.json").json()
        assert [trial["index"] for trial in document["trials"]] == [0, 1]
        assert document["metadata"]["headline_trial"] == 1
        assert eventually(lambda: not find_interim_results(tmp_path))
