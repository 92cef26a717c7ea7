"""The command as an analyzer: what it is given, what its failures become, and that nothing of it stays behind."""

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stand_in import PATIENCE_S, UNHURRIED, at_work, collect_of_refused, eventually, measure
from structlog.testing import capture_logs

from kinemotion_backend.adapters import cli_adapter, engine_output, process
from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.process import AUTOGROUP, ProcessLimits
from kinemotion_backend.contract.documents import AnalysisHeader, read_header
from kinemotion_backend.errors import (
    AnalysisError,
    AnalysisRefused,
    AnalysisTimeout,
    EngineCrashed,
    EngineFailed,
    EngineTemporarilyUnavailable,
    InvalidOptions,
    VideoTooLarge,
)
from kinemotion_backend.workspace import MARKER, Workspace

pytestmark = pytest.mark.asyncio

MakeVideo = Callable[..., Path]


@pytest.fixture
def hasty(stub: Path, workspace: Workspace) -> KinemotionCLIAdapter:
    """An adapter that waits for a second at most."""
    return KinemotionCLIAdapter(str(stub), limits=replace(UNHURRIED, timeout_s=1.0), workspace=workspace)


async def given_to_stub(adapter: KinemotionCLIAdapter, video: Path, **options: Any) -> dict[str, Any]:
    """What the stand-in was given."""
    document = await measure(adapter, video, "dropjump", quality="accurate", options=options)
    return json.loads(document.content)["metadata"]["stub"]


async def test_gives_arguments_that_cannot_become_others(adapter: KinemotionCLIAdapter, make_video: MakeVideo) -> None:
    seen = await given_to_stub(adapter, make_video(), mass_kg=80.5, note="--json=/etc/passwd")
    *before, _target, end, video = seen["arguments"]
    assert before == [
        "dropjump-analyze",
        "--quality",
        "accurate",
        "--lang",
        "en",
        "--mass=80.5",
        "--note=--json=/etc/passwd",
        "--progress",
        "json",
        "--json",
    ]
    assert (end, video) == ("--", "clip.mp4")


async def test_runs_beside_the_video_without_our_secrets(
    stub: Path, make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch, workspace: Workspace
) -> None:
    adapter = KinemotionCLIAdapter(str(stub), limits=ProcessLimits(timeout_s=PATIENCE_S), workspace=workspace)
    monkeypatch.setenv("API_KEY_PEPPER", "very secret")
    video = make_video()
    seen = await given_to_stub(adapter, video)
    assert seen["folder"] == str(video.parent)
    assert "very secret" not in seen["environment"].values()
    assert seen["environment"]["TMPDIR"].startswith(str(workspace.path))
    assert seen["nice"] >= 10
    assert seen["session_nice"] == (10 if AUTOGROUP.exists() else None)


async def test_leaves_nothing_behind(
    adapter: KinemotionCLIAdapter, hasty: KinemotionCLIAdapter, make_video: MakeVideo, workspace: Workspace
) -> None:
    await measure(adapter, make_video(), "cmj")
    with pytest.raises(EngineCrashed):
        await measure(adapter, make_video(kill=True), "cmj")
    with pytest.raises(AnalysisTimeout):
        await measure(hasty, make_video(sleep_s=30), "cmj")
    assert not temporary_folders(workspace)


REASON: dict[str, Any] = {"code": "no_such_event", "message": "So is /srv/video.", "values": {}}


def refusal(code: str) -> dict[str, Any]:
    hint = "Do otherwise."
    return {"code": code, "message": "So is /srv/video.", "hint": hint, "retryable": True, "reason": REASON}


