"""Exchange files are read back by the field's own libraries, with values within rounding."""

# pyomeca leaves the kind of its keywords open.
# pyright: reportUnknownMemberType=false

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ezc3d  # pyright: ignore[reportMissingTypeStubs]
import numpy as np
import pytest
import xarray
from pyomeca import Analogs, Markers  # pyright: ignore[reportMissingTypeStubs]

from kinemotion.errors import OutputProblem, UsageProblem
from kinemotion.motion.body import Motion, Scale
from kinemotion.motion.report import Report
from kinemotion.reconstruct.angles import compute_angle
from kinemotion.report.exchange.formats import FORMATS, write_exchange
from kinemotion.report.exchange.markers import MARKERS, MIDDLES, fill_gaps
from kinemotion.report.series import compute_joint_angles, place_on_picture

TABS: Any = {"pandas_kwargs": {"sep": "\t"}}
"""What separates the columns of OpenSim's files."""


@pytest.fixture
def motion(jump_report: Report) -> Motion:
    assert jump_report.headline is not None
    assert jump_report.headline.motion is not None
    return jump_report.headline.motion


def test_c3d(jump_report: Report, motion: Motion, tmp_path: Path):
    write_exchange(jump_report, tmp_path / "jump.c3d")
    file: Any = ezc3d.c3d(str(tmp_path / "jump.c3d"))
    labels = file["parameters"]["POINT"]["LABELS"]["value"]
    points = file["data"]["points"]
    assert file["parameters"]["POINT"]["UNITS"]["value"] == ["m"]
    assert file["parameters"]["POINT"]["RATE"]["value"][0] == pytest.approx(50.0)
    knee = points[:2, labels.index("LKnee")].T
    np.testing.assert_allclose(knee, motion.joint("left_knee"), atol=1e-6)
    np.testing.assert_allclose(points[1, labels.index("CentreOfMass")], motion.com[:, 1], atol=1e-6)
    events = file["parameters"]["EVENT"]
    assert events["LABELS"]["value"][events["DESCRIPTIONS"]["value"].index("takeoff")] == "Foot Off"
    assert events["LABELS"]["value"][events["DESCRIPTIONS"]["value"].index("landing")] == "Foot Strike"
    assert file["parameters"]["SUBJECTS"]["NAMES"]["value"] == ["Athlete"]
    assert jump_report.headline is not None
    [takeoff] = [event.time_s for event in jump_report.headline.events if event.name == "takeoff"]
    time_s = events["TIMES"]["value"][1][events["DESCRIPTIONS"]["value"].index("takeoff")]
    assert time_s == pytest.approx(takeoff - motion.time_s[0], abs=1e-4)


def test_netcdf_is_a_movement_dataset(jump_report: Report, motion: Motion, tmp_path: Path):
    """The structure that ``movement`` (0.15) asks for: dimensions, names and attributes."""
    write_exchange(jump_report, tmp_path / "jump.nc")
    data: Any = xarray.load_dataset(tmp_path / "jump.nc", engine="h5netcdf")
    assert data["position"].dims == ("time", "space", "keypoints", "individuals")
    assert data["confidence"].dims == ("time", "keypoints", "individuals")
    assert list(data["space"].values) == ["x", "y"]
    assert (data.attrs["ds_type"], data.attrs["time_unit"]) == ("poses", "seconds")
    assert data.attrs["fps"] == pytest.approx(50.0)
    hip = data["position"].sel(keypoints="right_hip", individuals="person_0").values
    np.testing.assert_array_equal(hip, motion.joint("right_hip"))
    np.testing.assert_array_equal(data["time"].values, motion.time_s)


def test_trc(jump_report: Report, motion: Motion, tmp_path: Path):
    write_exchange(jump_report, tmp_path / "jump.trc")
    markers: Any = Markers.from_trc(tmp_path / "jump.trc", **TABS)
    assert set(markers.channel.values) == {*MARKERS.values(), *MIDDLES, "CentreOfMass"}
    assert {"RAnkle", "LHeel", "RBigToe", "LKnee", "RHip", "Hip", "Neck", "LShoulder"} <= set(markers.channel.values)
    assert markers.attrs["rate"] == pytest.approx(50.0)
    np.testing.assert_allclose(markers.time.values, motion.time_s, atol=1e-6)
    np.testing.assert_allclose(markers.sel(channel="LAnkle").values[:2].T, motion.joint("left_ankle"), atol=1e-6)
    np.testing.assert_allclose(markers.sel(channel="CentreOfMass").values[:2].T, motion.com, atol=1e-6)
    np.testing.assert_array_equal(markers.sel(axis="z").values, 0.0)
    assert (tmp_path / "jump.trc").read_text().splitlines()[2].split("\t")[4] == "m"


