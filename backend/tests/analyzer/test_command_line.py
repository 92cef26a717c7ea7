"""The exact command lines the service sends, without running any."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from kinemotion_backend.analyzer import process
from kinemotion_backend.analyzer.cli import KinemotionCLIAdapter
from kinemotion_backend.analyzer.process import ProcessLimits
from kinemotion_backend.examples import example

pytestmark = pytest.mark.asyncio

LIMITS = ProcessLimits(timeout_s=5.0)


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A command that is never run: a pretended process has no group, and no status before it is waited for."""
    path = tmp_path / "kinemotion"
    path.touch(0o755)
    monkeypatch.setattr(process.os, "killpg", no_signal)
    monkeypatch.setattr(process, "bounded", unbounded)
    monkeypatch.setattr(process, "_exit_status", ended)
    return str(path)


def no_signal(_group: int, _number: int) -> None:
    pass


def unbounded(command: Sequence[str], *, limits: ProcessLimits) -> list[str]:
    return list(command)


async def ended(pretended: Any) -> int:
    return await pretended.wait()


def write_result(pretended: Any) -> None:
    """What the command would have written."""
    arguments = cast("list[str]", pretended.args)
    Path(arguments[arguments.index("--json") + 1]).write_text(example("cmj"), "utf-8")


async def test_asks_version_and_movements_then_analyses(fp: Any, command: str, tmp_path: Path) -> None:
    video = tmp_path / "-v.mp4"
    video.touch()
    options = ["--quality", "balanced", "--sex=male", "--json", fp.any(max=1)]
    fp.register([command, "version", "--json"], stdout=example("version"))
    fp.register([command, "movements", "--json"], stdout=example("movements"))
    fp.register([command, "cmj-analyze", *options, "--", "-v.mp4"], callback=write_result)
    result = await KinemotionCLIAdapter(command, limits=LIMITS).analyze(video, "cmj", options={"sex": "male"})
    assert result.to_dict()["metrics"] == json.loads(example("cmj"))["data"]


async def test_turns_an_exit_status_into_an_error(fp: Any, command: str) -> None:
    fp.register([command, "version", "--json"], stdout="", returncode=70)
    with pytest.raises(RuntimeError, match="version --json"):
        await KinemotionCLIAdapter(command, limits=LIMITS).engine()
