"""The overlay, decoded again: same times, same size, and the athlete drawn where the athlete is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kinemotion.errors import OutputProblem
from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.report import Report
from kinemotion.report.overlay import dashboard, draw
from kinemotion.report.overlay.figure import Figure
from kinemotion.report.overlay.painter import OverlayPainter
from kinemotion.report.series import place_on_picture
from kinemotion.video.encode import open_writer

Footage = Callable[[], Iterator[Frame]]


def encode(path: Path, info: VideoInfo, *, times_s: list[float]) -> None:
    with open_writer(path, info) as writer:
        for place, time_s in enumerate(times_s):
            shade = np.full((info.height, info.width, 3), 10 * (place % 20), dtype=np.uint8)
            writer.write(shade, time_s=time_s)


def decode(path: Path) -> tuple[list[float], Image, float]:
    """Time stamps, the first picture, and the length of the file in seconds."""
    with av.open(str(path)) as file:
        frames: list[Any] = list(file.decode(video=0))
        assert file.duration is not None
        assert frames[0].format.name == "yuv420p"
        return [float(frame.time or 0) for frame in frames], np.asarray(frames[0].to_image()), file.duration / 1e6


def test_variable_times_are_kept(video_info: VideoInfo, tmp_path: Path):
    times_s = [0.0, 0.0333, 0.0667, 0.15, 0.1833, 0.3]
    info = replace(video_info, width=64, height=48, fps=5 / 0.3, variable_frame_rate=True)
    encode(tmp_path / "out.mp4", info, times_s=times_s)
    found, picture, length_s = decode(tmp_path / "out.mp4")
    assert found == pytest.approx(times_s, abs=1e-4)
    assert length_s == pytest.approx(0.36, abs=0.002)
    assert picture.shape == (48, 64, 3)


def test_slow_motion_plays_as_slowly_as_its_source(video_info: VideoInfo, tmp_path: Path):
    info = replace(video_info, width=64, height=48, fps=30.0, capture_fps=240.0)
    encode(tmp_path / "out.mp4", info, times_s=[frame / 240 for frame in range(10)])
    found, _, _ = decode(tmp_path / "out.mp4")
    assert found == pytest.approx([frame / 30 for frame in range(10)], abs=1e-4)


def test_a_part_of_a_clip_starts_at_its_first_picture(video_info: VideoInfo, tmp_path: Path):
    encode(tmp_path / "out.mp4", replace(video_info, width=64, height=48), times_s=[7.0, 7.02, 7.04])
    assert decode(tmp_path / "out.mp4")[0] == pytest.approx([0.0, 0.02, 0.04], abs=1e-4)


def test_odd_sides_grow_by_one_pixel(video_info: VideoInfo, tmp_path: Path):
    encode(tmp_path / "out.mp4", replace(video_info, width=63, height=47), times_s=[0.0, 0.02])
    assert decode(tmp_path / "out.mp4")[1].shape == (48, 64, 3)


def test_playback_starts_before_the_file_is_there(video_info: VideoInfo, tmp_path: Path):
    encode(tmp_path / "out.mp4", replace(video_info, width=64, height=48), times_s=[0.0, 0.02])
    stored = (tmp_path / "out.mp4").read_bytes()
    assert stored.index(b"moov") < stored.index(b"mdat")


def test_colours_survive(video_info: VideoInfo, tmp_path: Path):
    red = np.zeros((48, 64, 3), dtype=np.uint8)
    red[...] = (200, 30, 60)
    with open_writer(tmp_path / "out.mp4", replace(video_info, width=64, height=48)) as writer:
        writer.write(red, time_s=0.0)
    _, picture, _ = decode(tmp_path / "out.mp4")
    assert np.abs(picture.astype(int) - red).max() <= 8


def test_an_unwritable_video_is_an_output_problem(video_info: VideoInfo, tmp_path: Path):
    with pytest.raises(OutputProblem):
        encode(tmp_path / "missing" / "out.mp4", replace(video_info, width=64, height=48), times_s=[0.0])


def test_the_athlete_is_drawn_where_the_athlete_is(jump_report: Report, footage: Footage):
    """White discs lie on the joints, and nothing is drawn outside the athlete, the plates and the floor."""
    motion = jump_report.trials[0].motion
    assert motion is not None
    frames = [frame for frame in footage() if motion.time_s[0] <= frame.time_s <= motion.time_s[-1]]
    painter = OverlayPainter(jump_report)
    above = painter.margins.above
    painted = [painter.paint(frame)[above : above + jump_report.video.height] for frame in frames]
    row = len(painted) // 2
    changed = (painted[row] != frames[row].image).any(axis=2)
    x, y = place_on_picture(motion, motion.joint("left_knee")[row : row + 1], row=row)[0].round().astype(int)
    assert (painted[row][y, x] > 200).all()
    assert not changed[:, 5].sum() > 40
    assert 0.01 < changed.mean() < 0.3


def test_frames_outside_the_trial_are_left_alone(jump_report: Report):
    image = np.full((600, 400, 3), 90, dtype=np.uint8)
    painter = OverlayPainter(jump_report)
    painted, above = painter.paint(Frame(9999, 999.0, image)), painter.margins.above
    assert (painted.shape[1], painted.shape[0]) == painter.size
    np.testing.assert_array_equal(painted[above : above + 600], image)


def test_two_at_once_share_one_set_of_plates(jump_report: Report, footage: Footage):
    """The other athlete is drawn too; the plates show the headline's, whatever the order of the trials."""
    best = jump_report.trials[0]
    assert best.motion is not None
    beside = replace(best.motion.pixels, origin_px=(330.0, best.motion.pixels.origin_px[1]))
    other = replace(best, index=1, person=1, metrics=None, motion=replace(best.motion, pixels=beside))
    [frame] = [frame for frame in footage() if frame.index == 60]
    alone = OverlayPainter(jump_report).paint(frame)
    both = OverlayPainter(replace(jump_report, trials=(other, best))).paint(frame)
    np.testing.assert_array_equal(both[:100], alone[:100])
    assert (both[:, 300:] != alone[:, 300:]).any()


