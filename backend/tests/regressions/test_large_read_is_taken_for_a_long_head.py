"""An event loop that reads 256 kB at once brings head and body of an upload together: it was refused with 431."""

from pathlib import Path

from stand_in import install_stub, running_server, video_bytes


def test_an_upload_that_comes_at_once_is_taken(tmp_path: Path) -> None:
    video = video_bytes(padding="x" * 3_000_000)
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine")) as server:
        answers = [server.analyze(video) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
