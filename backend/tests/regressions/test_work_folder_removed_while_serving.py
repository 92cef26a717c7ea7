"""A work folder that a cleaner removed made every request a 500, and /ready told an answer up to a minute old."""

import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from stand_in import HERE, install_stub, running_server, small_settings, video_bytes

from kinemotion_backend.app import create_app
from kinemotion_backend.workspace import MARKER, Workspace, open_workspace


@pytest.mark.parametrize("removed", ["everything", "the server's folder", "the marker"])
def test_the_folder_is_made_again(tmp_path: Path, removed: str) -> None:
    with running_server(tmp_path, engine=install_stub(tmp_path / "engine")) as server:
        [folder] = server.work_dir.iterdir()
        if removed == "the marker":
            (folder / MARKER).unlink()
        else:
            shutil.rmtree(server.work_dir if removed == "everything" else folder)
        assert server.analyze(video_bytes()).status_code == 200
        assert server.get("/ready").status_code == 200
        with open_workspace(server.work_dir):  # another server does not take the folder for an abandoned one
            assert folder.is_dir()
    assert not list(server.work_dir.iterdir())


def test_ready_follows_the_engine(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    with TestClient(create_app(small_settings(tmp_path, kinemotion_cli=str(engine))), client=HERE) as client:
        assert client.get("/ready").status_code == 200
        engine.rename(tmp_path / "moved")
        gone = client.get("/ready")
        (tmp_path / "moved").rename(engine)
        assert client.get("/ready").status_code == 200
    assert (gone.status_code, gone.json()["code"]) == (503, "engine_unusable")


def test_ready_follows_what_interprets_the_engine(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    interpreter = tmp_path / "python"
    interpreter.write_text('#!/bin/sh\nexec python3 -S "$@"\n')
    interpreter.chmod(0o755)
    lines = engine.read_text().splitlines()
    engine.write_text("\n".join([f"#!{interpreter}", *lines[1:]]))
    with TestClient(create_app(small_settings(tmp_path, kinemotion_cli=str(engine))), client=HERE) as client:
        assert client.get("/ready").status_code == 200
        interpreter.unlink()
        assert client.get("/ready").status_code == 503


def test_ready_follows_the_room_on_the_disk(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    full = small_settings(tmp_path, kinemotion_cli=str(engine), min_free_mb=10**9)
    with TestClient(create_app(full), client=HERE) as client:
        answers = [client.get("/ready"), client.post("/api/analyze", files={"video": video_bytes()})]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "saturated")] * 2
    assert all("retry-after" in answer.headers for answer in answers)


def test_a_folder_that_cannot_be_made_again_is_503(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine")
    with TestClient(create_app(small_settings(tmp_path, kinemotion_cli=str(engine))), client=HERE) as client:
        shutil.rmtree(tmp_path / "work")
        (tmp_path / "work").write_text("in the way")
        answers = [client.get("/ready"), client.post("/api/analyze", files={"video": video_bytes()})]
        (tmp_path / "work").unlink()
        assert client.get("/ready").status_code == 200
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(503, "saturated")] * 2
    assert str(tmp_path) not in answers[1].text


@pytest.mark.asyncio
async def test_a_folder_of_another_user_in_the_way_is_not_taken(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work")
    shutil.rmtree(workspace.path)
    (tmp_path / "elsewhere").mkdir()
    workspace.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Exception, match="cannot be stored"):
        async with workspace.temporary_folder("request"):
            pass
    assert not list((tmp_path / "elsewhere").iterdir())
    workspace.path.unlink()
    workspace.close()
