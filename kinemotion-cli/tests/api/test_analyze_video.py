"""The public functions, on recorded poses and on the sample clip."""

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from threading import current_thread

import numpy as np
import pytest
from seen_frames import SeenFrames

import kinemotion
from kinemotion import Athlete, Report, Settings, Trial, analyze_video, api, process_cmj_video, process_dropjump_video
from kinemotion.clip_watcher import ClipWatcher
from kinemotion.errors import UnknownMovement, UsageProblem, VideoNotFound
from kinemotion.motion.frames import Frame
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pose.recorded import load_poses
from kinemotion.report.contract.document import make_document
from kinemotion.session import MeasurementSetup

RECORDED = load_poses(Path(__file__).parents[1] / "data" / "cmj.npz")


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model's answers for the sample clip, without the model."""
    seen = SeenFrames(RECORDED.info, RECORDED.recorded)
    monkeypatch.setattr(api, "open_estimator", lambda *_, **__: nullcontext(seen))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]


def data_of(report: Report) -> str:
    """The numbers of a document, to the last byte."""
    content = make_document(report)
    return json.dumps([content["data"], content["intervals"], content["trials"]])


@pytest.mark.usefixtures("recorded")
def test_a_known_jump_is_measured(sample: Path):
    truth = json.loads(sample.with_suffix(".truth.json").read_text())["motion"]
    result = process_cmj_video(sample)
    content = result.to_dict()
    assert content["data"]["jump_height_m"] == pytest.approx(truth["jump_height_m"]["from_takeoff"], abs=0.03)
    assert content["data"]["flight_time_ms"] == pytest.approx(1000 * truth["flight_time_s"], abs=15)
    assert result.metrics
    assert result.metrics.jump_height
    assert result.metrics.jump_height.value == pytest.approx(content["data"]["jump_height_m"], abs=1e-4)
    assert content["metadata"]["video"]["frame_count"] == 238


@pytest.mark.usefixtures("recorded")
def test_the_same_clip_twice_gives_the_same_bytes(sample: Path):
    assert data_of(analyze_video(sample)) == data_of(analyze_video(sample))


@pytest.mark.usefixtures("recorded")
def test_mass_adds_power_and_changes_nothing_else(sample: Path):
    without = make_document(analyze_video(sample))["data"]
    heavy = make_document(analyze_video(sample, athlete=Athlete(mass_kg=80)))["data"]
    added = {name for name in heavy if heavy[name] != without[name]}
    assert without["peak_power_w"] is None
    assert "peak_power_w" in added
    assert all(name.endswith(("_w", "_n")) for name in added)


@pytest.mark.usefixtures("recorded")
def test_settings_and_origin_are_kept(sample: Path):
    settings = Settings(end_s=3.0)
    report = analyze_video(sample, quality="accurate", athlete=Athlete(sex="female"), settings=settings)
    origin = make_document(report)["metadata"]
    assert origin["processing"]["quality_preset"] == "accurate"
    assert set(origin["processing"]["stages_s"]) == {"decode", "pose", "analysis"}
    assert origin["algorithm"]["estimator"]["model_sha256"] == RECORDED.info.model_sha256
    assert origin["algorithm"]["settings"]["end_s"] == 3.0
    assert origin["algorithm"]["settings"]["athlete"]["sex"] == "female"
    assert origin["video"]["frame_count"] == 180


@pytest.mark.usefixtures("recorded")
def test_the_listener_hears_every_frame_and_trial(sample: Path):
    steps: list[tuple[int, int | None]] = []
    trials: list[Trial] = []
    request = api.Request(path=sample, movement="cmj", quality="balanced", athlete=Athlete(), settings=Settings())
    listener = api.Listener(progress=lambda done, total: steps.append((done, total)), trial=trials.append)
    report = api.run(request, listener=listener)
    assert steps == [(done, 238) for done in range(1, 239)]
    assert trials == list(report.trials)


def test_warnings_of_the_file_stand_beside_those_of_the_trial(toy_report: Report, sample: Path):
    info = replace(toy_report.video, warnings=("The file is cut off.",))
    assert toy_report.headline
    cmj = registry.get("cmj")
    watcher = ClipWatcher(info, MeasurementSetup(cmj, BLAZEPOSE, Athlete(), cmj.options()))
    quality = watcher.rate(toy_report.headline, toy_report.trials, video=info)
    assert quality.warnings == ("Film from the side.", "The file is cut off.")


@pytest.mark.parametrize(("grey", "confidence"), [(44, "low"), (57, "high")])
def test_a_dark_film_gives_low_confidence(toy_report: Report, grey: int, confidence: str):
    assert toy_report.headline
    assert toy_report.headline.quality.confidence == "high"
    cmj = registry.get("cmj")
    watcher = ClipWatcher(toy_report.video, MeasurementSetup(cmj, BLAZEPOSE, Athlete(), cmj.options()))
    picture = np.full((160, 90, 3), grey, dtype=np.uint8)
    for _ in watcher.watch_pictures(Frame(index, index / 2, picture) for index in range(4)):
        pass
    quality = watcher.rate(toy_report.headline, toy_report.trials, video=toy_report.video)
    assert quality.confidence == confidence
    assert (quality.score < 50) is (confidence == "low")
    assert ("The video is very dark." in quality.warnings) is (confidence == "low")


@pytest.mark.engine
def test_threads_change_no_byte(sample: Path):
    one, *others = (
        analyze_video(sample, quality="fast", settings=Settings(threads=threads, start_s=1.2, end_s=2.6))
        for threads in (1, 2, 3)
    )
    assert all(data_of(other) == data_of(one) for other in others)


@pytest.mark.engine
@pytest.mark.parametrize("threads", [1, 2])
def test_with_one_thread_nothing_is_made_ahead(sample: Path, threads: int):
    settings = Settings(threads=threads, end_s=2.6)
    request = api.Request(path=sample, movement="cmj", quality="fast", athlete=Athlete(), settings=settings)
    makers: set[str] = set()

    def note(_done: int, _total: int | None):
        makers.add(current_thread().name)

    api.run(request, listener=api.Listener(progress=note))
    assert (makers == {current_thread().name}) is (threads == 1)


def test_problems_are_typed(tmp_path: Path):
    with pytest.raises(UnknownMovement, match="cmj"):
        analyze_video(tmp_path / "nothing.mp4", "swimming")
    with pytest.raises(VideoNotFound):
        analyze_video(tmp_path / "nothing.mp4")
    for process in (process_cmj_video, process_dropjump_video):
        with pytest.raises(kinemotion.KinemotionError):
            process(tmp_path)


def test_an_unknown_preset_is_a_usage_problem(sample: Path):
    with pytest.raises(UsageProblem, match="best"):
        process_cmj_video(sample, quality="best")
