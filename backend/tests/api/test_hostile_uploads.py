"""A running service under hostile uploads: each gets a clean answer, and nothing stays behind."""

import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil
import pytest
from stand_in import PATIENCE_S, Server, eventually, install_stub, running_server, video_bytes

BOUNDARY = "a-boundary"
MEBIBYTE = 1024 * 1024


def field(name: str, value: str) -> bytes:
    """One field of a form, byte for byte."""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def form(video: bytes, *, filename: str = "clip.mp4", jump_type: str = "cmj", more: bytes = b"") -> bytes:
    """A form with the movement and the video, byte for byte."""
    opening = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="video"; filename="{filename}"\r\n\r\n'
    return field("jump_type", jump_type) + more + opening.encode() + video + f"\r\n--{BOUNDARY}--\r\n".encode()


def head(length: int | None, *, boundary: str = BOUNDARY) -> bytes:
    """The request's head; with chunked encoding where the length is None."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    return (
        f"POST /api/analyze HTTP/1.1\r\nHost: localhost\r\n{size}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n"
    ).encode()


def answer(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Status and problem of the answer on the connection."""
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, json.loads(response.read())


def descriptors(server: Server) -> int:
    """Open descriptors of the server, without those of the records: their pool keeps a few connections for later."""
    process = psutil.Process(server.process.pid)
    return process.num_fds() - sum("records.sqlite" in file.path for file in process.open_files())


