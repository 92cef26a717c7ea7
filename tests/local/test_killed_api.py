"""API processes are killed in the middle of events, of an upload and of a live stream: nothing is lost."""

import json
import re
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count
from struct import Struct
from typing import Any

import httpx2
import obstore
import psycopg
import pytest
from frames import read_landmarks
from obstore.store import S3Store
from steps import APIS, PIECE, TUS, Wait, is_ready, kill, make_unseen, read_events, submit, upload_in_pieces
from topology import Topology
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

pytestmark = pytest.mark.local

HEADER = Struct("<BBHIq")
LANDMARKS = 5
NAME_OF_INTERIM_RESULT = "interim-result.json"
IN_PROGRESS = re.compile(r"^kinemotion_http_requests_in_progress (\S+)$", re.MULTILINE)


def count_requests(topology: Topology, process: str) -> float:
    """How many requests the API process works on, this one included."""
    port = topology.environment[f"API_PORT_{process[-1]}"]
    [count] = IN_PROGRESS.findall(httpx2.get(f"http://127.0.0.1:{port}/metrics").text)
    return float(count)


def open_store(topology: Topology) -> S3Store:
    """The object store of the topology."""
    environment = topology.environment
    return S3Store.from_url(
        environment["BLOB_URL"],
        endpoint=environment["BLOB_ENDPOINT"],
        access_key_id=environment["AWS_ACCESS_KEY_ID"],
        secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        client_options={"allow_http": True},
    )


Stream = tuple[ClientConnection, dict[str, Any]]
"""A connection, and what the service said first."""


def open_stream(topology: Topology, analysis_id: str, *, stack: ExitStack, **opening: Any) -> Stream | None:
    """Connect to the stream of an analysis through the edge; None where it is refused for now."""
    connecting = connect(
        f"{topology.url.replace('https', 'wss')}/api/v1/analyses/{analysis_id}/stream",
        ssl=ssl.create_default_context(cafile=topology.authority),
        additional_headers={"Authorization": f"Bearer {topology.key}"},
        compression=None,
    )
    connection = stack.enter_context(connecting)
    connection.send(json.dumps({"type": "open", **opening}))
    message = json.loads(connection.recv())
    if message["type"] == "error":
        assert message["retryable"], message
        return None
    return connection, message


def resume_stream(topology: Topology, analysis_id: str, *, stack: ExitStack, token: str) -> Stream | None:
    """Try once to resume, as a client does again and again after it has lost its connection."""
    try:
        return open_stream(topology, analysis_id, stack=stack, resume_token=token)
    except (OSError, ConnectionClosed, InvalidStatus):
        return None


def jump(connection: ClientConnection) -> dict[str, Any]:
    """Send jumps as landmarks, each frame when the one before is answered; return the first final trial."""
    moments = read_landmarks()
    length_us = moments[-1].time_us + 33_333
    for number in count():
        round_number, place = divmod(number, len(moments))
        time_us = round_number * length_us + moments[place].time_us
        connection.send(HEADER.pack(1, LANDMARKS, 0, number, time_us) + moments[place].payload)
        message: dict[str, Any] = {"type": ""}
        while message["type"] != "state" or message["timestamp_ms"] < time_us // 1000:
            message = json.loads(connection.recv())
            if message["type"] == "metric_update" and message["final"]:
                return message["trial"]
    raise AssertionError


def test_each_api_process_killed_in_turn_loses_nothing(
    client: httpx2.Client, database: psycopg.Connection, *, topology: Topology, wait_until: Wait
) -> None:
    remaining = list(APIS)

    def kill_next() -> None:
        process = remaining.pop(0)
        kill(topology, process)
        wait_until(lambda: is_ready(topology, process))

    upload_id = upload_in_pieces(client, make_unseen("cmj.mp4"), between=kill_next)
    analysis_id = submit(client, upload_id, quality="accurate")["analysis_id"]
    seen, is_over = list[dict[str, str]](), False
    remaining.extend(APIS)
    while not is_over:
        last_id = next((event["id"] for event in reversed(seen) if "id" in event), None)
        try:
            for event in read_events(client, analysis_id, last_id=last_id):
                seen.append(event)
                if event["event"] == "progress" and remaining:
                    kill_next()
                is_over = event["event"] == "analysis.completed"
        except httpx2.TransportError:
            continue
    assert remaining == []
    ids = [event["id"] for event in seen if "id" in event]
    assert len(ids) == len(set(ids))
    assert client.get(f"/api/v1/analyses/{analysis_id}").json()["status"] == "completed"
    assert database.execute("SELECT attempt FROM analyses WHERE id = %s", [analysis_id]).fetchone() == (1,)


