"""What is installed, held against what Python's own library says."""

import sys
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

from kinemotion.installed import find_entry_points, read_version


@pytest.mark.parametrize("group", ["kinemotion.movements", "console_scripts"])
def test_entry_points_are_those_that_python_finds(group: str):
    known = {entry.name: f"{entry.module}:{entry.attr}" for entry in entry_points(group=group)}
    assert find_entry_points(group) == known


def test_what_comes_first_on_the_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for folder, place in (("first", "new:THING"), ("second", "old:THING")):
        metadata = tmp_path / folder / "things-1.0.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "entry_points.txt").write_text(
            f"[other]\nthing = no:THING\n\n[things]\n# the only one\nthing={place} [more]\n", encoding="utf-8"
        )
    monkeypatch.setattr(sys, "path", [str(tmp_path / "first"), str(tmp_path / "second"), *sys.path])
    assert find_entry_points("things") == {"thing": "new:THING"}


@pytest.mark.parametrize("package", ["kinemotion", "ai-edge-litert"])
def test_a_version_is_the_one_that_python_finds(package: str):
    assert read_version(package) == version(package)


def test_a_package_that_is_not_installed_has_no_version():
    with pytest.raises(ModuleNotFoundError):
        read_version("kinemotion-nowhere")
