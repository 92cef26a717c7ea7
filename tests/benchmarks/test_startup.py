"""How long a person waits before anything happens."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.benchmark

KINEMOTION = str(Path(sys.executable).with_name("kinemotion"))


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((sys.executable, "-c", "pass"), id="bare Python"),
        pytest.param((sys.executable, "-c", "import kinemotion"), id="import kinemotion"),
        pytest.param((KINEMOTION, "--version"), id="kinemotion --version"),
        pytest.param((KINEMOTION, "--help"), id="kinemotion --help"),
        pytest.param((KINEMOTION, "cmj-analyze", "--help"), id="kinemotion cmj-analyze --help"),
    ],
)
def test_time_to_answer(stopwatch: Any, command: tuple[str, ...]):
    def answer():
        subprocess.run(command, check=True, capture_output=True)

    stopwatch.repeat(answer, rounds=15, warmup=2)
