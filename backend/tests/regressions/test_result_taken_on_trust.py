"""A result of another contract, of another movement or without finite numbers passed; a pipe for a result hung."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from fastapi.testclient import TestClient
from stand_in import HERE, PATIENCE_S, UNHURRIED, WRAPPERS, eventually, measure, small_settings, video_bytes

from kinemotion_backend.adapters import process
from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.stream_records import read_line
from kinemotion_backend.app import create_app
from kinemotion_backend.errors import EngineCrashed, EngineUnusable

MakeVideo = Callable[..., Path]


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["2.0", "banana", "1", "1.x", "", "01.0", "1.0.0", " 1.0"])
async def test_a_foreign_contract_is_refused(stub: Path, make_video: MakeVideo, version: str) -> None:
    with pytest.raises(EngineUnusable, match=r"reads contract 1\.x"):
        await measure(
            KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(document={"schema_version": version})
        )


@pytest.mark.asyncio
@pytest.mark.parametrize("movement", ["golf", "dropjump", ""])
async def test_another_movement_is_refused(stub: Path, make_video: MakeVideo, movement: str) -> None:
    with pytest.raises(EngineCrashed, match="another movement"):
        await measure(KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(document={"movement": movement}))


@pytest.mark.asyncio
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 310, "-" + "9" * 4000])
@pytest.mark.parametrize("place", ['"{0}": {1}, "data"', '"from_the_future": {{"a": [{1}]}}, "data"'])
async def test_a_number_that_is_not_finite_is_refused_in_every_field(
    stub: Path, make_video: MakeVideo, number: str, place: str
) -> None:
    text = (Path(__file__).parents[1] / "documents" / "cmj.json").read_text("utf-8")
    broken = text.replace('"data"', place.format("new_metric_m", number), 1)
    with pytest.raises(EngineCrashed):
        await measure(KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(text=broken))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_live_event_with_a_number_that_is_not_finite_is_none(number: str) -> None:
    assert read_line(b'{"event": "state", "height_so_far_m": 0.1}') is not None
    assert read_line(f'{{"event": "state", "people": [{{"x": {number}}}]}}'.encode()) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("result", ["pipe", "device", "folder"])
async def test_a_result_that_is_no_file_is_refused_at_once(stub: Path, make_video: MakeVideo, result: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(EngineCrashed):
            await measure(KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(result=result))


def find_daemons(name: str) -> list[psutil.Process]:
    """The sleeping processes of that name, except what holds a namespace."""
    found: list[psutil.Process] = []
    for candidate in psutil.process_iter(["cmdline", "name", "status"]):
        info: dict[str, Any] = candidate.info
        if name in " ".join(info["cmdline"] or []) and info["name"] not in WRAPPERS:
            found.append(candidate)
    return [daemon for daemon in found if daemon.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.asyncio
@pytest.mark.parametrize("isolated", [True, False])
async def test_a_child_in_a_session_of_its_own_does_not_outlive_the_engine(
    stub: Path, make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, isolated: bool
) -> None:
    if not isolated:
        monkeypatch.setattr(process, "find_isolation", tuple)
    name = f"daemon-{os.getpid()}-{tmp_path.name}"
    await measure(KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(daemon=True, name=name))
    assert eventually(lambda: not find_daemons(name))


@pytest.mark.asyncio
async def test_where_there_is_a_namespace_no_child_can_hide(stub: Path, make_video: MakeVideo, tmp_path: Path) -> None:
    if not process.find_isolation():
        pytest.skip("this machine allows no pid namespace")
    name = f"daemon-{os.getpid()}-{tmp_path.name}"
    await measure(
        KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(daemon="without environment", name=name)
    )
    assert eventually(lambda: not find_daemons(name))


def test_an_engine_that_cannot_write_is_503(tmp_path: Path, stub: Path) -> None:
    error = {"code": "output_not_writable", "message": "No space left on /srv.", "retryable": True}
    with TestClient(create_app(small_settings(tmp_path, kinemotion_cli=str(stub))), client=HERE) as client:
        answer = client.post("/api/analyze", files={"video": video_bytes(status=7, error=error)})
    assert (answer.status_code, answer.json()["code"]) == (503, "output_not_writable")
    assert answer.headers["retry-after"]
    assert "/srv" not in answer.text
