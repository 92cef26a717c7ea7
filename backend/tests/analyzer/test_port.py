"""What every analyzer must do, whichever it is."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stand_in import install_stub, video_bytes

from kinemotion_backend.analyzer.base import VideoAnalyzer
from kinemotion_backend.analyzer.cli import KinemotionCLIAdapter
from kinemotion_backend.analyzer.mock import ConfigurableMockAnalyzer, MockVideoAnalyzer
from kinemotion_backend.analyzer.process import ProcessLimits
from kinemotion_backend.contract import CONTRACT_MAJOR, Progress
from kinemotion_backend.errors import InvalidOption, UnknownMovement

pytestmark = pytest.mark.asyncio

UNHURRIED = ProcessLimits(timeout_s=1800.0, nice=0)
SAMPLE = Path(__file__).parents[3] / "docs" / "samples" / "cmj.mp4"


ANALYZERS = ["mock", "configurable mock", "command (pretended)", "command (stand-in)"]


@pytest.fixture(params=[*ANALYZERS, pytest.param("command (real)", marks=pytest.mark.engine)])
def analyzer(request: pytest.FixtureRequest, tmp_path: Path) -> VideoAnalyzer:
    makers: dict[str, Callable[[], VideoAnalyzer]] = {
        "mock": MockVideoAnalyzer,
        "configurable mock": ConfigurableMockAnalyzer,
        "command (pretended)": lambda: KinemotionCLIAdapter(_pretended(request)),
        "command (stand-in)": lambda: KinemotionCLIAdapter(str(install_stub(tmp_path / "engine"))),
        "command (real)": lambda: KinemotionCLIAdapter(request.getfixturevalue("real_engine"), limits=UNHURRIED),
    }
    return makers[request.param]()


def _pretended(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("answering")(request.getfixturevalue("fp").any())


@pytest.fixture
def video(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A countermovement jump, which the pretenders take for one too."""
    path = tmp_path / "clip.mp4"
    if "real" in request.node.callspec.id:
        shutil.copy(SAMPLE, path)
    else:
        path.write_bytes(video_bytes())
    return path


async def test_names_its_engine(analyzer: VideoAnalyzer) -> None:
    engine = await analyzer.engine()
    assert engine.name == "kinemotion"
    assert engine.schema_version.startswith(f"{CONTRACT_MAJOR}.")
    assert engine.models
    assert all(len(digest) == 64 for digest in engine.models.values())


async def test_lists_movements(analyzer: VideoAnalyzer) -> None:
    movements = {movement.name: movement for movement in await analyzer.movements()}
    assert movements["cmj"].command == "cmj-analyze"
    assert "jump_height_m" in [metric.key for metric in movements["cmj"].metrics]


async def test_measures_a_video(analyzer: VideoAnalyzer, video: Path) -> None:
    result = await analyzer.analyze(video, "cmj", quality="fast")
    assert result.movement == "cmj"
    assert result.quality == "fast"
    assert result.metrics.jump_height_m is not None
    low, high = result.intervals["jump_height_m"] or (1, 0)
    assert low <= result.metrics.jump_height_m <= high
    assert result.processing_time_s >= 0
    assert len(result.trials) == 1
    assert result.engine == await analyzer.engine()


async def test_leaves_nothing_out_of_its_dictionary(analyzer: VideoAnalyzer, video: Path) -> None:
    result = await analyzer.analyze(video, "cmj", quality="fast")
    told: dict[str, Any] = result.to_dict()
    document = result.analysis.model_dump(mode="json", exclude_unset=True)
    assert told["metrics"] == document.pop("data")
    assert {name: told[name] for name in document} == document
    assert told["warnings"] == list(result.warnings)
    assert told["engine"]["models"] == dict(result.engine.models)


async def test_takes_common_spellings_and_athlete_options_and_tells_progress(
    analyzer: VideoAnalyzer, video: Path
) -> None:
    told: list[Progress] = []
    options = {"mass_kg": 75.0, "sex": "female"}
    result = await analyzer.analyze(
        video, "Countermovement Jump", quality="fast", options=options, on_progress=told.append
    )
    assert result.movement == "cmj"
    assert told
    assert told[-1].done == told[-1].total


async def test_misses_a_missing_video(analyzer: VideoAnalyzer, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await analyzer.analyze(tmp_path / "none.mp4", "cmj")


async def test_refuses_an_unknown_movement(analyzer: VideoAnalyzer, video: Path) -> None:
    with pytest.raises(UnknownMovement, match="cmj"):
        await analyzer.analyze(video, "somersault")


async def test_refuses_an_unknown_option(analyzer: VideoAnalyzer, video: Path) -> None:
    with pytest.raises(InvalidOption, match="shoe_size"):
        await analyzer.analyze(video, "cmj", options={"shoe_size": "44"})
