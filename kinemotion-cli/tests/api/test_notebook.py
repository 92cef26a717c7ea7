"""What notebooks use: tables, arrays, plots, poses kept in a file, pictures from any iterator."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from seen_frames import SeenFrames

from kinemotion import (
    AnalysisReport,
    Report,
    Settings,
    analyze_frames,
    analyze_poses,
    estimate_poses,
    pictures_and_poses,
)
from kinemotion.errors import UsageProblem
from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import VideoInfo
from kinemotion.pose.recorded import RecordedEstimator, load_poses
from kinemotion.video import open_video

RECORDED = load_poses(Path(__file__).parents[1] / "data" / "cmj.npz")
VIDEO = VideoInfo("cmj.mp4", None, 540, 960, 0, "h264", 60.0, 238, 3.97, variable_frame_rate=False)
POSES = RecordedEstimator(RECORDED.info, RECORDED.recorded, VIDEO)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model's answers for the sample clip, without the model."""
    seen = SeenFrames(RECORDED.info, RECORDED.recorded)
    monkeypatch.setattr(pictures_and_poses, "open_estimator", lambda *_, **__: nullcontext(seen))  # pyright: ignore[reportUnknownArgumentType, reportUnknownLambdaType]


@pytest.fixture(scope="module")
def report() -> AnalysisReport:
    return analyze_poses(POSES)


def test_a_report_is_one_and_yields_its_trials(report: AnalysisReport):
    assert isinstance(report, Report)
    assert [trial.index for trial in report] == [trial.index for trial in report.trials]
    assert len(list(report)) == 1


def test_a_table_has_a_row_a_trial_with_metrics_and_intervals(report: AnalysisReport):
    table, document = report.to_pandas(), report.to_dict()
    assert list(table.index) == [1]
    row = table.loc[1].to_dict()
    assert row["jump_height_m"] == document["data"]["jump_height_m"]
    assert (row["jump_height_m_low"], row["jump_height_m_high"]) == tuple(document["intervals"]["jump_height_m"] or ())
    assert row["confidence"] == document["trials"][0]["quality"]["confidence"]


def test_an_array_has_the_motion_in_metres(report: AnalysisReport):
    motion = report.to_xarray()
    assert motion.attrs["length_unit"] == "m"
    height = motion.position.sel(space="y", keypoints="centre_of_mass").squeeze()
    assert report.headline
    assert report.headline.motion
    assert np.array_equal(height.values, report.headline.motion.com[:, 1])
    assert report.to_xarray(1).identical(motion)


def test_a_plot_is_a_figure_with_the_curves(report: AnalysisReport):
    figure = report.plot("height", lang="es")
    [height, _] = figure.axes
    assert len(height.lines) >= 2
    assert report.plot().texts[0].get_text() != figure.texts[0].get_text()


def test_what_is_not_there_is_refused_with_what_is(report: AnalysisReport):
    with pytest.raises(UsageProblem, match="no chart pie") as caught:
        report.plot("pie")
    assert "height" in str(caught.value.hint)
    with pytest.raises(UsageProblem, match="no such trial"):
        report.to_xarray(7)


def test_poses_come_back_from_their_file_and_give_the_same_numbers(report: AnalysisReport, tmp_path: Path):
    POSES.save(tmp_path / "poses.npz")
    found = load_poses(tmp_path / "poses.npz")
    assert found.video == VIDEO
    assert analyze_poses(found).to_dict()["data"] == report.to_dict()["data"]


def test_poses_of_an_unknown_video_are_refused():
    with pytest.raises(UsageProblem, match="do not say what video"):
        analyze_poses(RECORDED)


@pytest.mark.usefixtures("recorded")
def test_poses_are_estimated_once_and_know_their_video(sample: Path, report: AnalysisReport):
    poses = estimate_poses(sample, quality="fast", settings=Settings(estimator="litert"))
    assert poses.video
    assert (poses.video.width, poses.video.height, poses.video.frame_count) == (540, 960, 238)
    assert analyze_poses(poses).to_dict()["data"] == report.to_dict()["data"]


def pictures(path: Path, *, start_s: float) -> Iterator[tuple[float, Image]]:
    """The frames of a clip, as another program would have them."""
    with open_video(path) as video:
        for frame in video.frames():
            yield start_s + frame.time_s, frame.image


@pytest.mark.usefixtures("recorded")
def test_pictures_of_any_iterator_give_the_numbers_of_the_file(sample: Path, report: AnalysisReport):
    found = analyze_frames(pictures(sample, start_s=1000.0))
    assert found.to_dict()["data"] == report.to_dict()["data"]
    assert (found.video.width, found.video.height, found.video.frame_count) == (540, 960, 238)
    assert found.video.fps == pytest.approx(60, abs=0.1)
    assert not found.video.variable_frame_rate


PICTURE: Image = np.zeros((4, 4, 3), np.uint8)


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([(0.0, PICTURE), (0.0, PICTURE)], "not later"),
        ([(0.0, PICTURE), (0.1, np.zeros((5, 4, 3), np.uint8))], "differ in size"),
        ([(0.0, np.zeros((4, 4), np.uint8))], "not a picture"),
    ],
)
def test_pictures_that_cannot_be_measured_are_refused(given: list[tuple[float, Image]], message: str):
    with pytest.raises(UsageProblem, match=message):
        analyze_frames(given)
