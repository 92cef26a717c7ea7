"""A motion in the file formats of biomechanics: TRC and MOT (OpenSim), C3D, and NetCDF as ``movement`` reads it.

One file holds one trial: the headline, else the first that has a motion. TRC, MOT and C3D want a constant rate, so the
samples are laid on the mean rate of the clip by straight lines between frames; NetCDF keeps the frames' own times.
All are in metres, x along the picture, y up, z = 0. Angles follow OpenSim's full-body model of Rajagopal et al. 2016
(10.1109/TBME.2016.2586891): flexion and dorsiflexion positive.
"""

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np

from kinemotion.errors import OutputProblem
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event
from kinemotion.motion.report import Report, Trial
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.angles import seen_from_side
from kinemotion.report.files import atomic, known_extension, library
from kinemotion.report.series import joint_angles, shown_trial

_C3D_BLOCK = 512
"""Bytes; the header names the block in which the data begin."""
_COM = "centre_of_mass"
_SIDE_LETTERS = {"left": "l", "right": "r"}
_COORDINATES = {"hip_flexion": "hip_flexion", "knee_flexion": "knee_angle", "ankle_dorsiflexion": "ankle_angle"}
"""Joint angles by OpenSim's names."""


@dataclass(frozen=True, slots=True)
class _Even:
    """A motion at a constant rate."""

    rate_hz: float
    time_s: Floats
    """(N,), s."""
    markers: dict[str, Floats]
    """Each (N, 3), m."""
    angles: dict[str, Floats]
    """Each (N,), degrees."""


def write_exchange(report: Report, path: Path) -> None:
    """Nothing; the file lies at the path, in the format its extension names: .trc, .mot, .c3d or .nc.

    Raises
    ------
    UsageProblem
        Where the extension is another, or the library of the format is not installed.
    OutputProblem
        Where the file cannot be written, no trial has a motion in metres, or .mot has no side view to take angles from.
    """
    write = _WRITERS[known_extension(path, FORMATS)]
    shown = shown_trial(report)
    if shown is None or not shown[1].scale.measured:
        raise OutputProblem(
            f"There is nothing to write to {path.name!r}: no trial has a motion in metres.",
            hint="Give the stature with --athlete-height, so that lengths are known.",
        )
    trial, motion = shown
    with atomic(path) as beside:
        write(trial, motion, path=beside)


def _write_trc(trial: Trial, motion: Motion, *, path: Path) -> None:
    even = _evened(motion)
    rate, count = f"{even.rate_hz:.6f}", len(even.time_s)
    names = list(even.markers)
    head = [
        f"PathFileType\t4\t(X/Y/Z)\tkinemotion_trial_{trial.index + 1}.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate}\t{rate}\t{count}\t{len(names)}\tm\t{rate}\t1\t{count}",
        "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{number}" for number in range(1, len(names) + 1) for axis in "XYZ"),
        "",
    ]
    places = np.concatenate(list(even.markers.values()), axis=1)
    rows = (
        f"{frame}\t{instant:.6f}\t" + "\t".join("" if np.isnan(value) else f"{value:.6f}" for value in row)
        for frame, (instant, row) in enumerate(zip(even.time_s, places, strict=True), start=1)
    )
    path.write_text("\n".join([*head, *rows, ""]), encoding="utf-8")


def _write_mot(trial: Trial, motion: Motion, *, path: Path) -> None:
    if not seen_from_side(motion):
        raise OutputProblem("There are no joint angles to write: they are true in a side view only.")
    even = _evened(motion)
    pelvis = (even.markers["left_hip"] + even.markers["right_hip"]) / 2
    columns = {"time": even.time_s, "pelvis_tx": pelvis[:, 0], "pelvis_ty": pelvis[:, 1]} | even.angles
    table = np.stack(list(columns.values()), axis=1)
    head = [
        f"kinemotion_trial_{trial.index + 1}",
        "version=1",
        f"nRows={len(table)}",
        f"nColumns={len(columns)}",
        "inDegrees=yes",
        "endheader",
        "\t".join(columns),
    ]
    rows = ("\t".join(f"{value:.6f}" for value in row) for row in table)
    path.write_text("\n".join([*head, *rows, ""]), encoding="utf-8")


