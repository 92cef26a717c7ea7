"""A refused clip left no overlay, plots or page: nobody could see what the engine had seen, and why it refused."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kinemotion import load_poses
from kinemotion.i18n.texts import load_texts
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.report.figures.seen_chart import make_seen_chart
from kinemotion.report.page.seen import Seen, describe_seen, find_seen


@pytest.fixture
def poses(sample: Path) -> str:
    """The recorded poses of the sample clip, as an estimator."""
    return f"recorded:{sample.parents[2] / 'kinemotion-cli' / 'tests' / 'data' / 'cmj.npz'}"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("sj-analyze", "The athlete did not hold a squat. This looks like a countermovement jump."),
        ("running-analyze", "The video shows a person, but no running."),
    ],
    ids=["refused trial", "no trial"],
)
def test_overlay_and_page_show_what_was_seen_and_why(
    kinemotion: Any, sample: Path, poses: str, tmp_path: Path, command: str, reason: str
):
    overlay, page, plots = tmp_path / "overlay.mp4", tmp_path / "page.html", tmp_path / "plots"
    asked = ("--overlay", overlay, "--report", page, "--plots", plots)
    ended = kinemotion(command, sample, "--estimator", poses, *asked)
    assert ended.status == 5
    assert [path.name for path in plots.iterdir()] == ["seen.png"]
    shown = unescape(page.read_text("utf-8"))
    assert shown.count('data-name="seen"') == 1
    assert reason in shown
    assert re.search(r"A person is visible in 100\W% of the video", shown)
    assert shown.count("data:image/jpeg") == 3
    assert "Jump height" not in shown
    assert "Take these numbers" not in shown
    with av.open(str(overlay)) as painted, av.open(str(sample)) as filmed:
        pairs = zip(painted.decode(video=0), filmed.decode(video=0), strict=True)
        for number, (drawn, plain) in enumerate(pairs):
            if number == 100:
                check_painted(drawn.to_ndarray(format="gray").astype(int), plain.to_ndarray(format="gray").astype(int))


def check_painted(drawn: Any, plain: Any) -> None:
    """Check that the picture has the skeleton on it, and margins: the clock above it, the reason below."""
    height, added = len(plain), len(drawn) - len(plain)
    above = min(range(added), key=lambda top: float(np.abs(drawn[top : top + height] - plain).mean()))
    changed = np.abs(drawn[above : above + height] - plain) > 40
    assert changed[height // 3 : 2 * height // 3].any()
    assert not changed[: height // 12].any()
    assert not changed[-height // 12 :].any()
    for margin in (drawn[:above], drawn[above + height :]):
        assert (margin > 150).any()


def test_the_plot_shows_the_jump_that_was_refused(sample: Path):
    frames = load_poses(sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "cmj.npz").recorded
    chart = make_seen_chart(frames, height_px=960, texts=load_texts("en"))
    assert chart is not None
    hips, left, right = chart.panels[0].curves
    for foot in (left, right):
        standing_px, flying_px = foot.values[foot.time_s < 1.0], foot.values[np.abs(foot.time_s - 2.07) < 0.05]
        assert 70 < flying_px.min() - standing_px.max() < 170
    dip_px = hips.values[hips.time_s < 1.0].mean() - hips.values[np.abs(hips.time_s - 1.52) < 0.05].mean()
    assert 50 < dip_px < 150
    [bar] = chart.panels[1].bars
    assert (bar.start_s, bar.end_s) == (0.0, pytest.approx(frames[-1].time_s + 1 / 60, abs=1e-3))


def test_a_plot_of_nobody_is_none():
    assert make_seen_chart([frame(0, people=0)], height_px=960, texts=load_texts("en")) is None


def frame(index: int, *, people: int) -> FramePoses:
    someone = Pose(0, np.zeros((33, 2)), np.ones(33), np.zeros((2, 2)))
    return FramePoses(index, index / 10, (someone,) * people, np.eye(2, 3))


def test_the_page_says_where_the_athlete_was_lost():
    frames = [frame(index, people=int(index not in {0, 5, 6})) for index in range(10)]
    assert find_seen(frames) == Seen(0.7, 0.1, 0.9, ((0.0, 0.0), (0.5, 0.6)))
    sentence = " ".join(describe_seen(frames, load_texts("fr")))
    assert "70\u00a0%" in sentence
    assert "0,50\u00a0s – 0,60\u00a0s" in sentence


def test_a_clip_that_shows_nobody_says_so():
    assert describe_seen([frame(0, people=0)], load_texts("en")) == ["The video shows no person."]