def test_mot_has_no_gap_and_says_what_was_filled(jump_report: Report, motion: Motion, tmp_path: Path):
    """The ankle is not seen in the air; OpenSim refuses rows that are not numbers."""
    write_exchange(jump_report, tmp_path / "jump.mot")
    head = (tmp_path / "jump.mot").read_text().split("endheader")[0].splitlines()
    angles: Any = Analogs.from_mot(tmp_path / "jump.mot", **TABS)
    assert np.isfinite(angles.values).all()
    times: Any = angles.time.values
    rows = np.searchsorted(motion.time_s, np.asarray(times, dtype=float) - 1e-6)
    for side in ("left", "right"):
        knee = angles.sel(channel=f"knee_angle_{side[0]}").values
        np.testing.assert_allclose(knee, compute_angle(motion, "knee_flexion", side=side)[rows], atol=1e-5)
    flown = int(np.isnan(compute_joint_angles(motion)["left_ankle_dorsiflexion"][rows]).sum())
    assert f"Filled by straight lines: {flown} of {len(rows)} rows of ankle_angle_l." in head
    assert "inDegrees=yes" in head


def test_bent_joints_are_positive_and_the_file_says_so(jump_report: Report, motion: Motion, tmp_path: Path):
    """At the lowest point of the countermovement; OpenSim models have knees of both signs."""
    write_exchange(jump_report, tmp_path / "jump.mot")
    head = (tmp_path / "jump.mot").read_text().split("endheader")[0].splitlines()
    assert "Knee flexion, hip flexion and ankle dorsiflexion are positive." in head
    angles: Any = Analogs.from_mot(tmp_path / "jump.mot", **TABS)
    lowest_s = motion.time_s[motion.com[:, 1].argmin()]
    row = int(np.abs(np.asarray(angles.time.values, dtype=float) - lowest_s).argmin())
    for side in ("l", "r"):
        assert angles.sel(channel=f"knee_angle_{side}").values[row] > 45.0
        assert angles.sel(channel=f"hip_flexion_{side}").values[row] > 45.0
        assert angles.sel(channel=f"ankle_angle_{side}").values[row] > 5.0


def test_mot_leaves_out_ends_that_no_angle_covers():
    columns = {"a": np.array([np.nan, 1.0, np.nan, 3.0, 4.0]), "b": np.arange(5.0), "never": np.full(5, np.nan)}
    filled, rows, gaps = fill_gaps(columns)
    assert list(filled) == ["a", "b"]
    assert (rows, gaps) == (slice(1, 5), {"a": 1})
    np.testing.assert_array_equal(filled["a"], [1, 2, 3, 4])


def test_netcdf_holds_pixels_where_no_metres_are_known(jump_report: Report, motion: Motion, tmp_path: Path):
    trial = replace(jump_report.trials[0], motion=replace(motion, scale=Scale("assumed", 0.005, 0.2)))
    write_exchange(replace(jump_report, trials=(trial,), headline=trial), tmp_path / "jump.nc")
    data: Any = xarray.load_dataset(tmp_path / "jump.nc", engine="h5netcdf")
    assert data.attrs["length_unit"] == "px"
    knee = data["position"].sel(keypoints="left_knee", individuals="person_0").values
    np.testing.assert_allclose(knee[7], place_on_picture(motion, motion.joint("left_knee")[7:8], row=7)[0])


def test_uneven_times_become_even(jump_report: Report, motion: Motion, tmp_path: Path):
    """A straight path stays on its line when the samples are laid on a constant rate."""
    uneven = motion.time_s + 0.004 * np.sin(np.arange(len(motion.time_s)))
    path = np.stack((0.5 * uneven, 1.0 - 0.1 * uneven), axis=1)
    trial = replace(jump_report.trials[0], motion=replace(motion, time_s=uneven, com=path))
    write_exchange(replace(jump_report, trials=(trial,), headline=trial), tmp_path / "jump.trc")
    table = np.array([line.split("\t") for line in (tmp_path / "jump.trc").read_text().splitlines()[6:]], dtype=float)
    np.testing.assert_allclose(np.diff(table[:, 1]), np.diff(table[:, 1])[0], atol=2e-6)
    np.testing.assert_allclose(table[:, -3], 0.5 * table[:, 1], atol=2e-6)


def test_refusals(jump_report: Report, motion: Motion, tmp_path: Path):
    with pytest.raises(UsageProblem):
        write_exchange(jump_report, tmp_path / "jump.bvh")
    trial = replace(jump_report.trials[0], motion=replace(motion, scale=Scale("assumed", 0.005, 0.2)))
    unscaled = replace(jump_report, trials=(trial,), headline=trial)
    with pytest.raises(OutputProblem, match="No trial has a motion in metres"):
        write_exchange(unscaled, tmp_path / "jump.trc")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may grow beyond ten kilobytes."""
    resource = pytest.importorskip("resource", reason="a limit of POSIX systems")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_240, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_a_full_disk_is_named_and_leaves_nothing(jump_report: Report, tmp_path: Path, full_disk: None, extension: str):
    with pytest.raises(OutputProblem, match="could not be written"):
        write_exchange(jump_report, tmp_path / f"jump{extension}")
    assert list(tmp_path.iterdir()) == []
