"""What tests of the local topology do over and over: send videos, follow analyses, kill processes."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
from topology import Topology

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}
APIS = ("api:api-1", "api:api-2")
Wait = Callable[[Callable[[], Any]], Any]


def read_events(client: httpx2.Client, analysis_id: str, *, last_id: str | None = None) -> Iterator[dict[str, str]]:
    """The events of an analysis as the edge passes them on."""
    headers = {"Last-Event-ID": last_id} if last_id else {}
    event: dict[str, str] = {}
    with client.stream("GET", f"/api/v1/analyses/{analysis_id}/events", headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name in {"id", "event", "data"}:
                event[name] = value
            elif not line and event:
                yield event
                event = {}


def upload_in_pieces(client: httpx2.Client, video: bytes, *, between: Callable[[], None] = lambda: None) -> str:
    """Send a video in two pieces; return the upload's id."""
    begun = client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": str(len(video))})
    assert begun.status_code == 201, begun.text
    path = httpx2.URL(begun.headers["location"]).path
    half = len(video) // 2
    for offset, piece in ((0, video[:half]), (half, video[half:])):
        sent = client.patch(path, headers={**PIECE, "Upload-Offset": str(offset)}, content=piece)
        assert sent.status_code == 204, sent.text
        between()
    return begun.json()["upload_id"]


def submit(client: httpx2.Client, upload_id: str, **given: Any) -> dict[str, Any]:
    """Ask for an analysis of the upload."""
    body = {"sport_type": "cmj", "input": {"upload_id": upload_id}, **given}
    taken = client.post("/api/v1/analyses", json=body)
    assert taken.status_code == 202, taken.text
    return taken.json()


def kill(topology: Topology, process: str) -> int:
    """Kill a process of the topology at once, as a power cut would; return its id."""
    pid = topology.find_pid(process)
    os.kill(pid, signal.SIGKILL)
    return pid


def is_ready(topology: Topology, process: str) -> bool:
    """Whether the API process answers, asked directly."""
    port = topology.environment[f"API_PORT_{process[-1]}"]
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/ready").status_code == 200
    except httpx2.TransportError:
        return False


def make_unseen(name: str) -> bytes:
    """A sample with a trailing box of its own: the same video in another file, so that no earlier answer fits."""
    padding = os.urandom(16)
    return (SAMPLES / name).read_bytes() + (8 + len(padding)).to_bytes(4, "big") + b"free" + padding