def _write_c3d(trial: Trial, motion: Motion, *, path: Path) -> None:
    even = _evened(motion)
    file = library("ezc3d", extra="exchange").c3d()
    points = np.stack(list(even.markers.values()), axis=1)
    seen = np.isfinite(points).all(axis=2)
    file["parameters"]["POINT"]["RATE"]["value"] = [even.rate_hz]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["m"]
    file["parameters"]["POINT"]["LABELS"]["value"] = list(even.markers)
    file.add_parameter("MANUFACTURER", "SOFTWARE", ["kinemotion"])
    file.add_parameter("POINT", "X_SCREEN", "+X")
    file.add_parameter("POINT", "Y_SCREEN", "+Y")
    file["data"]["points"] = np.concatenate((points, np.ones((*seen.shape, 1))), axis=2).transpose(2, 1, 0)
    file["data"]["meta_points"]["residuals"] = np.where(seen, 0.0, -1.0).T[None]
    if trial.events:
        start_s = even.time_s[0]
        file.add_parameter("EVENT", "USED", [len(trial.events)])
        file.add_parameter("EVENT", "LABELS", [event.name for event in trial.events])
        file.add_parameter("EVENT", "CONTEXTS", [_context(event) for event in trial.events])
        times = [[0.0] * len(trial.events), [event.time_s - start_s for event in trial.events]]
        file.add_parameter("EVENT", "TIMES", np.array(times))
    file.write(str(path))
    _check_whole(path, values=4 * seen.size)


def _check_whole(path: Path, *, values: int) -> None:
    """Nothing, where the file holds all its numbers: the library says nothing when the disk is full."""
    stored = path.read_bytes()
    first_block = int.from_bytes(stored[16:18], "little")
    if len(stored) < _C3D_BLOCK * (first_block - 1) + np.dtype(np.float32).itemsize * values:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _context(event: Event) -> str:
    return event.side.capitalize() if event.side else "General"


def _write_netcdf(trial: Trial, motion: Motion, *, path: Path) -> None:
    library("h5netcdf", extra="exchange")
    xarray = library("xarray", extra="exchange")
    position = np.concatenate((motion.joints, motion.com[:, None]), axis=1).transpose(0, 2, 1)[..., None]
    error = np.concatenate((motion.joint_error, motion.com_error[:, None]), axis=1)[..., None]
    points = ("time", "keypoints", "individuals")
    dataset = xarray.Dataset(
        {
            "position": (("time", "space", "keypoints", "individuals"), position),
            "confidence": (points, np.full(error.shape, np.nan)),
            "standard_error": (points, error),
        },
        coords={
            "time": motion.time_s,
            "space": ["x", "y"],
            "keypoints": [*motion.skeleton.names, _COM],
            "individuals": [f"person_{trial.person}"],
        },
        attrs={
            "source_software": "kinemotion",
            "ds_type": "poses",
            "time_unit": "seconds",
            "fps": _rate(motion.time_s),
            "length_unit": "m",
            "space_axes": "x along the picture, y up, floor at 0",
        },
    )
    stored = BytesIO()  # not the disk: where it is full, the library brings the process down
    dataset.to_netcdf(stored, engine="h5netcdf")
    path.write_bytes(stored.getvalue())


def _rate(time_s: Floats) -> float:
    return float((len(time_s) - 1) / (time_s[-1] - time_s[0]))


def _evened(motion: Motion) -> _Even:
    """The motion at its mean rate, by straight lines between frames."""
    rate_hz = _rate(motion.time_s)
    time_s = motion.time_s[0] + np.arange(len(motion.time_s)) / rate_hz

    def even(values: Floats) -> Floats:
        found = np.empty((len(time_s), values.shape[1]))
        for column in range(values.shape[1]):
            found[:, column] = np.interp(time_s, motion.time_s, values[:, column])
        return found

    paths = {name: motion.joint(name) for name in motion.skeleton.names} | {_COM: motion.com}
    depth = np.zeros((len(time_s), 1))
    angles = joint_angles(motion)
    return _Even(
        rate_hz,
        time_s,
        markers={name: np.concatenate((even(path), depth), axis=1) for name, path in paths.items()},
        angles={
            f"{opensim}_{_SIDE_LETTERS[side]}": even(angles[f"{side}_{name}"][:, None])[:, 0]
            for name, opensim in _COORDINATES.items()
            for side in SIDES
        },
    )


_WRITERS: dict[str, Callable[..., None]] = {
    ".trc": _write_trc,
    ".mot": _write_mot,
    ".c3d": _write_c3d,
    ".nc": _write_netcdf,
}
FORMATS: Mapping[str, bytes] = dict.fromkeys(_WRITERS, b"kinemotion")
"""By extension: what marks a motion as written here."""
