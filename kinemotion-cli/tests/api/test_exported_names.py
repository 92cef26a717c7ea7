"""What `import kinemotion` promises, and what it costs."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

import kinemotion

PUBLIC = {
    "AnalysisReport",
    "Athlete",
    "Estimate",
    "KinemotionError",
    "ProcessedFrame",
    "Quality",
    "Report",
    "Settings",
    "StreamingPoseProcessor",
    "Trial",
    "VideoResult",
    "analyze_frames",
    "analyze_poses",
    "analyze_video",
    "estimate_poses",
    "load_poses",
    "process_cmj_video",
    "process_dropjump_video",
}


def test_the_public_names_are_these_on_purpose():
    assert set(kinemotion.__all__) == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_is_there_and_explained(name: str):
    assert getattr(kinemotion, name).__doc__
    assert name in dir(kinemotion)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="process_swimming_video"):
        _ = kinemotion.process_swimming_video  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["-c", "import kinemotion"], id="import"),
        pytest.param(["-m", "kinemotion", "--version"], id="--version"),
        pytest.param(["-m", "kinemotion", "--help"], id="--help"),
        pytest.param(["-m", "kinemotion", "cmj-analyze", "--help"], id="cmj-analyze --help"),
        pytest.param(["-m", "kinemotion", "movements", "--json"], id="movements"),
        pytest.param(["-m", "kinemotion", "schema", "analysis-1"], id="schema"),
    ],
)
def test_nobody_waits_for_libraries_that_are_not_used(arguments: list[str]):
    assert {"numpy", "scipy", "av", "ai_edge_litert", "PIL", "cv2", "rich", "babel"} & list_loaded(arguments) == set()


def test_an_analysis_loads_nothing_that_it_does_not_use(sample: Path, tmp_path: Path):
    poses = Path(__file__).parents[1] / "data" / "cmj.npz"
    loaded = list_loaded(
        ["-m", "kinemotion", "cmj-analyze", sample, "--estimator", f"recorded:{poses}", "--json", tmp_path / "out.json"]
    )
    assert {"numpy", "av", "kinemotion.movements.jumps.segmentation"} <= loaded
    other = {"scipy", "PIL", "rich", "babel", "asyncio", "multiprocessing", "subprocess", "cv2", "ai_edge_litert"}
    assert {*other, "numpy.random", "numpy.fft", "numpy.polynomial", "onnxruntime"} & (
        loaded - list_loaded_for_nothing()
    ) == set()
    movements = {f"kinemotion.movements.{name}" for name in ("dropjump", "rj", "running", "sj")}
    assert {*movements, "kinemotion.report.overlay", "kinemotion.report.page", "kinemotion.stream"} & loaded == set()


def list_loaded(arguments: Iterable[str | Path]) -> set[str]:
    """Return the names of the modules that Python loads for its arguments."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", *map(str, arguments)], capture_output=True, text=True, check=True
    )
    return {line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}


def list_loaded_for_nothing() -> set[str]:
    """Return the names of the modules that Python loads at its start; a measurement of coverage adds some."""
    return list_loaded(["-c", "pass"])
