"""An athlete's name with bytes that are no text cost the C3D file and the table."""

import os
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.posix
def test_a_name_that_is_no_text_costs_no_output(kinemotion: Any, sample: Path, tmp_path: Path):
    recorded = f"recorded:{sample.parents[2] / 'kinemotion-cli' / 'tests' / 'data' / 'cmj.npz'}"
    outputs = ("--csv", tmp_path / "a.csv", "--exchange", tmp_path / "a.c3d", "--json", "-")
    ended = kinemotion("cmj-analyze", sample, "--estimator", recorded, "--athlete", os.fsdecode(b"Ana \xff"), *outputs)
    assert ended.status == 0
    assert ended.document["metadata"]["algorithm"]["settings"]["athlete"]["name"] == "Ana ?"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.c3d", "a.csv"]
