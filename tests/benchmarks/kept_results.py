"""Keeps what the benchmark programs measured."""

import json
import os
import platform
from pathlib import Path


def keep(out: Path, **measured: object) -> None:
    """Write what was measured, and on which machine."""
    about = {"cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"about": about, **measured}, indent=1) + "\n", "utf-8")
