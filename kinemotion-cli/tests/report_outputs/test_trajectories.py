import csv
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinemotion.errors import UsageProblem
from kinemotion.motion.body import Motion, Scale
from kinemotion.motion.report import Report
from kinemotion.report.exchange.trajectories import write_trajectories


def read(path: Path) -> Any:
    return import_module("pyarrow.parquet").read_table(path)


def motion_of(report: Report) -> Motion:
    assert report.headline is not None
    assert report.headline.motion is not None
    return report.headline.motion


def test_every_frame_is_a_row(jump_report: Report, tmp_path: Path):
    motion = motion_of(jump_report)
    write_trajectories(jump_report, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["time_s"]) for row in rows] == pytest.approx(motion.time_s, abs=1e-6)
    assert [float(row["com_y_m"]) for row in rows] == pytest.approx(motion.com[:, 1], abs=1e-6)
    assert [float(row["left_knee_x_m"]) for row in rows] == pytest.approx(motion.joint("left_knee")[:, 0], abs=1e-6)
    assert {"flight", "propulsion"} <= {row["phase"] for row in rows}
    assert max(float(row["left_knee_flexion_deg"]) for row in rows) > 60


def test_parquet_holds_the_same(jump_report: Report, tmp_path: Path):
    write_trajectories(jump_report, tmp_path / "t.parquet")
    table = read(tmp_path / "t.parquet")
    motion = motion_of(jump_report)
    np.testing.assert_allclose(table["com_y_m"].to_numpy(), motion.com[:, 1])
    assert table["trial"][0].as_py() == 1


def test_without_a_ruler_there_are_no_lengths(jump_report: Report, tmp_path: Path):
    unscaled = replace(motion_of(jump_report), scale=Scale("assumed", 0.005, 0.2))
    trial = replace(jump_report.trials[0], motion=unscaled)
    write_trajectories(replace(jump_report, trials=(trial,)), tmp_path / "t.parquet")
    table = read(tmp_path / "t.parquet")
    assert table["com_y_m"].null_count == len(table)
    assert table["left_knee_flexion_deg"].null_count == 0


def test_a_foot_in_the_air_has_no_ankle_angle(jump_report: Report, tmp_path: Path):
    write_trajectories(jump_report, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        pairs = {(row["phase"], row["right_ankle_dorsiflexion_deg"] != "") for row in csv.DictReader(file)}
    assert {("braking", True), ("propulsion", True), ("flight", False)} <= pairs
    assert ("flight", True) not in pairs


def test_unknown_extension(jump_report: Report, tmp_path: Path):
    with pytest.raises(UsageProblem):
        write_trajectories(jump_report, tmp_path / "t.txt")
