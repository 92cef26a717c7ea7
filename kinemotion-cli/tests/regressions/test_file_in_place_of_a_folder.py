"""A file given to `--plots` was told after the whole analysis; of `--json-dir` it was said that there is no folder."""

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("option", ["--plots", "--json-dir", "--report-dir", "--overlay-dir"])
def test_a_file_in_place_of_a_folder_is_told_before_the_analysis(
    kinemotion: Any, sample: Path, tmp_path: Path, option: str
):
    poses = sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "cmj.npz"
    taken = tmp_path / "taken"
    taken.write_text("mine")
    ended = kinemotion("cmj-analyze", sample, "--estimator", f"recorded:{poses}", option, taken)
    assert ended.status == 7
    assert f"Error: {str(taken)!r} is a file, not a folder.\n" in ended.err
    assert "Jump height" not in ended.out + ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    assert taken.read_text() == "mine"


@pytest.mark.parametrize("option", ["--plots", "--json-dir"])
def test_a_folder_of_too_long_a_name_is_told(kinemotion: Any, sample: Path, tmp_path: Path, option: str):
    ended = kinemotion("cmj-analyze", sample, option, tmp_path / ("a" * 300))
    assert ended.status == 7
    assert 'could not be written: "File name too long".' in ended.err
    assert not list(tmp_path.iterdir())
