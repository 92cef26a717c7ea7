"""The exact command lines the service sends, without running any."""

from pathlib import Path
from typing import Any

import pytest
from stand_in import measure

from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter

pytestmark = pytest.mark.asyncio


async def test_asks_version_and_movements_then_analyses(fp: Any, answering: Any, tmp_path: Path) -> None:
    video = tmp_path / "-v.mp4"
    video.touch()
    progress = ("--progress", "json")
    command = answering(
        "--quality", "balanced", "--lang", "es", "--sex=male", *progress, "--json", fp.any(max=1), "--", "-v.mp4"
    )
    await measure(KinemotionCLIAdapter(command), video, options={"sex": "male"}, language="es")
    assert [list(call)[1] for call in fp.calls] == ["version", "movements", "cmj-analyze"]


async def test_turns_an_exit_status_into_an_error(fp: Any, pretended_command: str) -> None:
    fp.register([pretended_command, "version", "--json"], stdout="", returncode=70)
    with pytest.raises(RuntimeError, match="version --json"):
        KinemotionCLIAdapter(pretended_command)
