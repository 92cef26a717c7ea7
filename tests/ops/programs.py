"""Finds the programs that read an operator's files: from PyPI beside this Python, or from Debian."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = f"{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin"


def run(name: str, *words: str | Path, folder: Path = ROOT) -> str:
    """Run a program that must succeed; return what it printed. The test is skipped where Debian's is not installed."""
    program = shutil.which(name, path=PLACES)
    if program is None:
        pytest.skip(f"{name} is not installed: run `make check-ops`")
    done = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
