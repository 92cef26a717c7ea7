"""The command kinemotion-backend."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from stand_in import PATIENCE_S, install_stub, small_settings

from kinemotion_backend import __version__
from kinemotion_backend.__main__ import COMMANDS, main
from kinemotion_backend.adapters.mock_adapter import MockVideoAnalyzer
from kinemotion_backend.app import create_app
from kinemotion_backend.contract.documents import Engine
from kinemotion_backend.doctor import examine
from kinemotion_backend.keys.key_text import read_key_text
from kinemotion_backend.settings import Settings, write_table


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int | str | None, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code, capsys.readouterr().out


def test_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version") == (0, f"kinemotion-backend {__version__}\n")


def test_help_explains_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    _, printed = run(capsys, "--help")
    assert all(command.__doc__ and command.__doc__ in printed for command in COMMANDS.values())


def test_prints_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "settings") == (0, write_table())


def test_prints_the_api(capsys: pytest.CaptureFixture[str]) -> None:
    status, printed = run(capsys, "openapi")
    assert (status, json.loads(printed)) == (0, create_app(Settings()).openapi())


def test_refuses_settings_that_are_not_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("USE_MOCK_ANALYZER", "true")
    with pytest.raises(SystemExit, match="not in production: USE_MOCK_ANALYZER"):
        main(["serve"])


def test_names_the_setting_that_is_not_valid_and_not_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIND_PORT", "hunter2")
    with pytest.raises(SystemExit, match=r"^The settings are not valid: BIND_PORT: [^:]*valid integer[^:]*$") as ended:
        main(["serve"])
    assert "hunter2" not in str(ended.value)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to examine, with the stand-in for an engine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KINEMOTION_CLI", str(install_stub(tmp_path / "engine")))
    return tmp_path


def test_doctor_finds_a_fitting_engine(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, printed = run(capsys, "doctor")
    assert status == 0
    assert "engine 0.1.0, has contract 1.0" in printed
    assert "model pose_landmarks_full.tflite" in printed


@pytest.mark.parametrize(
    ("locked", "status", "line"),
    [
        ("0.1.0", 0, "ok   kinemotion 0.1.0, as locked"),
        ("0.2.0", 1, "BAD  kinemotion 0.1.0, but locked is 0.2.0"),
    ],
)
def test_doctor_compares_with_the_lock(
    place: Path, capsys: pytest.CaptureFixture[str], locked: str, status: int, line: str
) -> None:
    (place / "uv.lock").write_text(f'[[package]]\nname = "kinemotion"\nversion = "{locked}"\n', "utf-8")
    found, printed = run(capsys, "doctor")
    assert found == status
    assert line in printed


@pytest.mark.parametrize(("version", "good"), [("5.0.0.93", True), ("5.0.1.1", False)])
def test_any_distribution_of_opencv_is_held_to_the_locked_release(version: str, good: bool) -> None:
    class HeadlessEngine(MockVideoAnalyzer):
        async def get_engine(self) -> Engine:
            engine = await super().get_engine()
            return engine.model_copy(update={"libraries": {"opencv-python-headless": version}})

    lock = '[[package]]\nname = "opencv-contrib-python"\nversion = "5.0.0.93"\n'
    findings = [finding for finding in examine(HeadlessEngine, lock=lock) if "opencv" in finding.what]
    assert [finding.is_good for finding in findings] == [good]


def test_doctor_says_what_is_wrong(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install_stub(place / "engine", schema_version="2.0")
    status, printed = run(capsys, "doctor")
    assert status == 1
    assert "BAD  The engine kinemotion 0.1.0 has contract 2.0" in printed


def test_serve_does_not_start_before_a_foreign_engine(tmp_path: Path) -> None:
    engine = install_stub(tmp_path / "engine", schema_version="2.0")
    environment = {"PATH": os.environ["PATH"], "KINEMOTION_CLI": str(engine), "WORK_DIR": str(tmp_path / "work")}
    ended = subprocess.run(
        [sys.executable, "-m", "kinemotion_backend"],
        env=environment,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ended.returncode != 0
    assert b"this service reads contract 1.x. Install" in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_create_key_prints_a_key_that_opens_an_account(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(place / "data"))
    status, printed = run(capsys, "create-key", "--name", "laptop", "--owner", "club", "--tier", "pro")
    assert status == 0
    key = read_key_text(printed.strip())
    assert key is not None
    with TestClient(create_app(small_settings(place, use_mock_analyzer=True))) as client:
        usage = client.get("/api/v1/usage", headers={"X-API-Key": printed.strip()})
    assert (usage.json()["owner"], usage.json()["tier"]) == ("club", "pro")


def test_create_key_knows_the_tiers(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(place / "data"))
    with pytest.raises(SystemExit, match="The tiers are free, pro, enterprise"):
        main(["create-key", "--tier", "gold"])
