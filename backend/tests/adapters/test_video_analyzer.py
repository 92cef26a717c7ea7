"""What every analyzer must do, whichever it is."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from stand_in import UNHURRIED, collect_of_refused, install_stub, measure, video_bytes

from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.mock_adapter import ConfigurableMockAnalyzer, MockVideoAnalyzer
from kinemotion_backend.contract.documents import CONTRACT_MAJOR, Progress, read_header
from kinemotion_backend.errors import InvalidOptions, UnknownMovement
from kinemotion_backend.examples import load_example
from kinemotion_backend.video_analyzer import (
    AnalysisDocument,
    AnalysisEvent,
    AnalysisRequest,
    Artefact,
    VideoAnalyzer,
)

SAMPLE = Path(__file__).parents[3] / "docs" / "samples" / "cmj.mp4"


ANALYZERS = ["mock", "configurable mock", "command (pretended)", "command (stand-in)"]


@pytest.fixture(params=[*ANALYZERS, pytest.param("command (real)", marks=pytest.mark.engine)])
def analyzer(request: pytest.FixtureRequest, tmp_path: Path) -> VideoAnalyzer:
    makers: dict[str, Callable[[], VideoAnalyzer]] = {
        "mock": MockVideoAnalyzer,
        "configurable mock": ConfigurableMockAnalyzer,
        "command (pretended)": lambda: KinemotionCLIAdapter(_pretended(request), limits=UNHURRIED),
        "command (stand-in)": lambda: KinemotionCLIAdapter(str(install_stub(tmp_path / "engine")), limits=UNHURRIED),
        "command (real)": lambda: KinemotionCLIAdapter(request.getfixturevalue("real_engine"), limits=UNHURRIED),
    }
    return makers[request.param]()


def _pretended(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue("answering")(request.getfixturevalue("fp").any())


@pytest.fixture
def video(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A countermovement jump; the stand-ins take the file for one too."""
    path = tmp_path / "clip.mp4"
    if "real" in request.node.callspec.id:
        shutil.copy(SAMPLE, path)
    else:
        path.write_bytes(video_bytes())
    return path


@pytest.mark.asyncio
async def test_names_its_engine(analyzer: VideoAnalyzer) -> None:
    engine = await analyzer.get_engine()
    assert engine.name == "kinemotion"
    assert engine.schema_version.startswith(f"{CONTRACT_MAJOR}.")
    assert engine.models
    assert all(len(digest) == 64 for digest in engine.models.values())


@pytest.mark.asyncio
async def test_lists_movements(analyzer: VideoAnalyzer) -> None:
    movements = {movement.name: movement for movement in await analyzer.list_movements()}
    assert movements["cmj"].command == "cmj-analyze"
    assert "jump_height_m" in [metric.key for metric in movements["cmj"].metrics]


@pytest.mark.asyncio
async def test_yields_progress_and_then_the_document(analyzer: VideoAnalyzer, video: Path) -> None:
    request = AnalysisRequest(video, "Countermovement Jump", quality="fast", options={"mass_kg": 75.0, "sex": "female"})
    *steps, document = [event async for event in analyzer.run(request)]
    assert steps
    assert all(isinstance(step, Progress) for step in steps)
    last = steps[-1]
    assert isinstance(last, Progress)
    assert last.done == last.total
    assert isinstance(document, AnalysisDocument)
    assert document.header.movement == "cmj"
    assert document.header.metadata.processing.quality_preset == "fast"
    assert document.engine == await analyzer.get_engine()


@pytest.mark.asyncio
async def test_makes_the_files_that_are_asked_for_after_the_document(analyzer: VideoAnalyzer, video: Path) -> None:
    request = AnalysisRequest(video, quality="fast", artefacts=frozenset({"report", "overlay", "trajectories"}))
    seen = [describe(event) async for event in analyzer.run(request)]
    assert seen[seen.index("document") :] == ["document", "overlay", "report", "trajectories"]


def describe(event: AnalysisEvent) -> str:
    """The kind of the event; a file has content."""
    if isinstance(event, Artefact):
        assert event.path.stat().st_size > 0
        return event.kind
    return "document" if isinstance(event, AnalysisDocument) else "progress"


@pytest.fixture(params=["configurable mock", "command (stand-in)", pytest.param("real", marks=pytest.mark.engine)])
def refusing(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[VideoAnalyzer, Path]:
    """An analyzer and a video that it refuses."""
    video = tmp_path / "clip.mp4"
    if request.param == "real":
        shutil.copy(SAMPLE.with_name("running.mp4"), video)
        return KinemotionCLIAdapter(request.getfixturevalue("real_engine"), limits=UNHURRIED), video
    error = json.loads(load_example("error"))["error"]
    video.write_bytes(video_bytes(status=4, error=error))
    if request.param == "configurable mock":
        return ConfigurableMockAnalyzer(should_fail=True), video
    return KinemotionCLIAdapter(str(install_stub(tmp_path / "engine")), limits=UNHURRIED), video


@pytest.mark.asyncio
async def test_shows_what_it_saw_of_a_refused_video(refusing: tuple[VideoAnalyzer, Path]) -> None:
    assert await collect_of_refused(*refusing, "overlay", "report", "trajectories") == ["overlay", "report"]
    assert await collect_of_refused(*refusing, "report") == ["report"]


@pytest.mark.asyncio
async def test_the_document_is_the_checked_one(analyzer: VideoAnalyzer, video: Path) -> None:
    document = await measure(analyzer, video, quality="fast")
    assert read_header(document.content) == document.header


def test_measures_for_a_script(analyzer: VideoAnalyzer, video: Path) -> None:
    result = analyzer.analyze(str(video), "cmj", "fast")
    assert result.jump_height_m is not None
    low, high = (result.intervals or {})["jump_height_m"] or (1, 0)
    assert low <= result.jump_height_m <= high
    assert result.processing_time_s is not None
    assert result.quality_warnings is not None
    assert len(result.trials or ()) == 1
    assert result.document is not None
    assert result.document["data"]["jump_height_m"] == result.to_dict()["jump_height_m"]
    json.dumps(result.to_dict())


@pytest.mark.asyncio
async def test_measures_for_a_script_inside_a_running_event_loop(analyzer: VideoAnalyzer, video: Path) -> None:
    assert analyzer.analyze(video).jump_height_m is not None


def test_misses_a_missing_video(analyzer: VideoAnalyzer, tmp_path: Path) -> None:
    if isinstance(analyzer, MockVideoAnalyzer):
        assert analyzer.analyze(tmp_path / "none.mp4", "cmj").jump_height_m is not None  # it opens no file
    else:
        with pytest.raises(FileNotFoundError):
            analyzer.analyze(tmp_path / "none.mp4", "cmj")


@pytest.mark.asyncio
async def test_refuses_an_unknown_movement(analyzer: VideoAnalyzer, video: Path) -> None:
    with pytest.raises(UnknownMovement, match="cmj"):
        await measure(analyzer, video, "somersault")


@pytest.mark.asyncio
async def test_refuses_an_unknown_option(analyzer: VideoAnalyzer, video: Path) -> None:
    with pytest.raises(InvalidOptions, match="shoe_size"):
        await measure(analyzer, video, options={"shoe_size": "44"})


def test_refuses_an_unknown_quality(analyzer: VideoAnalyzer, video: Path) -> None:
    with pytest.raises(ValueError, match="fast, balanced, accurate"):
        analyzer.analyze(video, "cmj", "best")
