"""Of recorded poses, --start and --end took no part; those of --save-poses did not say what video they were of."""

from pathlib import Path
from typing import Any

import pytest

from kinemotion import analyze_poses, load_poses


@pytest.fixture
def recorded(sample: Path) -> list[Any]:
    """The sample clip with its recorded poses."""
    poses = sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "cmj.npz"
    return ["cmj-analyze", sample, "--estimator", f"recorded:{poses}", "--json", "-"]


def test_only_the_part_that_was_asked_for_is_measured_and_saved(kinemotion: Any, recorded: list[Any], tmp_path: Path):
    whole = kinemotion(*recorded).document
    saved = tmp_path / "part.npz"
    part = kinemotion(*recorded, "--start", 0.2, "--end", 3.2, "--save-poses", saved).document
    assert part["trials"][0]["start_s"] == pytest.approx(0.2)
    assert part["data"]["flight_time_ms"] == pytest.approx(whole["data"]["flight_time_ms"], abs=1)
    poses = load_poses(saved)
    assert len(poses.recorded) == part["metadata"]["video"]["frame_count"] == 180
    assert analyze_poses(poses).to_dict()["data"] == part["data"]


def test_a_part_without_the_jump_holds_none(kinemotion: Any, recorded: list[Any]):
    assert kinemotion(*recorded, "--end", 0.5).status == 5


def test_saved_poses_are_not_written_over_while_they_are_read(kinemotion: Any, sample: Path, tmp_path: Path):
    saved = tmp_path / "poses.npz"
    saved.write_bytes((sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "cmj.npz").read_bytes())
    before = saved.read_bytes()
    line = ["cmj-analyze", sample, "--estimator", f"recorded:{saved}", "--save-poses", saved, "--end", 1]
    ended = kinemotion(*line)
    assert ended.status == 7
    assert "overwrite an input" in ended.err
    assert saved.read_bytes() == before


@pytest.mark.parametrize("part", [(3, 1), (99, 100), (1.001, 1.002)])
def test_a_part_without_pictures_is_refused_with_the_names_of_the_options(
    kinemotion: Any, recorded: list[Any], part: tuple[float, float]
):
    ended = kinemotion(*recorded, "--start", part[0], "--end", part[1])
    assert ended.status == 2
    assert "--start" in ended.err.partition("Hint")[2]
    assert "ends before" not in ended.err
