"""A path with escape sequences coloured, moved and erased the operator's terminal; no line named the client."""

import http.client
from pathlib import Path

import pytest
import structlog
from stand_in import Server, eventually, install_stub, running_server

from kinemotion_backend.logging_config import configure_logging
from kinemotion_backend.settings import Settings

EVIL = "\x1b[31mred\x1b]0;title\x07\r\x9b2J\u202eevil\u2028line"


def ask(server: Server, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()


def test_a_path_is_written_out(tmp_path: Path) -> None:
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine"), JSON_LOGS="false") as server:
        ask(server, "/%1b[31mred%0d%0a%9b2J%07")
        assert eventually(lambda: b"[31mred" in server.log.read_bytes())
    log = server.log.read_bytes()
    assert b"\\x1b[31mred" in log
    assert not set(log) & (set(range(0x20)) - {0x0A}) | set(log) & {0x7F}


def test_access_lines_name_the_client(server: Server) -> None:
    ask(server, "/who")
    assert eventually(lambda: bool(server.find_log_lines(path="/who")))
    assert server.find_log_lines(path="/who")[0]["client"] == "127.0.0.1"


@pytest.mark.parametrize("place", ["event", "value", "name", "exception", "object"])
def test_every_part_of_a_line_is_written_out(capsys: pytest.CaptureFixture[str], place: str) -> None:
    configure_logging(Settings())
    log = structlog.stdlib.get_logger("any")
    match place:
        case "event":
            log.info(EVIL)
        case "value":
            log.info("event", path=EVIL)
        case "name":
            log.info("event", **{EVIL: 1})
        case "object":
            log.info("event", things=[EVIL, Path(EVIL)])
        case _:
            try:
                int(EVIL)
            except ValueError:
                log.exception("failed")
    written = capsys.readouterr().err
    assert "31mred" in written
    assert all(letter.isprintable() or letter == "\n" for letter in written)
