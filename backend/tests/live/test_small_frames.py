"""A quarter of a million empty WebSocket frames were parsed in one turn: /health waited for half a minute."""

from contextlib import suppress
from pathlib import Path

import pytest
from live.live_client import LANDMARKS, connected, frame, hear, read_end
from stand_in import Server, install_stub, running_server
from websockets.sync.client import ClientConnection

from kinemotion_backend.api.websockets import MAX_FRAMES
from kinemotion_backend.live.closing import CloseCode

MASK = b"\0\0\0\0"
FIRST_FRAGMENT = b"\x02\x80" + MASK
FLOODS = {
    "pings": b"\x89\x80" + MASK,
    "pongs": b"\x8a\x80" + MASK,
    "fragments": b"\x00\x80" + MASK,
    "messages": b"\x82\x80" + MASK,
}
FRAMES = 250_000


def flood(connection: ClientConnection, name: str) -> None:
    """Send the frames past the client, which would never write them; it reads on meanwhile."""
    opening = FIRST_FRAGMENT if name == "fragments" else b""
    with suppress(OSError):  # the service has closed the connection
        connection.socket.sendall(opening + FLOODS[name] * FRAMES)


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_small_frames_ends_the_connection(tmp_path: Path, name: str) -> None:
    """Without a bound the service parses them all, in some seconds; its start took about 1.5 s of work."""
    engine = install_stub(tmp_path / "engine")
    with running_server(tmp_path, engine=engine, STREAM_ENGINES="1") as server:
        before_s = server.measure_cpu_s()
        with connected(server) as connection:
            flood(connection, name)
            assert read_end(connection)[1] in {CloseCode.MALFORMED, None}  # None: reset before the code was read
        assert server.measure_cpu_s() - before_s < before_s / 1.5
        assert server.get("/health").status_code == 200


def test_a_message_has_an_end(live_server: Server) -> None:
    """Its fragments are counted, however slowly they come."""
    with connected(live_server) as connection:
        connection.socket.sendall(FIRST_FRAGMENT)
        for _ in range(MAX_FRAMES + 1):
            connection.socket.sendall(FLOODS["fragments"])
        assert read_end(connection)[1] == CloseCode.MALFORMED


def test_landmarks_that_have_waited_are_taken(live_server: Server) -> None:
    """A read full of frames of the smallest size that a client has to send is not too many."""
    with connected(live_server, "/ws/analyze?movement=cmj") as connection:
        hear(connection, "ready")
        connection.socket.sendall(b"".join(mask(frame(number, fill=" " * 480)) for number in range(2000)))
        hear(connection, "state")
        connection.send('{"type": "close"}')
        messages, code = read_end(connection)
    assert (messages[-1]["received"], code) == (2000, CloseCode.DONE)


def mask(message: bytes) -> bytes:
    """The frame of a message."""
    assert 126 <= len(message) < 2**16
    assert message[1] == LANDMARKS
    return b"\x82\xfe%b%b%b" % (len(message).to_bytes(2, "big"), MASK, message)
