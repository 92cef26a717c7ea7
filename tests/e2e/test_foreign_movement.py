"""The example package of docs/how-to/add-a-movement.md, installed and run through the same door as our own sports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def with_squats(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment in which the example is installed beside the engine; built without network."""
    place = tmp_path_factory.mktemp("site")
    package = ROOT / "docs" / "examples" / "kinemotion-squats"
    pip = [os.environ.get("UV", "uv"), "pip", "install", "--quiet", "--offline", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--python", sys.executable, "--target", str(place), str(package)], check=True)
    return {**os.environ, "PYTHONPATH": str(place)}


def kinemotion(*arguments: str, env: dict[str, str]) -> str:
    command = [sys.executable, "-m", "kinemotion", *arguments]
    return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout


def test_the_movement_is_listed_with_its_metrics(with_squats: dict[str, str]):
    listed = json.loads(kinemotion("movements", "--json", env=with_squats))["movements"]
    [squats] = [movement for movement in listed if movement["name"] == "squats"]
    assert [metric["key"] for metric in squats["metrics"]] == [
        "squat_count",
        "mean_squat_time_ms",
        "deepest_knee_flexion_deg",
    ]


@pytest.mark.engine
def test_the_movement_measures_a_clip(with_squats: dict[str, str]):
    clip = str(ROOT / "docs" / "samples" / "cmj.mp4")
    data = json.loads(kinemotion("squats-analyze", clip, "--json", "-", "--bent", "70", env=with_squats))["data"]
    assert data["squat_count"] == 2  # the countermovement and the landing
    assert 80 < data["deepest_knee_flexion_deg"] < 110
