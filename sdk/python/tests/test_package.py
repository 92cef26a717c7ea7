"""The package as it is published: what the wheel holds, what the README shows, what the API describes."""

import json
import os
import re
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from stand_in import PATIENCE_S, Server

import kinemotion_client
from kinemotion_client import calls, errors, tables

HERE = Path(__file__).parents[1]
ROOT = HERE.parents[1]
OPENAPI: dict[str, Any] = json.loads((ROOT / "backend" / "openapi.json").read_text("utf-8"))
PROGRAMS = re.findall(r"^```python\n(.*?)^```", (HERE / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
PATHS: dict[str, Any] = OPENAPI["paths"]


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path):
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=HERE, check=True, capture_output=True, timeout=PATIENCE_S)
    [wheel] = tmp_path.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
        [metadata] = [archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA")]
    written = {str(path.relative_to(HERE / "src")) for path in (HERE / "src").rglob("*.py")}
    assert packed == written | {"kinemotion_client/py.typed"}
    assert "# kinemotion-client" in metadata


@pytest.mark.parametrize("block", range(len(PROGRAMS)))
def test_the_programs_of_the_readme_work(block: int, mock_service: Server, tmp_path: Path):
    (tmp_path / "jump.mp4").write_bytes((ROOT / "docs" / "samples" / "cmj.mp4").read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", PROGRAMS[block]],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "KINEMOTION_URL": mock_service.url},
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stderr) == (0, "")
    if block == 0:
        assert re.fullmatch(r"(\d+\.\d) cm, between .*\n", done.stdout)


def test_the_first_program_of_the_readme_is_short():
    assert len(PROGRAMS[0].splitlines()) <= 10


def test_the_settings_are_those_of_the_api():
    content = PATHS["/api/v1/analyses"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(get_type_hints(calls.AnalysisSettings)) == set(content["properties"]) - {"sport_type", "input"}
    assert set(get_type_hints(calls.StoredVideo)) == set(content["properties"]["input"]["properties"])


def test_the_filters_are_those_of_the_api():
    asked = {parameter["name"] for parameter in PATHS["/api/v1/analyses"]["get"]["parameters"]}
    assert set(get_type_hints(calls.AnalysisFilter)) == asked - {"limit", "cursor"}


def test_the_files_are_those_of_the_api():
    prefix = "/api/v1/analyses/{analysis_id}/"
    served = {path.removeprefix(prefix) for path in PATHS if path.startswith(prefix)} - {
        "events",
        "shares",
        "shares/{share_id}",
    }
    assert set(get_args(calls.FileName)) == served


def test_every_error_has_a_place_in_the_tree():
    described = errors.__doc__ or ""
    kinds = [kind.__name__ for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert [kind for kind in kinds if kind not in described] == []


def test_the_public_names_exist():
    assert [name for name in kinemotion_client.__all__ if not hasattr(kinemotion_client, name)] == []


def test_without_pandas_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(errors.MissingLibrary, match="pip install"):
        tables.to_pandas([])
    assert import_module("kinemotion_client.tables")
