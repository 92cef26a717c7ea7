"""The container images' recipes, as their own linters see them; `docker/prove_install.sh` runs their install steps."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCKER = Path(__file__).parents[1] / "docker"


def tool(name: str) -> str:
    """Path of a development tool, beside this Python or where programs are looked for."""
    found = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert found, name
    return found


@pytest.mark.parametrize("recipe", sorted(DOCKER.glob("*.Dockerfile")), ids=lambda path: path.stem)
def test_recipes_are_clean(recipe: Path) -> None:
    linted = subprocess.run([tool("hadolint"), recipe], capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


@pytest.mark.parametrize("recipe", sorted(DOCKER.glob("*.Dockerfile")), ids=lambda path: path.stem)
def test_images_run_as_nobody_special_and_say_how_they_are(recipe: Path) -> None:
    final = recipe.read_text("utf-8").rpartition("\nFROM ")[2]
    assert "\nUSER 10001\n" in final
    assert "\nHEALTHCHECK " in final


def test_the_compose_file_keeps_its_schema() -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", DOCKER / "compose.yaml"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("recipe", sorted(DOCKER.glob("*.Dockerfile")), ids=lambda path: path.stem)
def test_images_run_the_opencv_that_is_locked(recipe: Path) -> None:
    lock = (DOCKER.parent / "uv.lock").read_text("utf-8")
    [locked] = re.findall(r'^name = "opencv-contrib-python"\nversion = "(.+)"', lock, flags=re.MULTILINE)
    assert f"opencv-python-headless=={locked} " in recipe.read_text("utf-8")
