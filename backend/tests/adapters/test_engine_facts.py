"""What the command says of itself: asked for at start, now and then, and by everybody at once."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stand_in import PATIENCE_S, UNHURRIED, install_stub, measure
from structlog.testing import capture_logs

from kinemotion_backend.adapters import cli_adapter, process
from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.errors import EngineUnusable

pytestmark = pytest.mark.asyncio

MakeVideo = Callable[..., Path]


async def test_says_what_to_install_where_there_is_no_command(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="Install the engine"):
        KinemotionCLIAdapter(str(tmp_path / "nothing"))


@pytest.mark.parametrize("script", ["#!/bin/sh\necho '{}'", "#!/bin/sh\nexit 1", "#!/bin/nothing\n", "#!/bin/sh\ncat"])
async def test_refuses_a_command_that_is_another(tmp_path: Path, script: str) -> None:
    command = tmp_path / "kinemotion"
    command.write_text(script, "utf-8")
    command.chmod(0o755)
    with pytest.raises(EngineUnusable, match="Install the engine again"):
        KinemotionCLIAdapter(str(command))


async def test_an_engine_that_cannot_start_says_why_in_the_log(tmp_path: Path) -> None:
    command = tmp_path / "kinemotion"
    command.write_text("#!/bin/sh\necho 'No module named numpy' >&2; exit 1", "utf-8")
    command.chmod(0o755)
    with capture_logs() as logs, pytest.raises(EngineUnusable):
        KinemotionCLIAdapter(str(command))
    assert [line["last_lines"] for line in logs] == [("No module named numpy",)]


async def test_names_the_engine_that_made_the_result(stub: Path, make_video: MakeVideo) -> None:
    adapter = KinemotionCLIAdapter(str(stub), limits=UNHURRIED)
    assert (await measure(adapter, make_video())).engine.version == "0.1.0"
    install_stub(stub.parent, unknown={"version": "0.2.0"})
    assert (await measure(adapter, make_video())).engine.version == "0.2.0"


async def test_refuses_a_foreign_contract_that_comes_while_running(stub: Path, make_video: MakeVideo) -> None:
    adapter = KinemotionCLIAdapter(str(stub), limits=UNHURRIED)
    await adapter.get_engine()
    install_stub(stub.parent, schema_version="2.0", unknown={"version": "2.0.0"})
    with pytest.raises(EngineUnusable, match=r"has contract 2\.0"):
        await measure(adapter, make_video())


async def test_all_who_wait_for_an_engine_that_hangs_get_the_same_answer(
    adapter: KinemotionCLIAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def hangs(*_command: Any, **_given: Any) -> process.Finished:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        raise TimeoutError

    monkeypatch.setattr(cli_adapter, "run", hangs)
    monkeypatch.setattr(cli_adapter, "FACTS_AGE_S", 0.0)
    answers = await asyncio.gather(*(adapter.get_engine() for _ in range(5)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [EngineUnusable] * 5
    assert asked == 1
    monkeypatch.undo()
    assert (await adapter.get_engine()).version == "0.1.0"


async def test_an_analysis_does_not_wait_while_the_engine_is_asked_about_itself(
    adapter: KinemotionCLIAdapter, make_video: MakeVideo, monkeypatch: pytest.MonkeyPatch
) -> None:
    await adapter.get_engine()
    asked = asyncio.Event()

    async def never_answers() -> Any:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(cli_adapter, "FACTS_AGE_S", 0.0)
    monkeypatch.setattr(adapter, "_read_facts", never_answers)
    asking = asyncio.create_task(adapter.get_engine())
    await asked.wait()
    async with asyncio.timeout(PATIENCE_S):
        assert (await measure(adapter, make_video())).header.movement == "cmj"
    asking.cancel()


async def test_notices_another_engine_at_once(stub: Path) -> None:
    adapter = KinemotionCLIAdapter(str(stub), limits=UNHURRIED)
    assert (await adapter.get_engine()).schema_version == "1.0"
    install_stub(stub.parent, schema_version="1.3")
    assert (await adapter.get_engine()).schema_version == "1.3"
    await asyncio.to_thread(stub.unlink)
    with pytest.raises(EngineUnusable):
        await adapter.get_engine()
