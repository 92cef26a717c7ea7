"""The scripts of a release: tags, and the comparison of speeds."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from compare_speed import main
from programs import ROOT


def check_tag(tag: str) -> int:
    """Exit status of the check of a tag."""
    return subprocess.run(["sh", "scripts/check_tag.sh", tag], cwd=ROOT, capture_output=True, check=False).returncode


def test_a_tag_names_the_version_of_its_part() -> None:
    [version] = re.findall(r'^version = "(.+)"', (ROOT / "backend" / "pyproject.toml").read_text(), flags=re.MULTILINE)
    assert check_tag(f"service-v{version}") == 0
    assert check_tag(f"service-v{version}0") == 1
    assert check_tag(f"kitchen-v{version}") == 1


@pytest.mark.parametrize(("after_s", "status"), [(0.12, 0), (0.13, 1), (0.05, 0)])
def test_a_slower_engine_is_reported(
    after_s: float, status: int, *, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / name for name in ("before.json", "after.json")]
    for path, median_s in zip(paths, (0.1, after_s), strict=True):
        path.write_text(json.dumps({"benchmarks": [{"name": "cmj", "stats": {"median": median_s}}]}), "utf-8")
    monkeypatch.setattr("sys.argv", ["compare_speed.py", *map(str, paths)])
    assert main() == status
