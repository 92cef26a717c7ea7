"""The command ``kinemotion stream`` as a process."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Ended:
    """What the process left behind."""

    status: int
    lines: list[dict[str, Any]]
    err: str


@pytest.fixture
def kinemotion_stream():
    """Runs the process on bytes until they end."""

    def run(sent: bytes, *arguments: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "kinemotion", "stream", *arguments], input=sent, capture_output=True, check=False
        )
        return Ended(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode())

    return run
