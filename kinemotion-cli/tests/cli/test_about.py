"""How the installation describes itself, to people and to programs."""

import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from kinemotion.cli.inspection import installation
from kinemotion.errors import ExitStatus
from kinemotion.report.contract.encode import SCHEMA_VERSION
from kinemotion.report.contract.schema import SCHEMAS


def test_version_explains_a_difference_between_machines(kinemotion: Any):
    content = kinemotion("version", "--json").document
    assert content["name"] == "kinemotion"
    assert content["schema_version"] == SCHEMA_VERSION
    models = files("kinemotion.pose") / "models"
    for name, digest in content["models"].items():
        assert hashlib.sha256((models / name).read_bytes()).hexdigest() == digest
    assert len(content["models"]) == 4


def test_version_for_people(kinemotion: Any):
    assert f"contract {SCHEMA_VERSION}" in kinemotion("version").out


def test_movements_are_listed_in_contract_units(kinemotion: Any, toy: Any):
    content = kinemotion("movements", "--json").document
    [found] = [movement for movement in content["movements"] if movement["name"] == "toy"]
    assert found["command"] == "toy-analyze"
    assert found["headline"] == "height_m"
    assert found["metrics"][1] == {
        "key": "air_ms",
        "title": "Air",
        "unit": "ms",
        "meaning": "Time in the air.",
        "plausible": [100.0, 1000.0],
        "source": None,
    }
    assert found["options"][0] == {
        "name": "drop_height",
        "flag": "--drop-height",
        "type": "float",
        "default": None,
        "choices": None,
        "minimum": 0.1,
        "maximum": 1.5,
        "unit": "m",
        "meaning": "Height of the box.",
    }


def test_movements_for_people(kinemotion: Any, toy: Any):
    assert "toy-analyze       Toy jump: 4 metrics\n" in kinemotion("movements").out


def test_schemas_are_listed_and_printed(kinemotion: Any):
    assert kinemotion("schema").out.split() == list(SCHEMAS)
    assert kinemotion("schema", "error-1").document["title"] == "error-1"


def test_the_doctor_finds_a_sound_installation(kinemotion: Any):
    ended = kinemotion("doctor", "--json")
    assert ended.status == 0
    assert all(finding["ok"] for finding in ended.document["findings"])
    printed = kinemotion("doctor").out
    assert "ok   decoder h264" in printed
    assert "ok   model pose_detector: present (" in printed
    assert printed.endswith("\nKinemotion works here.\n")


def test_the_doctor_names_missing_extras(kinemotion: Any, monkeypatch: pytest.MonkeyPatch):
    assert "ok   extra plots: installed" in kinemotion("doctor").out
    monkeypatch.setattr(installation, "_is_installed", lambda name: name != "matplotlib")  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    ended = kinemotion("doctor")
    assert ended.status == 0
    assert "extra plots: not installed (matplotlib)" in ended.out
    assert 'pip install "kinemotion[plots] @ file:' in ended.out


def test_no_hint_names_a_package_on_a_public_index(monkeypatch: pytest.MonkeyPatch):
    class FromAnIndex:
        def read_text(self, _name: str) -> None:
            return None

    monkeypatch.setattr(installation, "distribution", lambda _name: FromAnIndex())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    assert "pip install" not in installation.install_command("plots")


def test_the_doctor_finds_a_broken_model_and_says_how_to_mend_it(kinemotion: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kinemotion.pose.model_files._read_hashes", dict[str, str])
    ended = kinemotion("doctor")
    assert ended.status == ExitStatus.MODEL_PROBLEM
    assert "BAD  model pose_detector" in ended.out
    assert "\nKinemotion cannot work well here. Things to mend: " in ended.out
    assert "Install kinemotion again" in ended.out


def test_the_doctor_survives_a_movement_that_does_not_load(kinemotion: Any, toy: Any, monkeypatch: pytest.MonkeyPatch):
    def broken(name: str) -> None:
        raise ImportError(f"no module behind {name}")

    monkeypatch.setattr("kinemotion.movements.registry.get", broken)
    ended = kinemotion("doctor")
    assert ended.status == ExitStatus.MODEL_PROBLEM
    assert "BAD  movement toy: no module behind toy" in ended.out


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".avi"])
def test_probe_counts_the_frames_of_any_container(kinemotion: Any, make_video: Callable[..., Path], suffix: str):
    clip = make_video(suffix=suffix, stamps=range(25), rate=25)
    content = kinemotion("probe", clip, "--json", "-").document["video"]
    assert (content["frame_count"], content["fps"]) == (25, pytest.approx(25, rel=0.01))
    assert "25.0 frames/s" in kinemotion("probe", clip).out
    assert "The clip of 25 frames is too long." in kinemotion("probe", clip, "--max-frames", "24").err


def test_probe_leaves_out_frames_that_the_file_does_not_show(kinemotion: Any, make_video: Callable[..., Path]):
    clip = make_video(stamps=range(-10, 25), rate=25)
    content = kinemotion("probe", clip, "--json", "-").document["video"]
    assert (content["frame_count"], content["fps"]) == (25, 25.0)


def test_probe_describes_a_clip_to_programs_and_people(kinemotion: Any, clip: Any):
    content = kinemotion("probe", clip, "--json", "-").document["video"]
    assert content["resolution"] == {"width": 64, "height": 64}
    assert (content["codec"], content["fps"], content["frame_count"], content["duration_s"]) == ("h264", 25.0, 25, 1.0)
    assert kinemotion("probe", clip).out == "h264 64x64, 1.0 s at 25.0 frames/s\n"