@pytest.fixture(autouse=True)
def nothing_stays_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test of a server: no file, no process, no descriptor more than before, and the service is alive."""
    name = next((name for name in ("server", "impatient_server") if name in request.fixturenames), None)
    if name is None:
        yield
        return
    server: Server = request.getfixturevalue(name)
    server.get("/health")
    before = descriptors(server)
    yield
    assert eventually(lambda: not server.leftovers())
    assert eventually(lambda: not server.children())
    assert eventually(lambda: descriptors(server) <= before), f"{descriptors(server)} descriptors, {before} before"
    assert server.get("/health").status_code == 200


ZIP = b"PK\x03\x04" + b"\0" * 4096


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param(form(b""), 415, "unsupported_media", id="empty file"),
        pytest.param(form(ZIP), 415, "unsupported_media", id="zip renamed"),
        pytest.param(form(b"ffconcat version 1.0\nfile /etc/passwd\n"), 415, "unsupported_media", id="playlist"),
        pytest.param(form(b"#EXTM3U\n/etc/passwd\n"), 415, "unsupported_media", id="HLS playlist"),
        pytest.param(form(video_bytes(), filename="../../../etc/cron.d/x"), 200, None, id="path traversal name"),
        pytest.param(form(video_bytes(), filename="a\\..\\b\0.mp4"), 200, None, id="name with a zero byte"),
        pytest.param(form(video_bytes())[:-20], 400, "malformed_upload", id="cut off"),
        pytest.param(form(video_bytes()) + b"epilogue", 200, None, id="something after the end"),
        pytest.param(b"", 400, "malformed_upload", id="no body"),
        pytest.param(b"not a form", 400, "malformed_upload", id="no form"),
        pytest.param(f"--{BOUNDARY}--\r\n".encode(), 400, "malformed_upload", id="empty form"),
        pytest.param(form(video_bytes(), jump_type="x" * 5000), 400, "malformed_upload", id="huge field"),
        pytest.param(form(video_bytes(), jump_type="--help"), 422, "unknown_movement", id="movement like a flag"),
        pytest.param(form(video_bytes(), jump_type="cmj\0"), 422, "unknown_movement", id="movement with a zero byte"),
        pytest.param(
            form(video_bytes(), jump_type="dropjump", more=field("drop_height_m", "0.4\0")),
            422,
            "invalid_option",
            id="option with a zero byte",
        ),
        pytest.param(
            form(video_bytes(), more=field("jump_type", "dropjump")), 400, "malformed_upload", id="field sent twice"
        ),
        pytest.param(form(video_bytes(), filename="x" * 100_000), 400, "malformed_upload", id="endless header"),
    ],
)
def test_a_hostile_form_gets_a_clean_answer(server: Server, body: bytes, status: int, code: str | None) -> None:
    with server.connect() as connection:
        connection.sendall(head(len(body)) + body)
        told_status, problem = answer(connection)
    assert (told_status, problem.get("code")) == (status, code), problem
    problem.pop("document", None)  # where the stand-in tells what it was given
    assert str(server.work_dir) not in json.dumps(problem)


def test_many_parts_are_refused(server: Server) -> None:
    parts = b"".join(field(f"a{number}", "b") for number in range(1000))
    with server.connect() as connection:
        connection.sendall(head(len(parts)) + parts)
        status, problem = answer(connection)
    assert (status, problem["code"]) == (400, "malformed_upload")


def test_an_endless_boundary_is_refused(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(head(0, boundary="b" * 5000))
        status, problem = answer(connection)
    assert (status, problem["code"]) == (400, "malformed_upload")


def test_an_announced_giant_is_refused_before_it_is_read(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(head(600 * MEBIBYTE))
        status, problem = answer(connection)
    assert (status, problem["code"]) == (413, "upload_too_large")


@pytest.mark.parametrize(
    ("start", "filler"),
    [
        pytest.param(form(video_bytes() + b" " * 1000).partition(f"\r\n--{BOUNDARY}--".encode())[0], b"x", id="video"),
        pytest.param(b"\r\n", b"\r\n", id="before the form"),
        pytest.param(form(video_bytes()), b"x", id="after the form"),
    ],
)
def test_an_endless_stream_is_cut_off(server: Server, start: bytes, filler: bytes) -> None:
    """600 MiB in chunks without a length: refused soon after the limit of 2 MiB."""
    chunk = b"10000\r\n" + filler * (0x10000 // len(filler)) + b"\r\n"
    sent = 0
    with server.connect() as connection:
        connection.sendall(head(None) + f"{len(start):x}\r\n".encode() + start + b"\r\n")
        try:
            while sent < 600 * MEBIBYTE:
                connection.sendall(chunk)
                sent += 0x10000
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert 2 * MEBIBYTE <= sent < 32 * MEBIBYTE


def test_a_video_just_within_the_limit_is_taken(server: Server) -> None:
    video = video_bytes()
    assert server.analyze(video + b" " * (2 * MEBIBYTE - len(video))).status_code == 200
    assert server.analyze(video + b" " * (2 * MEBIBYTE - len(video) + 1)).status_code == 413


def test_a_client_that_pauses_is_sent_away(impatient_server: Server) -> None:
    body = form(video_bytes())
    with impatient_server.connect() as connection:
        connection.sendall(head(len(body)) + body[:100])
        status, problem = answer(connection)
    assert (status, problem["code"]) == (408, "upload_too_slow")


def test_a_client_that_leaves_mid_upload_leaves_nothing(server: Server) -> None:
    body = form(video_bytes() + b" " * MEBIBYTE)
    with server.connect() as connection:
        connection.sendall(head(len(body)) + body[: MEBIBYTE // 2])
        assert eventually(lambda: bool(server.leftovers()))


def test_a_client_that_leaves_mid_analysis_ends_the_engine(server: Server) -> None:
    body = form(video_bytes(sleep_s=600, child=True, ignore_term=True))
    with server.connect() as connection:
        connection.sendall(head(len(body)) + body)
        assert eventually(lambda: len(server.children()) == 2)
    gone, in_trouble = server.find_log_lines(status=499), server.find_log_lines(level="error")
    assert eventually(lambda: not server.children())
    assert eventually(lambda: len(server.find_log_lines(status=499)) == len(gone) + 1)
    assert server.find_log_lines(level="error") == in_trouble  # it is no failure of ours


def test_an_engine_that_hangs_is_ended(impatient_server: Server) -> None:
    answer = impatient_server.analyze(video_bytes(sleep_s=600, child=True, ignore_term=True))
    assert (answer.status_code, answer.json()["code"]) == (504, "analysis_timeout")


def test_an_engine_killed_mid_analysis_is_a_typed_error(server: Server) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(server.analyze, video_bytes(sleep_s=600))
        assert eventually(lambda: bool(server.children()))
        server.children()[0].kill()
        answer = waiting.result()
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (500, "engine_crashed", True)


def test_fifty_at_once_are_served_or_told_to_come_back(server: Server) -> None:
    """Two of four places for one address: nobody waits for ever, each gets a result or is told when to come back."""
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(server.analyze, [video_bytes(sleep_s=1)] * 50))
    statuses = [answer.status_code for answer in answers]
    assert {200} < set(statuses) <= {200, 429, 503}
    assert statuses.count(200) >= 2
    assert all(answer.headers["retry-after"] for answer in answers if answer.status_code != 200)


def test_a_client_gets_its_share_of_the_places(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, MAX_REQUESTS_A_CLIENT="1") as server, ThreadPoolExecutor(1) as pool:
        first = pool.submit(server.analyze, video_bytes(sleep_s=600))
        assert eventually(lambda: bool(server.children()))
        second = server.analyze(video_bytes())
        assert (second.status_code, second.json()["code"]) == (429, "too_many_at_once")
        assert int(second.headers["retry-after"]) > 0
        server.children()[0].kill()
        assert first.result().status_code == 500
        assert server.analyze(video_bytes()).status_code == 200


def test_the_log_has_one_line_a_request_and_no_path_of_the_machine_reaches_the_client(server: Server) -> None:
    request_id = "the-one-to-find"
    answer = httpx2.post(
        f"{server.url}/api/analyze",
        files={"video": ("clip.mp4", video_bytes(status=3, error={"code": "video_unreadable", "message": "No."}))},
        data={"jump_type": "cmj"},
        headers={"X-Request-ID": request_id},
        timeout=PATIENCE_S,
    )
    assert answer.status_code == 422
    assert str(server.work_dir) not in answer.text
    assert eventually(lambda: len(server.find_log_lines(request_id=request_id)) == 2)
    refused, line = server.find_log_lines(request_id=request_id)
    assert (refused["event"], refused["code"], refused["message"]) == ("engine_refused", "video_unreadable", "No.")
    assert (line["event"], line["status"], line["path"]) == ("request", 422, "/api/analyze")
