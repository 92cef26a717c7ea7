"""A command that is never run: pytest-subprocess answers in its place."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

import pytest
from stand_in import UNHURRIED

from kinemotion_backend.adapters import process
from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.engine_output import ARTEFACT_FILES
from kinemotion_backend.examples import load_example
from kinemotion_backend.workspace import Workspace, open_workspace


@pytest.fixture(scope="session", autouse=True)
def isolation() -> None:
    """Find out how this machine isolates an engine, before a test pretends every process."""
    process.find_isolation()


@pytest.fixture
def pretended_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Path of the command; a pretended process has no group, and no status before it is waited for."""
    path = tmp_path / "kinemotion"
    path.touch(0o755)
    monkeypatch.setattr(process.os, "killpg", no_signal)
    monkeypatch.setattr(process, "add_limits", unbounded)
    monkeypatch.setattr(process, "_wait_for_exit", ended)
    monkeypatch.setattr(process, "_open_reader", open_pretended)
    return str(path)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "work") as workspace:
        yield workspace


@pytest.fixture
def adapter(stub: Path, workspace: Workspace) -> KinemotionCLIAdapter:
    return KinemotionCLIAdapter(str(stub), limits=UNHURRIED, workspace=workspace)


def no_signal(_group: int, _number: int) -> None:
    pass


def unbounded(command: Sequence[str], *, limits: process.ProcessLimits) -> list[str]:
    return list(command)


async def ended(pretended: Any) -> int:
    return pretended.wait()


@asynccontextmanager
async def open_pretended(pipe: IO[bytes]) -> AsyncGenerator[asyncio.StreamReader]:
    reader = asyncio.StreamReader()
    reader.feed_data(cast("BytesIO", pipe).getvalue())  # its position is at the end until it is waited for
    reader.feed_eof()
    yield reader


def write_result(pretended: Any) -> None:
    """What the command would have written."""
    arguments = cast("list[str]", pretended.args)
    document = json.loads(load_example("cmj"))
    document["metadata"]["processing"]["quality_preset"] = arguments[arguments.index("--quality") + 1]
    Path(arguments[arguments.index("--json") + 1]).write_text(json.dumps(document), "utf-8")
    for file in ARTEFACT_FILES.values():
        if file.flag in arguments:
            Path(arguments[arguments.index(file.flag) + 1]).write_text(file.name, "utf-8")


@pytest.fixture
def answering(fp: Any, pretended_command: str) -> Any:
    """Registers what the command answers: to questions about itself, and to the analysis with these arguments."""

    def answer(*analysis: Any) -> str:
        for question in ("version", "movements"):
            fp.register([pretended_command, question, "--json"], stdout=load_example(question))
        progress = '{"event": "progress", "done": 2, "total": 2}'
        fp.register([pretended_command, "cmj-analyze", *analysis], stderr=progress, callback=write_result)
        return pretended_command

    return answer