@pytest.mark.parametrize(
    ("exit_status", "code", "kind"),
    [
        (3, "video_unreadable", AnalysisRefused),
        (3, "video_too_large", VideoTooLarge),
        (4, "nobody_visible", AnalysisRefused),
        (5, "slow_motion", AnalysisRefused),
    ],
)
async def test_passes_the_engines_refusal_on(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, exit_status: int, code: str, kind: type[AnalysisError]
) -> None:
    with pytest.raises(kind, match=r"So is /srv/video\.") as caught:
        await measure(adapter, make_video(status=exit_status, error=refusal(code)))
    refused = caught.value
    assert type(refused) is kind
    assert (refused.code, refused.hint, refused.retryable) == (code, "Do otherwise.", True)


@pytest.mark.parametrize("files", ["nothing", "pipe", "link", "folder"])
async def test_takes_only_files_of_a_refused_video(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, files: str
) -> None:
    assert await collect_of_refused(adapter, make_video(status=5, error=refusal("slow_motion"), files=files)) == []


async def test_limits_the_files_of_a_refused_video(stub: Path, make_video: MakeVideo) -> None:
    adapter = KinemotionCLIAdapter(str(stub), limits=replace(UNHURRIED, file_bytes=64 * 1024))
    refused = {"status": 5, "error": refusal("slow_motion")}
    assert await collect_of_refused(adapter, make_video(**refused)) == ["overlay", "report"]
    assert await collect_of_refused(adapter, make_video(**refused, file_repeats=100_000)) == []


@pytest.mark.parametrize("exit_status", [2, 6, 7, 70, 130])
async def test_shows_nothing_of_a_video_that_was_not_measured(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, exit_status: int
) -> None:
    assert await collect_of_refused(adapter, make_video(status=exit_status, error=refusal("other"))) == []


async def test_a_wrong_option_is_explained_for_clients_not_for_a_terminal(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo
) -> None:
    with pytest.raises(InvalidOptions) as caught:
        await measure(adapter, make_video(status=2, error=refusal("usage")))
    assert caught.value.hint == InvalidOptions.hint
    assert caught.value.reason == REASON


@pytest.mark.parametrize(
    ("exit_status", "code", "kind"),
    [
        (6, "model_problem", EngineTemporarilyUnavailable),
        (7, "output_not_writable", EngineTemporarilyUnavailable),
        (70, "internal_error", EngineFailed),
        (130, "interrupted", EngineTemporarilyUnavailable),
    ],
)
async def test_keeps_what_the_engine_says_of_this_machine(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, exit_status: int, code: str, kind: type[AnalysisError]
) -> None:
    with capture_logs() as logs, pytest.raises(kind) as caught:
        await measure(adapter, make_video(status=exit_status, error=refusal(code)))
    failed = caught.value
    assert failed.code == code
    assert "/srv/video" not in failed.message
    assert failed.hint != "Do otherwise."
    assert [line["message"] for line in logs] == ["So is /srv/video."]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param({"kill": True}, id="killed"),
        pytest.param({"status": 9, "text": ""}, id="a status without a word"),
        pytest.param({"text": ""}, id="success without a word"),
        pytest.param({"text": "<html>"}, id="no JSON"),
        pytest.param({"text": '{"schema_version": "1.0"}'}, id="not the contract"),
        pytest.param({"text": '{"schema_version": "1.0", "error": {"code": 1}}', "status": 5}, id="no error document"),
    ],
)
async def test_knows_a_crash(adapter: KinemotionCLIAdapter, make_video: MakeVideo, order: dict[str, Any]) -> None:
    with pytest.raises(EngineCrashed):
        await measure(adapter, make_video(**order), "cmj")


async def test_a_crash_leaves_its_last_words_in_the_log(adapter: KinemotionCLIAdapter, make_video: MakeVideo) -> None:
    with capture_logs() as logs, pytest.raises(EngineCrashed):
        await measure(adapter, make_video(noise_lines=1000, last_words="Segmentation fault", kill=True), "cmj")
    [crash] = [line for line in logs if line["event"] == "engine_crashed"]
    assert len(crash["last_lines"]) == process.LAST_LINES
    assert crash["last_lines"][-1].startswith("Segmentation fault")