def test_an_upload_whose_process_is_killed_goes_on_where_it_was(
    client: httpx2.Client, *, topology: Topology, wait_until: Wait
) -> None:
    video = make_unseen("cmj.mp4")
    begun = client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": str(len(video))})
    path = httpx2.URL(begun.headers["location"]).path
    idle = {process: count_requests(topology, process) for process in APIS}

    def find_busy() -> str | None:
        return next((process for process in APIS if count_requests(topology, process) > idle[process]), None)

    def send() -> Iterator[bytes]:
        yield video[: len(video) // 2]
        kill(topology, wait_until(find_busy))
        yield video[len(video) // 2 :]

    sizes = {**PIECE, "Upload-Offset": "0", "Content-Length": str(len(video))}
    with suppress(httpx2.TransportError):
        assert client.patch(path, headers=sizes, content=send()).status_code >= 500
    asked = client.head(path, headers=TUS)
    assert asked.status_code == 200
    offset = int(asked.headers["upload-offset"])
    assert 0 <= offset < len(video)
    sent = client.patch(path, headers={**PIECE, "Upload-Offset": str(offset)}, content=video[offset:])
    assert sent.status_code == 204, sent.text
    analysis_id = submit(client, begun.json()["upload_id"], quality="fast")["analysis_id"]
    assert list(read_events(client, analysis_id))[-1]["event"] == "analysis.completed"
    assert client.get(f"/api/v1/analyses/{analysis_id}/video").content == video


def read_to_the_end(connection: ClientConnection) -> None:
    """Read until the connection is lost."""
    while True:
        connection.recv()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Connections that are closed at the end."""
    with ExitStack() as made:
        yield made


def test_a_live_stream_whose_process_is_killed_keeps_its_trials(
    client: httpx2.Client, database: psycopg.Connection, stack: ExitStack, *, topology: Topology, wait_until: Wait
) -> None:
    taken = client.post("/api/v1/analyses", json={"sport_type": "cmj", "input": {"streaming": True}})
    analysis_id = taken.json()["analysis_id"]
    store = open_store(topology)

    def is_kept() -> bool:
        listed = obstore.list(store, f"analyses/{analysis_id}").collect()  # pyright: ignore[reportUnknownMemberType]  (Arrow is not installed)
        return any(found["path"].endswith(NAME_OF_INTERIM_RESULT) for found in listed)

    connection, ready = wait_until(lambda: open_stream(topology, analysis_id, stack=stack))
    first = jump(connection)
    wait_until(is_kept)
    query = "SELECT worker FROM analyses WHERE id = %s"
    [(worker,)] = database.execute(query, [analysis_id]).fetchall()
    pid = int(worker.rpartition(":")[2])
    [process] = [process for process in APIS if topology.find_pid(process) == pid]
    assert kill(topology, process) == pid
    with pytest.raises(ConnectionClosed):
        read_to_the_end(connection)

    token = ready["resume_token"]
    connection, again = wait_until(lambda: resume_stream(topology, analysis_id, stack=stack, token=token))
    assert again["is_resumed"]
    assert again["trials"][0] == first
    kept = len(again["trials"])
    following = jump(connection)
    assert following["index"] == kept
    connection.send(json.dumps({"type": "close"}))
    assert list(read_events(client, analysis_id))[-1]["event"] == "analysis.completed"
    document = client.get(f"/api/v1/analyses/{analysis_id}/result.json").json()
    assert document["trials"][: kept + 1] == [*again["trials"], following]
    assert database.execute("SELECT attempt, crashes FROM analyses WHERE id = %s", [analysis_id]).fetchone() == (2, 1)
    wait_until(lambda: not is_kept())
    wait_until(lambda: is_ready(topology, process))
