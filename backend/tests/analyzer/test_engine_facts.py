"""What the command says of itself: asked for at start, now and then, and by everybody at once."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stand_in import PATIENCE_S, install_stub
from structlog.testing import capture_logs

from kinemotion_backend.analyzer import cli, process
from kinemotion_backend.analyzer.cli import KinemotionCLIAdapter
from kinemotion_backend.errors import EngineUnusable

pytestmark = pytest.mark.asyncio

MakeVideo = Callable[..., Path]


async def test_says_what_to_install_where_there_is_no_command(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="install the engine"):
        await KinemotionCLIAdapter(str(tmp_path / "nothing")).engine()


@pytest.mark.parametrize("script", ["#!/bin/sh\necho '{}'", "#!/bin/sh\nexit 1", "#!/bin/nothing\n", "#!/bin/sh\ncat"])
async def test_refuses_a_command_that_is_another(tmp_path: Path, script: str) -> None:
    command = tmp_path / "kinemotion"
    command.write_text(script, "utf-8")
    command.chmod(0o755)
    with pytest.raises(EngineUnusable, match="install the engine again"):
        await KinemotionCLIAdapter(str(command)).engine()


async def test_an_engine_that_cannot_start_says_why_in_the_log(tmp_path: Path) -> None:
    command = tmp_path / "kinemotion"
    command.write_text("#!/bin/sh\necho 'No module named numpy' >&2; exit 1", "utf-8")
    command.chmod(0o755)
    with capture_logs() as logs, pytest.raises(EngineUnusable):
        await KinemotionCLIAdapter(str(command)).engine()
    assert [line["last_lines"] for line in logs] == [("No module named numpy",)]


async def test_names_the_engine_that_made_the_result(stub: Path, make_video: MakeVideo) -> None:
    adapter = KinemotionCLIAdapter(str(stub))
    assert (await adapter.analyze(make_video(), "cmj")).engine.version == "0.1.0"
    install_stub(stub.parent, unknown={"version": "0.2.0"})
    assert (await adapter.analyze(make_video(), "cmj")).engine.version == "0.2.0"


async def test_refuses_a_foreign_contract_that_comes_while_running(stub: Path, make_video: MakeVideo) -> None:
    adapter = KinemotionCLIAdapter(str(stub))
    await adapter.engine()
    install_stub(stub.parent, schema_version="2.0", unknown={"version": "2.0.0"})
    with pytest.raises(EngineUnusable, match=r"speaks contract 2\.0"):
        await adapter.analyze(make_video(), "cmj")


async def test_all_who_wait_for_an_engine_that_hangs_get_the_same_answer(
    adapter: KinemotionCLIAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def hangs(*_command: Any, **_given: Any) -> process.Finished:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        raise TimeoutError

    monkeypatch.setattr(cli, "run", hangs)
    answers = await asyncio.gather(*(adapter.engine() for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [EngineUnusable] * 5
    assert asked == 1
    monkeypatch.undo()
    assert (await adapter.engine()).version == "0.1.0"


async def test_an_analysis_does_not_wait_while_the_engine_is_asked_about_itself(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    await adapter.engine()
    asked = asyncio.Event()

    async def never_answers() -> Any:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(cli, "FACTS_AGE_S", 0.0)
    monkeypatch.setattr(adapter, "_read_facts", never_answers)
    asking = asyncio.create_task(adapter.engine())
    await asked.wait()
    async with asyncio.timeout(PATIENCE_S):
        assert (await adapter.analyze(make_video(), "cmj")).movement == "cmj"
    asking.cancel()


async def test_notices_another_engine_while_running(stub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = KinemotionCLIAdapter(str(stub))
    assert (await adapter.engine()).schema_version == "1.0"
    install_stub(stub.parent, schema_version="1.3")
    assert (await adapter.engine()).schema_version == "1.0"
    monkeypatch.setattr(cli, "FACTS_AGE_S", 0.0)
    assert (await adapter.engine()).schema_version == "1.3"
    await asyncio.to_thread(stub.unlink)
    with pytest.raises(EngineUnusable):
        await adapter.engine()
