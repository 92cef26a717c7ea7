"""The default passes over frames in which nothing happens; no metric may differ from that of a full pass."""

import os
from pathlib import Path

import pytest
from full_pass import LIMIT, compare, find_default_poses, find_poses

from kinemotion.movements import registry

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
DATA = Path(os.environ.get("KINEMOTION_DATA", SAMPLES))


@pytest.mark.engine
@pytest.mark.parametrize(("name", "movement"), [("cmj", "cmj"), ("dropjump", "dropjump"), ("sj", "sj")])
def test_a_sample_is_measured_as_by_a_full_pass(name: str, movement: str):
    passes = find_poses(SAMPLES / f"{name}.mp4", preset="fast")
    assert passes.passed_over > 0.1 * len(passes.full)
    assert passes.between > 20
    assert len(passes.full) == len(passes.default)
    differences = compare(passes, movement)
    assert differences
    assert [item for item in differences if item.widths > LIMIT] == []


@pytest.mark.engine
def test_a_run_is_measured_in_every_frame():
    passes = find_poses(SAMPLES / "running.mp4", preset="fast")
    assert passes.passed_over == 0
    for full, default in zip(passes.full, passes.default, strict=True):
        assert [pose.points.tobytes() for pose in full.people] == [pose.points.tobytes() for pose in default.people]


@pytest.mark.engine
def test_threads_change_no_point_of_a_clip_in_which_frames_are_passed_over():
    one, *others = (
        [
            (frame.index, pose.points.tobytes(), pose.ground.tobytes(), pose.change)
            for frame in find_default_poses(SAMPLES / "cmj.mp4", preset="fast", threads=threads)
            for pose in frame.people
        ]
        for threads in (1, 2, 4)
    )
    assert others == [one, one]


@pytest.mark.real
@pytest.mark.parametrize("clip", sorted(DATA.rglob("*.mp4")), ids=lambda clip: clip.stem)
def test_a_clip_is_measured_as_by_a_full_pass(clip: Path):
    passes = find_poses(clip)
    for movement in registry.list_names():
        assert [item for item in compare(passes, movement) if item.widths > LIMIT] == []
