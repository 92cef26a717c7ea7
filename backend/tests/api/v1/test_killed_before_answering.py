"""A service killed between the commit and the answer: the client asks again, and finds the same analysis."""

import sqlite3
from pathlib import Path

import httpx2
import pytest
from stand_in import PATIENCE_S, Server, eventually, install_stub, running_server, video_bytes

DYING = str(Path(__file__).parents[2] / "dying_service.py")


def submit(server: Server) -> httpx2.Response:
    return httpx2.post(
        f"{server.url}/api/v1/analyses",
        files={"video": ("clip.mp4", video_bytes(), "video/mp4")},
        data={"sport_type": "cmj"},
        headers={"Idempotency-Key": "4711"},
        timeout=PATIENCE_S,
    )


def test_the_retry_finds_the_analysis_that_was_written(tmp_path: Path):
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, program=(DYING,)) as server:
        with pytest.raises(httpx2.HTTPError):
            submit(server)
        server.process.wait(PATIENCE_S)
    with sqlite3.connect(tmp_path / "data" / "records.sqlite") as records:
        [(written,)] = records.execute("SELECT id FROM analyses").fetchall()
    records.close()
    with running_server(tmp_path, engine=engine) as server:
        assert submit(server).json()["analysis_id"] == written
        assert eventually(lambda: server.get(f"/api/v1/analyses/{written}").json()["status"] == "completed")
        assert len(server.get("/api/v1/analyses").json()["items"]) == 1