async def test_reads_documents_off_the_event_loop(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = list[threading.Thread]()

    def noted(content: bytes) -> AnalysisHeader:
        threads.append(threading.current_thread())
        return read_header(content)

    monkeypatch.setattr(engine_output, "read_header", noted)
    await measure(adapter, make_video(), "cmj")
    assert threads
    assert threading.current_thread() not in threads


async def test_drains_both_pipes(adapter: KinemotionCLIAdapter, make_video: MakeVideo) -> None:
    result = await measure(adapter, make_video(noise_lines=400_000), "cmj")
    assert result.header.movement == "cmj"


def temporary_folders(workspace: Workspace) -> list[Path]:
    return [path for path in contents(workspace.path) if path.name != MARKER]


def contents(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize("order", [{}, {"ignore_term": True}, {"child": True}, {"child": True, "ignore_term": True}])
async def test_kills_the_whole_group_on_timeout(
    hasty: KinemotionCLIAdapter, make_video: MakeVideo, workspace: Workspace, order: dict[str, Any]
) -> None:
    with pytest.raises(AnalysisTimeout, match="longer than 1 s"):
        await measure(hasty, make_video(sleep_s=600, **order), "cmj")
    assert eventually(lambda: not at_work(workspace.path))


async def test_kills_the_whole_group_on_cancel(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, workspace: Workspace
) -> None:
    analysis = asyncio.create_task(measure(adapter, make_video(sleep_s=600, child=True, ignore_term=True), "cmj"))
    assert await asyncio.to_thread(eventually, lambda: len(at_work(workspace.path)) == 2)
    analysis.cancel()
    with pytest.raises(asyncio.CancelledError):
        await analysis
    assert eventually(lambda: not at_work(workspace.path))
    assert not temporary_folders(workspace)


async def test_a_child_left_behind_does_not_outlive_a_success(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, workspace: Workspace
) -> None:
    await measure(adapter, make_video(child=True), "cmj")
    assert eventually(lambda: not at_work(workspace.path))


async def test_limits_memory(stub: Path, make_video: MakeVideo) -> None:
    limits = replace(UNHURRIED, memory_bytes=256 * 1024 * 1024)
    adapter = KinemotionCLIAdapter(str(stub), limits=limits)
    await measure(adapter, make_video(memory_mb=32), "cmj")
    with pytest.raises(EngineCrashed):
        await measure(adapter, make_video(memory_mb=512), "cmj")


async def test_limits_the_file_it_writes(stub: Path, make_video: MakeVideo) -> None:
    adapter = KinemotionCLIAdapter(str(stub), limits=replace(UNHURRIED, file_bytes=64 * 1024))
    await measure(adapter, make_video(), "cmj")
    with pytest.raises(EngineCrashed):
        await measure(adapter, make_video(text=" " * 1024 * 1024), "cmj")


async def test_runs_no_more_at_once_than_it_may(
    stub: Path, make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = KinemotionCLIAdapter(str(stub), limits=UNHURRIED, parallel=2)
    await adapter.get_engine()
    running, at_once = 0, list[int]()

    async def counted(command: Sequence[str], **given: Any) -> process.Finished:
        nonlocal running
        running += 1
        at_once.append(running)
        try:
            return await process.run(command, **given)
        finally:
            running -= 1

    monkeypatch.setattr(cli_adapter, "run", counted)
    await asyncio.gather(*(measure(adapter, make_video(sleep_s=0.2), "cmj") for _ in range(6)))
    assert max(at_once) == 2


async def test_leaks_no_descriptors(adapter: KinemotionCLIAdapter, make_video: MakeVideo) -> None:
    await measure(adapter, make_video(), "cmj")
    before = len(contents(Path("/proc/self/fd")))
    for _ in range(5):
        await measure(adapter, make_video(), "cmj")
        with pytest.raises(EngineCrashed):
            await measure(adapter, make_video(kill=True), "cmj")
    assert await asyncio.to_thread(eventually, lambda: len(contents(Path("/proc/self/fd"))) <= before)
