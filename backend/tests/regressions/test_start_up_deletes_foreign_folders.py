"""A start removed every folder named `server-*` in WORK_DIR, and WORK_DIR= meant the current folder."""

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stand_in import PATIENCE_S, install_stub, running_server

from kinemotion_backend import workspace
from kinemotion_backend.workspace import MARKER, MARKER_TEXT, PREFIX, UnusableWorkFolder, open_workspace


def start(place: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Start a server that is expected to refuse to, in the folder."""
    environment = {"KINEMOTION_CLI": str(install_stub(place / "engine")), "BIND_PORT": "0", **settings}
    return subprocess.run(
        [sys.executable, "-m", "kinemotion_backend"],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_an_empty_folder_name_is_refused_and_nothing_removed(tmp_path: Path) -> None:
    (tmp_path / "server-side").mkdir()
    ended = start(tmp_path, WORK_DIR="")
    assert ended.returncode != 0
    assert ended.stderr.strip() == "The settings are not valid: WORK_DIR: Value error, must not be empty."
    assert (tmp_path / "server-side").is_dir()


@pytest.mark.parametrize("name", ["server-side", f"{PREFIX}files", f"{PREFIX}app"])
def test_folders_and_files_of_others_stay_and_get_no_lock(tmp_path: Path, name: str) -> None:
    work = tmp_path / "work"
    (work / name).mkdir(parents=True)
    (work / name / "thesis.txt").write_text("mine")
    (work / f"{name}.txt").write_text("mine too")
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine")) as server:
        assert server.get("/health").status_code == 200
    assert [path.name for path in (work / name).iterdir()] == ["thesis.txt"]
    assert (work / f"{name}.txt").read_text() == "mine too"


@pytest.mark.parametrize("marker", ["other text", "link", "pipe", "folder"])
def test_a_marker_that_is_not_ours_marks_nothing(tmp_path: Path, marker: str) -> None:
    folder = tmp_path / f"{PREFIX}x"
    folder.mkdir()
    match marker:
        case "other text":
            (folder / MARKER).write_text("other text")
        case "link":
            (folder / MARKER).symlink_to("/etc/hostname")
        case "pipe":
            subprocess.run(["mkfifo", folder / MARKER], check=True)
        case _:
            (folder / MARKER).mkdir()
    with open_workspace(tmp_path):
        assert folder.is_dir()


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / MARKER).write_text("Folder of a running kinemotion-backend. The service removes it.\n")
    work = tmp_path / "work"
    work.mkdir()
    (work / f"{PREFIX}link").symlink_to(precious)
    with open_workspace(work):
        assert precious.is_dir()


def test_a_marker_with_our_text_that_is_no_file_marks_nothing(tmp_path: Path) -> None:
    folder = tmp_path / f"{PREFIX}x"
    folder.mkdir()
    os.mkfifo(folder / MARKER)
    pipe = os.open(folder / MARKER, os.O_RDWR)
    try:
        os.write(pipe, MARKER_TEXT)
        with open_workspace(tmp_path):
            assert folder.is_dir()
    finally:
        os.close(pipe)


def become_another_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that there is belongs to somebody else from now on."""
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)


def test_a_folder_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    become_another_user(monkeypatch)
    with pytest.raises(UnusableWorkFolder, match="belongs to another user"), open_workspace(tmp_path):
        pass


def test_what_another_user_left_in_a_shared_folder_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o1777)
    folder = tmp_path / f"{PREFIX}theirs"
    folder.mkdir()
    (folder / MARKER).write_bytes(MARKER_TEXT)
    become_another_user(monkeypatch)
    with open_workspace(tmp_path):
        assert folder.is_dir()


def test_a_disk_that_is_full_at_start_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int, _content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", fail)
    with pytest.raises(UnusableWorkFolder, match="cannot be used: No space left"), open_workspace(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_that_another_program_holds_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "LOCK_WAIT_S", 0.1)
    held = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(UnusableWorkFolder, match="is locked by another program"), open_workspace(tmp_path):
            pass
    finally:
        os.close(held)


@pytest.mark.parametrize("obstacle", ["link", "file", "read-only", "no place for folders"])
def test_a_folder_that_cannot_be_used_is_said_in_one_line(tmp_path: Path, obstacle: str) -> None:
    work = tmp_path / "work"
    match obstacle:
        case "link":
            (tmp_path / "real").mkdir()
            work.symlink_to(tmp_path / "real")
        case "file":
            work.write_text("")
        case "read-only":
            work = Path("/proc/work")
        case _:
            work = Path("/proc")
    with pytest.raises(UnusableWorkFolder, match="WORK_DIR="), open_workspace(work):
        pass
    ended = start(tmp_path, WORK_DIR=str(work))
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    [line] = ended.stderr.strip().splitlines()
    assert line.startswith(f"The service does not start: WORK_DIR={work} ")
