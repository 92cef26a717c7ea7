"""The Pythons that the packages name: they are the tested ones, and nothing has to be compiled to install on them."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).parents[1]
OLDEST, NEWEST = 11, 14
"""Minor versions of Python 3."""
SYSTEMS = {
    "Linux": [f"manylinux_2_{glibc}_x86_64" for glibc in range(28, 4, -1)] + ["manylinux2014_x86_64"],
    "macOS": list(mac_platforms((14, 0), "arm64")),
    "Windows": ["win_amd64"],
}
COMPILED = (
    *("ai-edge-litert", "av", "ezc3d", "h5py", "matplotlib", "mediapipe", "msgspec", "numpy", "onnxruntime"),
    *("opencv-contrib-python", "pandas", "pillow", "pyarrow", "scipy"),
    *("httptools", "obstore", "psycopg-binary", "pydantic-core", "sqlalchemy"),
)
"""Packages in C, C++ or Rust; the others are Python alone."""


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("minor", range(OLDEST, NEWEST + 1))
def test_nothing_has_to_be_compiled(minor: int, system: str):
    fits = set(list_tags(minor, SYSTEMS[system]))
    wheels = list_wheels()
    assert [name for name in COMPILED if not wheels[name] & fits] == []


def list_tags(minor: int, platforms: list[str]) -> Iterable[Tag]:
    """Every kind of wheel that a Python installs."""
    yield from cpython_tags((3, minor), platforms=platforms)
    yield from compatible_tags((3, minor), platforms=platforms)


@cache
def list_wheels() -> dict[str, set[Tag]]:
    """Return the kinds of wheels of each package in the lock file, all its locked versions together."""
    wheels = defaultdict[str, set[Tag]](set)
    for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]:
        for wheel in package.get("wheels", ()):
            wheels[package["name"]] |= parse_wheel_filename(wheel["url"].rpartition("/")[2].replace("%2B", "+"))[3]
    return wheels


@pytest.mark.parametrize("package", ["kinemotion-cli", "backend", "sdk/python"])
def test_each_package_names_the_pythons_that_the_workflow_tests(package: str):
    project = tomllib.loads((ROOT / package / "pyproject.toml").read_text())["project"]
    [matrix] = re.findall(r"python: \[(.+)\]", (ROOT / ".github" / "workflows" / "ci.yml").read_text())
    tested = re.findall(r"[\d.]+", matrix)
    assert [name.rpartition(" ")[2] for name in project["classifiers"]] == tested
    assert tested[0] == f"3.{OLDEST}"
    allowed = SpecifierSet(project["requires-python"])
    assert [minor for minor in range(8, NEWEST + 1) if f"3.{minor}" in allowed] == list(range(OLDEST, NEWEST + 1))
