"""A result of another contract, of another movement or without finite numbers passed; a pipe for a result hung."""

import asyncio
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from fastapi.testclient import TestClient
from stand_in import (
    HERE,
    PATIENCE_S,
    UNHURRIED,
    WRAPPERS,
    eventually,
    install_stub,
    measure,
    small_settings,
    video_bytes,
)

from kinemotion_backend.adapters import process
from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.engine_output import as_progress
from kinemotion_backend.adapters.stream_records import as_event, read_line
from kinemotion_backend.analyses.outcomes import find_recording_day
from kinemotion_backend.app import create_app
from kinemotion_backend.contract.documents import read_header
from kinemotion_backend.errors import EngineCrashed, EngineUnusable
from kinemotion_backend.live.messages import describe_state

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
@pytest.mark.parametrize(
    "order",
    [
        {"document": {"data": {"note": "a\0"}}},
        {"document": {"from_the_future": ["\0"]}},
        {"status": 3, "error": {"code": "nobody_visible", "message": "\0", "hint": ""}},
    ],
)
async def test_a_text_that_no_database_keeps_is_refused(
    stub: Path, make_video: MakeVideo, order: dict[str, Any]
) -> None:
    """On PostgreSQL the analysis was run again and again: neither its result nor its error could be stored."""
    with pytest.raises(EngineCrashed):
        await measure(KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(**order))


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


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 310, "9" * 5000])
def test_a_live_event_with_a_number_that_is_not_finite_is_none(number: str) -> None:
    assert read_line(b'{"event": "state", "height_so_far_m": 0.1}') is not None
    assert read_line(f'{{"event": "state", "people": [{{"x": {number}}}]}}'.encode()) is None


@pytest.mark.asyncio
@pytest.mark.parametrize("result", ["pipe", "device", "folder"])
async def test_a_result_that_is_no_file_is_refused_at_once(stub: Path, make_video: MakeVideo, result: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(EngineCrashed):
            await measure(KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(result=result))


@pytest.mark.asyncio
async def test_a_result_that_is_a_folder_leaves_no_file_open(stub: Path, make_video: MakeVideo) -> None:
    analyzer = KinemotionCLIAdapter(str(stub), limits=UNHURRIED)
    video, opened = make_video(result="folder"), list[int]()
    for _ in range(3):
        with pytest.raises(EngineCrashed):
            await measure(analyzer, video)
        opened.append(psutil.Process().num_fds())
    assert opened[0] == opened[-1]


LIVE: dict[str, str] = {
    "time stamp": '{"event": "state", "time_us": 9223372036854775808}',
    "time stamp in words": '{"event": "state", "time_us": "now"}',
    "trial without an index": '{"event": "trial", "time_us": 1, "trial": {"data": {}}}',
    "trial in a word": '{"event": "trial", "time_us": 1, "trial": "x"}',
    "dropped below zero": '{"event": "dropped", "frames": -5}',
    "dropped in words": '{"event": "dropped", "frames": "many"}',
    "error without a word": '{"event": "error"}',
    "error in a word": '{"event": "error", "error": "bad"}',
    "error with a code of its own kind": '{"event": "error", "error": {"code": "\\u001b[31m", "message": ""}}',
    "result in a word": '{"event": "closed", "frames": 1, "result": "x"}',
    "result of another kind": '{"event": "closed", "frames": 1, "result": {"data": [1]}}',
    "too deep": '{"event": "state", "people": ' + "[" * 100_000,
}


@pytest.mark.parametrize("name", LIVE)
def test_a_live_event_that_does_not_keep_the_contract_is_none(name: str) -> None:
    assert read_line(LIVE[name].encode()) is None


def test_a_live_event_cannot_pass_for_another_message() -> None:
    answer = read_line(b'{"event": "state", "session": 1, "time_us": 1, "type": "ready", "timestamp_ms": 7}')
    assert answer is not None
    event = as_event(answer[1])
    assert event is not None
    assert describe_state(event) == {"type": "state", "timestamp_ms": 0.001}


DOCUMENT = json.loads((Path(__file__).parents[1] / "documents" / "cmj.json").read_text("utf-8"))
METADATA = DOCUMENT["metadata"]


def make_metadata(**changes: Any) -> dict[str, Any]:
    return {"metadata": {**METADATA, **changes}}


@pytest.mark.parametrize(
    "changes",
    [
        {"video": {"recorded_at": "yesterday"}},
        {"video": {"recorded_at": "0000-00-00T00:00:00Z"}},
        {"video": {"recorded_at": 5}, "algorithm": None},
        {"video": [], "algorithm": {"settings": {"date": "2026-13-45"}}},
        {"video": None, "algorithm": {}, "processing": {**METADATA["processing"], "timestamp": "banana"}},
    ],
)
def test_a_result_whose_day_cannot_be_read_is_kept(changes: dict[str, Any]) -> None:
    """A camera without a clock made the analysis fail."""
    header = read_header(json.dumps({**DOCUMENT, **make_metadata(**changes)}).encode())
    stated = str(header.metadata.processing.timestamp)
    day = find_recording_day(header.metadata)
    assert stated == "banana" or day.isoformat() == stated[:10]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "processing",
    [
        {"version": "1\0"},
        {"version": "\x1b[31m"},
        {"version": "1" * 65},
        {"stages_s": [1]},
        {"stages_s": {"decode": "long"}},
    ],
)
async def test_a_result_that_says_nonsense_of_its_engine_is_refused(
    stub: Path, make_video: MakeVideo, processing: dict[str, Any]
) -> None:
    document = make_metadata(processing={**METADATA["processing"], **processing})
    with pytest.raises(EngineCrashed):
        await measure(KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(document=document))


@pytest.mark.asyncio
@pytest.mark.parametrize("code", ["", "\x1b[31m", "x" * 65, "Nobody visible", "a\0"])
async def test_an_error_whose_code_is_no_name_is_refused(stub: Path, make_video: MakeVideo, code: str) -> None:
    """It is a label of metrics."""
    video = make_video(status=3, error={"code": code, "message": "No.", "hint": ""})
    with pytest.raises(EngineCrashed):
        await measure(KinemotionCLIAdapter(str(stub), limits=UNHURRIED), video)


@pytest.mark.asyncio
async def test_a_contract_of_five_thousand_digits_is_a_foreign_one(tmp_path: Path) -> None:
    stub = install_stub(tmp_path / "engine", schema_version="1." + "1" * 5000)
    with pytest.raises(EngineUnusable):
        KinemotionCLIAdapter(str(stub), limits=UNHURRIED)


@pytest.mark.parametrize("done", ["-1", "2147483648", "1e999", '"1"', "null"])
def test_progress_that_no_record_can_keep_is_none(done: str) -> None:
    assert as_progress(f'{{"event": "progress", "done": {done}, "total": 5}}') is None


def test_stages_that_an_engine_invents_make_no_new_series(tmp_path: Path, stub: Path) -> None:
    stages = {"decode": 1.0, **{f"stage {number}": 1.0 for number in range(100)}}
    document = make_metadata(processing={**METADATA["processing"], "stages_s": stages})
    with TestClient(create_app(small_settings(tmp_path, kinemotion_cli=str(stub))), client=HERE) as client:
        assert client.post("/api/analyze", files={"video": video_bytes(document=document)}).status_code == 200
        found = re.findall(r'kinemotion_stage_duration_seconds_count{.*stage="(.*)"}', client.get("/metrics").text)
    assert found == ["decode"]


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
