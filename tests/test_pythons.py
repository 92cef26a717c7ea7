"""The Pythons that the packages name: they are the tested ones, and nothing has to be compiled to install on them."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).parents[1]
OLDEST, NEWEST = 11, 14
"""Minor versions of Python 3."""
PACKAGES = ("kinemotion", "kinemotion-backend", "kinemotion-client")
SYSTEMS = {
    "Linux": (
        "linux",
        "x86_64",
        [f"manylinux_2_{glibc}_x86_64" for glibc in range(28, 4, -1)] + ["manylinux2014_x86_64"],
    ),
    "macOS": ("darwin", "arm64", list(mac_platforms((14, 0), "arm64"))),
    "Windows": ("win32", "AMD64", ["win_amd64"]),
}
"""What Python calls each system and its processor, and the platforms of the wheels for it."""


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("minor", range(OLDEST, NEWEST + 1))
def test_nothing_has_to_be_compiled(minor: int, system: str):
    fits = set(list_tags(minor, SYSTEMS[system][2]))
    needed, wheels = find_needed(minor, system), list_wheels()
    assert {"numpy", "sqlalchemy", "contourpy"} <= needed  # of the engine, of the service, and of another package
    assert [name for name in sorted(needed) if not wheels[name] & fits] == []


def list_tags(minor: int, platforms: list[str]) -> Iterable[Tag]:
    """Every kind of wheel that a Python installs."""
    yield from cpython_tags((3, minor), platforms=platforms)
    yield from compatible_tags((3, minor), platforms=platforms)


def find_needed(minor: int, system: str) -> set[str]:
    """Return what our packages need with all their extras, and what that needs in turn."""
    platform, machine, _ = SYSTEMS[system]
    about = {
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.0",
        "sys_platform": platform,
        "platform_machine": machine,
        "extra": "extra-10-kinemotion-gpu",  # the one that uv writes into markers, as it excludes another
    }
    entries = {package["name"]: package for package in read_lock()}
    found: set[tuple[str, str]] = set()
    asked = [(name, extra) for name in PACKAGES for extra in ("", *entries[name].get("optional-dependencies", ()))]
    while asked:
        name, extra = one = asked.pop()
        if one in found:
            continue
        found.add(one)
        entry = entries[name]
        for other in entry.get("optional-dependencies", {}).get(extra, ()) if extra else entry.get("dependencies", ()):
            if "marker" not in other or Marker(other["marker"]).evaluate(about):
                asked += [(other["name"], part) for part in ("", *other.get("extra", ()))]
    return {name for name, _ in found} - set(PACKAGES)


@cache
def read_lock() -> list[dict[str, Any]]:
    """Return the packages of the lock file."""
    return tomllib.loads((ROOT / "uv.lock").read_text())["package"]


@cache
def list_wheels() -> dict[str, set[Tag]]:
    """Return the kinds of wheels of each package in the lock file, all its locked versions together."""
    wheels = defaultdict[str, set[Tag]](set)
    for package in read_lock():
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
