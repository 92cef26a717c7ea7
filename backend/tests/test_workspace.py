"""The work folder: one for each server, swept of the dead."""

import subprocess
import sys
from pathlib import Path

import pytest
from stand_in import PATIENCE_S

from kinemotion_backend.workspace import temporary_folder, workspace


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def test_is_removed_at_the_end(tmp_path: Path) -> None:
    with workspace(tmp_path / "work") as folder:
        (folder / "rubbish").write_text("x")
    assert names(tmp_path / "work") == set()


def test_sweeps_the_dead_and_spares_the_living(tmp_path: Path) -> None:
    dead = tmp_path / "server-dead" / "request-1"
    dead.mkdir(parents=True)
    (dead / "video").write_bytes(b"x" * 1000)
    with workspace(tmp_path) as first, workspace(tmp_path) as second:
        assert names(tmp_path) == {first.name, second.name}


def test_a_server_that_ends_meanwhile_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def seen_before_it_went(folder: Path, _pattern: str) -> list[Path]:
        return [folder / "server-gone"]

    monkeypatch.setattr(Path, "glob", seen_before_it_went)
    with workspace(tmp_path) as folder:
        assert names(tmp_path) == {folder.name}


def test_ends_what_still_works_for_the_dead(tmp_path: Path) -> None:
    folder = tmp_path / "server-dead"
    folder.mkdir()
    orphan, other = (
        subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"], env={"TMPDIR": str(place)})
        for place in (folder / "run-1", tmp_path / "server-dead-too")
    )
    try:
        with workspace(tmp_path):
            assert orphan.wait(PATIENCE_S) == -9
            assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(PermissionError), workspace(tmp_path / "link"):
        pass


@pytest.mark.asyncio
async def test_a_request_leaves_nothing(tmp_path: Path) -> None:
    async def fail() -> None:
        async with temporary_folder("request", parent=tmp_path) as folder:
            (folder / "video").touch()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert names(tmp_path) == set()
