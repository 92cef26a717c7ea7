"""Times are the container's, exactly, whatever the rate does."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from kinemotion.errors import UsageProblem
from kinemotion.video import open_video
from kinemotion.video.timing import is_uneven, measure_step_s

MakeVideo = Callable[..., Path]


def times(path: Path) -> list[float]:
    with open_video(path) as video:
        return [frame.time_s for frame in video.frames()]


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".ts"])
def test_times_are_the_stamps_less_the_first_one(make_video: MakeVideo, suffix: str) -> None:
    stamps = [9000, 12003, 15006, 18010, 24017, 27020, 27500]
    path = make_video(stamps=stamps, rate=90_000, suffix=suffix)
    assert times(path) == [float(Fraction(stamp - 9000, 90_000)) for stamp in stamps]


def test_the_whole_rate_is_not_the_rounded_one(make_video: MakeVideo) -> None:
    path = make_video(stamps=range(0, 1001 * 30, 1001), rate=30_000)
    with open_video(path) as video:
        last = [frame.time_s for frame in video.frames()][-1]
        info = video.info
    assert last == 29 * 1001 / 30_000
    assert info.fps == pytest.approx(30_000 / 1001, rel=1e-9)
    assert info.frame_count == 30
    assert info.duration_s == pytest.approx(30 * 1001 / 30_000, rel=1e-9)


@pytest.mark.parametrize(
    ("stamps", "variable"),
    [
        ([0, 3000, 6000, 9000, 12000], False),
        ([0, 3010, 5995, 9004, 12000], False),
        ([0, 3000, 6000, 12000, 15000], True),
        ([0, 3000, 6600, 9000, 12000], True),
    ],
    ids=["even", "jitter", "dropped", "wandering"],
)
def test_a_variable_rate_is_distinguished_from_jitter(make_video: MakeVideo, stamps: list[int], variable: bool) -> None:
    with open_video(make_video(stamps=stamps, rate=90_000)) as video:
        list(video.frames())
        assert video.info.variable_frame_rate is variable


def test_rounding_to_milliseconds_is_no_variable_rate() -> None:
    stamps = [round(index * 1000 / 120) / 1000 for index in range(200)]
    assert not is_uneven(stamps, tick_s=0.001)
    assert measure_step_s(stamps) == pytest.approx(1 / 120, rel=1e-3)


def test_gaps_do_not_lengthen_the_usual_step() -> None:
    assert measure_step_s([0.0, 0.033, 0.067, 0.1, 0.2, 0.233, 0.267, 0.3]) == pytest.approx(1 / 30, rel=1e-9)


@pytest.mark.parametrize("hidden", [1, 3])
def test_an_edit_list_hides_frames(make_video: MakeVideo, hidden: int) -> None:
    path = make_video(stamps=range(-hidden, 10 - hidden), options={"avoid_negative_ts": "disabled"})
    with open_video(path) as video:
        frames = list(video.frames())
        info = video.info
    assert [frame.time_s for frame in frames] == [index / 30 for index in range(10 - hidden)]
    assert [frame.index for frame in frames] == list(range(10 - hidden))
    assert frames[0].image[-4, -4, 0] == pytest.approx(40 + 5 * hidden, abs=2)
    assert (info.frame_count, info.promised_frames) == (10 - hidden, 10)
    assert info.warnings == ()


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_slow_motion_tag_makes_times_real(make_video: MakeVideo, suffix: str) -> None:
    path = make_video(suffix=suffix, tags={"com.android.capture.fps": "240.000000"})
    with open_video(path) as video:
        found = [frame.time_s for frame in video.frames()]
        info = video.info
    assert found == pytest.approx([index / 240 for index in range(10)], abs=1e-4)
    assert (info.capture_fps, info.capture_fps_source) == (240.0, "com.android.capture.fps")
    assert info.fps == pytest.approx(30, rel=0.01)


@pytest.mark.parametrize("tag", ["30.0", "nonsense", "nan", "-240", "0"])
def test_a_tag_without_slow_motion_changes_nothing(make_video: MakeVideo, tag: str) -> None:
    path = make_video(tags={"com.android.capture.fps": tag})
    with open_video(path) as video:
        assert [frame.time_s for frame in video.frames()] == [index / 30 for index in range(10)]
        assert video.info.capture_fps is None


def test_the_option_beats_the_tag(make_video: MakeVideo) -> None:
    path = make_video(tags={"com.android.capture.fps": "240"})
    with open_video(path, capture_fps=120) as video:
        assert [frame.time_s for frame in video.frames()] == pytest.approx([index / 120 for index in range(10)])
        assert (video.info.capture_fps, video.info.capture_fps_source) == (120, "option")


@pytest.mark.parametrize("rate", [0.0, -30.0, float("nan"), float("inf")])
def test_an_impossible_capture_rate_is_refused(make_video: MakeVideo, rate: float) -> None:
    with pytest.raises(UsageProblem), open_video(make_video(), capture_fps=rate):
        pass


def test_a_part_keeps_the_numbers_and_times_of_the_whole(make_video: MakeVideo) -> None:
    path = make_video(stamps=range(30))
    with open_video(path, start_s=0.2, end_s=0.4) as video:
        frames = list(video.frames())
        info = video.info
    assert [frame.index for frame in frames] == [6, 7, 8, 9, 10, 11]
    assert frames[0].time_s == pytest.approx(0.2)
    assert frames[0].image[-4, -4, 0] == pytest.approx(40 + 5 * 6, abs=2)
    assert (info.frame_count, info.promised_frames, info.warnings) == (6, 30, ())


@pytest.mark.parametrize(("start_s", "end_s"), [(0.4, 0.2), (0.2, 0.2), (-1.0, 0.2), (5.0, None), (float("nan"), None)])
def test_an_empty_part_is_refused(make_video: MakeVideo, start_s: float, end_s: float | None) -> None:
    with pytest.raises(UsageProblem), open_video(make_video(), start_s=start_s, end_s=end_s) as video:
        list(video.frames())
