"""What hostile or careless clients do to the service, for a minute or less: ``python abuses.py NAME PORT``."""

import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx2
from stand_in import video_bytes

MEBIBYTE = 1024 * 1024
GONE = (OSError, httpx2.HTTPError)
"""How a client notices that the service has refused it: that is no failure here."""
HEAD = "POST /api/analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
CHUNKED = (HEAD + "Transfer-Encoding: chunked\r\n\r\n").encode()
OPENING = b'--b\r\nContent-Disposition: form-data; name="video"; filename="v"\r\n\r\n' + video_bytes()


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def as_chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


def post(port: int, video: bytes, **headers: str) -> int:
    """Status of the answer; 0 where there was none."""
    with suppress(*GONE):
        url = f"http://127.0.0.1:{port}/api/analyze"
        answer = httpx2.post(url, files={"video": video}, data={"jump_type": "cmj"}, headers=headers, timeout=120)
        return answer.status_code
    return 0


def send_tiny_chunks(port: int) -> None:
    """300,000 chunks of one byte."""
    with suppress(*GONE), connect(port) as client:
        client.sendall(CHUNKED + as_chunk(OPENING) + b"1\r\nx\r\n" * 300_000)
        client.recv(100)


def trickle(port: int) -> None:
    """A byte each half second: a client that wants to keep its place."""
    with suppress(*GONE), connect(port) as client:
        client.sendall(CHUNKED + as_chunk(OPENING))
        for _ in range(20):
            client.sendall(b"1\r\nx\r\n")
            time.sleep(0.5)


def idle(port: int) -> None:
    """A hundred connections that never ask."""
    clients: list[socket.socket] = []
    with suppress(*GONE):
        clients.extend(connect(port) for _ in range(100))
    time.sleep(6)
    for client in clients:
        client.close()


def stream_without_end(port: int) -> None:
    """Up to 600 MiB without a length."""
    chunk = as_chunk(b"x" * MEBIBYTE)
    with suppress(*GONE), connect(port) as client:
        client.sendall(CHUNKED + as_chunk(OPENING))
        for _ in range(600):
            client.sendall(chunk)


def ask_from_another_site(port: int) -> None:
    """A page of somebody else's that sends small uploads."""
    for _ in range(40):
        post(port, video_bytes(), Origin="https://evil.example", **{"Sec-Fetch-Site": "cross-site"})


def send_many_parts(port: int) -> None:
    """Forms of ten thousand fields."""
    field = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    body = field * 10_000 + b"--b--\r\n"
    for _ in range(10):
        with suppress(*GONE), connect(port) as client:
            client.sendall((HEAD + f"Content-Length: {len(body)}\r\n\r\n").encode() + body)
            client.recv(100)


def send_endless_head(port: int) -> None:
    """Headers that do not end."""
    with suppress(*GONE), connect(port) as client:
        client.sendall(b"GET /health HTTP/1.1\r\n")
        for number in range(200_000):
            client.sendall(b"X-%d: %s\r\n" % (number, b"y" * 1000))


def ask_for_nothing(port: int) -> None:
    """Unknown paths, one of them with a terminal's escape codes."""
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as client:
        for number in range(300):
            with suppress(*GONE):
                client.get(f"/%1b[31mred/{number}")


def upload_properly(port: int) -> None:
    """40 MiB, analysed."""
    for _ in range(2):
        post(port, video_bytes(sleep_s=0.5, noise_lines=20_000) + b" " * (40 * MEBIBYTE))


def ask_fifty_times_at_once(port: int) -> None:
    """More requests than there are places."""
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(post, [port] * 12, [video_bytes(sleep_s=0.5)] * 12))


def receive_large_documents(port: int) -> None:
    """Results near the size that is still taken."""
    for _ in range(3):
        post(port, video_bytes(document={"filler": [0.123456789] * 290_000}))


def speak_nonsense(port: int) -> None:
    """Bytes that are no HTTP."""
    for _ in range(100):
        with suppress(*GONE), connect(port) as client:
            client.sendall(b"\x16\x03\x01" + bytes(range(256)) * 40)
            client.recv(100)


def nothing(port: int) -> None:
    """The service is left alone: what /health takes by itself."""
    time.sleep(5)


ABUSES: dict[str, Callable[[int], None]] = {
    abuse.__name__: abuse
    for abuse in (
        nothing,
        send_tiny_chunks,
        trickle,
        idle,
        stream_without_end,
        ask_from_another_site,
        send_many_parts,
        send_endless_head,
        ask_for_nothing,
        upload_properly,
        ask_fifty_times_at_once,
        receive_large_documents,
        speak_nonsense,
    )
}

if __name__ == "__main__":
    ABUSES[sys.argv[1]](int(sys.argv[2]))
