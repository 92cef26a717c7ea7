"""The work folder: one for each server; what killed servers left is removed."""

import subprocess
import sys
from pathlib import Path

import pytest
from stand_in import PATIENCE_S

from kinemotion_backend.workspace import MARKER, MARKER_TEXT, PREFIX, Workspace, open_workspace, temporary_folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def abandoned_folder(root: Path, name: str = f"{PREFIX}dead") -> Path:
    """What a killed server leaves behind."""
    folder = root / name
    (folder / "request-1").mkdir(parents=True)
    (folder / "request-1" / "video").write_bytes(b"x" * 1000)
    (folder / MARKER).write_bytes(MARKER_TEXT)
    return folder


def test_is_removed_at_the_end(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "work") as workspace:
        (workspace.path / "rubbish").write_text("x")
    assert names(tmp_path / "work") == set()


def test_removes_what_killed_servers_left_and_spares_running_ones(tmp_path: Path) -> None:
    abandoned_folder(tmp_path)
    with open_workspace(tmp_path) as first, open_workspace(tmp_path) as second:
        assert names(tmp_path) == {first.path.name, second.path.name}


def test_kills_what_still_works_for_a_killed_server(tmp_path: Path) -> None:
    folder = abandoned_folder(tmp_path)
    orphan, other = (
        subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"], env={"TMPDIR": str(place)})
        for place in (folder / "run-1", tmp_path / f"{PREFIX}dead-too")
    )
    try:
        with open_workspace(tmp_path):
            assert orphan.wait(PATIENCE_S) == -9
            assert other.poll() is None
    finally:
        other.kill()
        other.wait()


@pytest.mark.asyncio
async def test_a_request_leaves_nothing(tmp_path: Path) -> None:
    async def fail() -> None:
        async with temporary_folder("request", parent=tmp_path) as folder:
            (folder / "video").touch()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert names(tmp_path) == set()


@pytest.mark.asyncio
async def test_a_folder_of_the_workspace_lies_in_it(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        async with workspace.temporary_folder("request") as folder:
            assert folder.parent == workspace.path
        assert names(workspace.path) == {MARKER}


def test_two_servers_that_start_at_once_do_not_remove_each_other(tmp_path: Path) -> None:
    workspaces = [Workspace(tmp_path) for _ in range(5)]
    assert len(names(tmp_path)) == 5
    for workspace in workspaces:
        workspace.close()
