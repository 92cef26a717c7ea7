"""Whatever is installed of the engine, exactly one package provides OpenCV, and it loads.

Needs uv, and a network or a warm cache.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.install

ENGINE = Path(__file__).parents[2] / "kinemotion-cli"
ASKED = """
import json, cv2
from importlib.metadata import packages_distributions
from kinemotion.opencv import load_opencv
print(json.dumps({"owners": packages_distributions()["cv2"], "threads": load_opencv().getNumThreads()}))
"""


def run(*command: str | Path) -> str:
    """What the command prints."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("extra", ["", "[mediapipe]", "[all]"], ids=["plain", "mediapipe", "all"])
def test_exactly_one_package_provides_opencv(tmp_path: Path, extra: str) -> None:
    uv = shutil.which("uv")
    assert uv, "uv is not installed"
    run(uv, "venv", "--quiet", tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    run(uv, "pip", "install", "--quiet", "--python", python, f"{ENGINE}{extra}")
    found = json.loads(run(python, "-c", ASKED))
    assert found == {"owners": ["opencv-contrib-python"], "threads": 1}
    assert "opencv-contrib-python" in run(python, "-m", "kinemotion", "doctor")