def test_the_source_frame_is_not_painted_over(jump_report: Report, footage: Footage):
    painter = OverlayPainter(jump_report)
    for frame in footage():
        before = frame.image.copy()
        painter.paint(frame)
        np.testing.assert_array_equal(frame.image, before)


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_painted_and_encoded(jump_report: Report, footage: Footage, tmp_path: Path, lang: str):
    painter = OverlayPainter(jump_report, lang=lang)
    width, height = painter.size
    with open_writer(tmp_path / "out.mp4", replace(jump_report.video, width=width, height=height)) as writer:
        for frame in footage():
            writer.write(painter.paint(frame), time_s=frame.time_s)
    found, picture, length_s = decode(tmp_path / "out.mp4")
    assert found == pytest.approx([frame.time_s for frame in footage()], abs=1e-4)
    assert length_s == pytest.approx(jump_report.video.duration_s, abs=0.002)
    assert picture.shape == (height, width, 3)
    with av.open(str(tmp_path / "out.mp4")) as file:
        assert file.streams.video[0].average_rate == Fraction(50)


def test_accents_are_written():
    assert draw.spell("Décollage −1,2") == "Décollage −1,2"
    assert draw.load_font(20).getbbox("É")[1] < draw.load_font(20).getbbox("E")[1]


def test_without_a_typeface_that_has_them_accents_are_dropped(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(draw, "_find_typeface", lambda: None)
    assert draw.spell("Décollage −1,2, œil") == "Decollage -1,2, oeil"


@pytest.mark.parametrize(("lang", "between"), [("en", "to"), ("fr", "à")])
def test_results_are_shown_with_their_intervals(
    jump_report: Report, footage: Footage, monkeypatch: pytest.MonkeyPatch, lang: str, between: str
):
    written: list[str] = []

    def write(*_: object, text: str, **__: object) -> None:
        written.append(text)

    monkeypatch.setattr(dashboard, "write", write)
    painter = OverlayPainter(jump_report, lang=lang)
    for frame in footage():
        painter.paint(frame)
    sign = "." if lang == "en" else ","
    assert any(
        re.fullmatch(rf"3\d\{sign}\d\u00a0cm   \(3\d\{sign}\d {between} 3\d\{sign}\d\)", text) for text in written
    )


def test_results_stay_after_the_trial(jump_report: Report, footage: Footage, monkeypatch: pytest.MonkeyPatch):
    """A film goes on after the trial: the results were there for a second only, and gone in its last picture."""
    written: list[str] = []

    def write(*_: object, text: str, **__: object) -> None:
        written.append(text)

    monkeypatch.setattr(dashboard, "write", write)
    painter = OverlayPainter(jump_report)
    *_, last = footage()
    for frame in footage():
        painter.paint(frame)
    during = {*written}
    written.clear()
    later = painter.paint(replace(last, time_s=last.time_s + 1.0))
    assert later.shape[1::-1] == painter.size
    assert "Jump height" in written
    assert {*written} < during
    assert "Time" not in written


def test_no_plate_lies_on_the_feet_of_a_wide_picture(jump_report: Report):
    """The timeline moves up, between the other plates: below are the feet, under the strip of frames is the head."""
    [trial] = jump_report.trials
    assert trial.motion is not None
    farther = replace(trial.motion.pixels, origin_px=(150.0, 550.0), m_per_px=0.008)
    wide = replace(jump_report.video, width=1200, height=600)
    moved = replace(trial, motion=replace(trial.motion, pixels=farther))
    frame = Frame(60, 60 / 50, np.full((600, 1200, 3), 90, dtype=np.uint8))
    painted = OverlayPainter(replace(jump_report, trials=(moved,), headline=moved, video=wide)).paint(frame)
    changed = (painted != frame.image).any(axis=2)
    assert changed[60, 300:800].all()
    assert not changed[470:540, 400:].any()


PICTURES = {
    "phone": (540, 960, (200.0, 880.0), 0.0028),
    "phone, athlete at the edge": (540, 960, (60.0, 880.0), 0.0028),
    "athlete as high as the picture": (540, 960, (200.0, 950.0), 0.0024),
    "wide": (1280, 720, (600.0, 660.0), 0.0038),
    "wide, small athlete": (1280, 720, (300.0, 560.0), 0.006),
    "wide, athlete at the right edge": (1280, 720, (1150.0, 700.0), 0.0036),
    "square": (720, 720, (300.0, 690.0), 0.0038),
}
"""Width, height, where the floor under the toes is, px, and metres per pixel."""


def place_athlete(report: Report, name: str) -> Report:
    """The report with the athlete at another place of another picture."""
    width, height, origin_px, m_per_px = PICTURES[name]
    [trial] = report.trials
    assert trial.motion is not None
    pixels = replace(trial.motion.pixels, origin_px=origin_px, m_per_px=m_per_px)
    moved = replace(trial, motion=replace(trial.motion, pixels=pixels))
    video = replace(report.video, width=width, height=height)
    return replace(report, trials=(moved,), headline=moved, video=video)


@pytest.mark.parametrize("name", PICTURES)
def test_no_plate_covers_the_athlete_at_any_time(jump_report: Report, monkeypatch: pytest.MonkeyPatch, name: str):
    """At the apex the arms are up. Without the figure, the pictures are unchanged where the athlete is."""

    def draw_nothing(*_: object, **__: object) -> None:
        pass

    monkeypatch.setattr(Figure, "draw", draw_nothing)
    report = place_athlete(jump_report, name)
    motion = report.trials[0].motion
    assert motion is not None
    width, height, _, m_per_px = PICTURES[name]
    reach = 0.12 / m_per_px
    painter = OverlayPainter(report, lang="es")
    assert painter.size[0] == width
    lettered = 0
    for index in range(0, report.video.frame_count, 3):
        frame = grey(width, height, index=index)
        painted = painter.paint(frame)
        assert painted.shape == (painter.size[1], width, 3)
        row = int(np.argmin(np.abs(motion.time_s - frame.time_s)))
        points = place_on_picture(motion, motion.joints[row], row=row)
        left, top = np.maximum(np.floor(np.nanmin(points, axis=0) - reach), 0).astype(int)
        right, bottom = np.minimum(np.ceil(np.nanmax(points, axis=0) + reach), (width, height)).astype(int)
        shown = painted[painter.margins.above :][:height]
        assert (shown[top:bottom, left:right] == 90).all()
        lettered += int((painted > 200).all(axis=2).sum())
    assert lettered > 100  # white letters lie on the plates; margins alone are empty


def grey(width: int, height: int, *, index: int) -> Frame:
    return Frame(index, index / 50, np.full((height, width, 3), 90, dtype=np.uint8))
