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
from typing import Any

import numpy as np

from kinemotion.errors import OutputProblem
from kinemotion.messages import Message
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Event
from kinemotion.motion.report import Report, Trial
from kinemotion.reconstruct.angles import is_seen_from_side
from kinemotion.report.base import GIVE_HEIGHT
from kinemotion.report.exchange.markers import fill_gaps, measure_mean_rate_hz, resample_evenly
from kinemotion.report.files import atomic, import_library, read_extension
from kinemotion.report.series import choose_shown_trial, place_all_on_picture

_C3D_BLOCK = 512
"""Bytes; the header names the block in which the data begin."""


_STRIKE, _OFF = "Foot Strike", "Foot Off"
_C3D_EVENTS = {"touchdown": _STRIKE, "landing": _STRIKE, "takeoff": _OFF, "toeoff": _OFF}
"""Events by the labels that gait software knows; other events keep their names."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The trial that a file holds."""

    trial: Trial
    motion: Motion
    athlete: str
    """Name of the subject."""


def write_exchange(report: Report, path: Path) -> None:
    """Write the motion in the format that the extension names: .trc, .mot, .c3d or .nc.

    NetCDF holds pixels where no length in metres is known; the others need metres.

    Raises
    ------
    UsageProblem
        If the extension is another, or the library of the format is not installed.
    OutputProblem
        If the file cannot be written, no trial has a motion in metres, or .mot has no side view to take angles from.
    """
    extension = read_extension(path, FORMATS)
    found = choose_shown_trial(report)
    if found is None or not (found[1].scale.measured or extension not in METRIC):
        raise OutputProblem(
            Message("no_motion_in_metres", "{file} was not written. No trial has a motion in metres.", file=path.name),
            hint=GIVE_HEIGHT,
        )
    known: Mapping[str, Any] = report.provenance.settings.get("athlete") or {}
    shown = Shown(*found, athlete=str(known.get("name") or "Athlete"))
    with atomic(path) as beside:
        _WRITERS[extension](shown, path=beside)


def _write_trc(shown: Shown, *, path: Path) -> None:
    even = resample_evenly(shown.motion)
    rate, count = f"{even.rate_hz:.6f}", len(even.time_s)
    names = list(even.markers)
    head = [
        f"PathFileType\t4\t(X/Y/Z)\tkinemotion_trial_{shown.trial.index + 1}.trc",
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


def _write_mot(shown: Shown, *, path: Path) -> None:
    """Write joint angles without a gap: OpenSim refuses a row that is not a number."""
    motion = shown.motion
    if not is_seen_from_side(motion):
        raise OutputProblem(
            Message("angles_need_side_view", "There are no joint angles to write. Angles need a view from the side."),
            hint=Message("film_angles_from_side", "Film from the side, or write .trc or .c3d."),
        )
    even = resample_evenly(motion)
    pelvis = even.markers["Hip"]
    columns = {"time": even.time_s, "pelvis_tx": pelvis[:, 0], "pelvis_ty": pelvis[:, 1]} | even.angles
    whole, rows, gaps = fill_gaps(columns)
    table = np.stack(list(whole.values()), axis=1)
    cut = len(even.time_s) - len(table)
    head = [
        f"trial_{shown.trial.index + 1}",
        "Knee flexion, hip flexion and ankle dorsiflexion are positive.",
        *(f"Filled by straight lines: {count} of {len(table)} rows of {name}." for name, count in gaps.items()),
        *(
            [f"Left out: {cut} rows at the ends, where an angle is not seen (from row {rows.start + 1})."]
            if cut
            else []
        ),
        "version=1",
        f"nRows={len(table)}",
        f"nColumns={len(whole)}",
        "inDegrees=yes",
        "endheader",
        "\t".join(whole),
    ]
    lines = ("\t".join(f"{value:.6f}" for value in row) for row in table)
    path.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


def _write_c3d(shown: Shown, *, path: Path) -> None:
    even = resample_evenly(shown.motion)
    file = import_library("ezc3d", extra="exchange").c3d()
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
    _add_subject(file, shown.athlete)
    _add_events(file, shown.trial.events, start_s=float(even.time_s[0]))
    file.write(str(path))
    _check_whole(path, values=4 * seen.size)


def _check_whole(path: Path, *, values: int) -> None:
    """Check that the file holds all its numbers: the library raises no error when the disk is full."""
    stored = path.read_bytes()
    first_block = int.from_bytes(stored[16:18], "little")
    if len(stored) < _C3D_BLOCK * (first_block - 1) + np.dtype(np.float32).itemsize * values:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _add_subject(file: Any, athlete: str) -> None:  # noqa: ANN401  (ezc3d's own file)
    file.add_parameter("SUBJECTS", "USED", [1])
    file.add_parameter("SUBJECTS", "IS_STATIC", [0])
    file.add_parameter("SUBJECTS", "NAMES", [athlete])
    file.add_parameter("SUBJECTS", "MARKER_SETS", ["Pose2Sim"])


def _add_events(file: Any, events: tuple[Event, ...], *, start_s: float) -> None:  # noqa: ANN401
    """Add the events under the labels of gait software; the descriptions keep their names here."""
    if not events:
        return
    file.add_parameter("EVENT", "USED", [len(events)])
    file.add_parameter("EVENT", "LABELS", [_C3D_EVENTS.get(event.name, event.name) for event in events])
    file.add_parameter("EVENT", "DESCRIPTIONS", [event.name for event in events])
    file.add_parameter("EVENT", "CONTEXTS", [_describe_context(event) for event in events])
    times = [[0.0] * len(events), [event.time_s - start_s for event in events]]
    file.add_parameter("EVENT", "TIMES", np.array(times))


def _describe_context(event: Event) -> str:
    return event.side.capitalize() if event.side else "General"


def _write_netcdf(shown: Shown, *, path: Path) -> None:
    import_library("h5netcdf", extra="exchange")
    dataset = make_dataset(shown.trial, shown.motion)
    stored = BytesIO()  # not the disk: where it is full, the library brings the process down
    dataset.to_netcdf(stored, engine="h5netcdf")
    path.write_bytes(stored.getvalue())


def make_dataset(trial: Trial, motion: Motion) -> Any:  # noqa: ANN401  (a dataset of xarray)
    """Return a motion as ``movement`` lays it out: in metres where the scale is known, else in pixels.

    Raises
    ------
    UsageProblem
        If xarray is not installed.
    """
    in_metres = motion.scale.measured
    xarray = import_library("xarray", extra="exchange")
    body = np.concatenate((motion.joints, motion.com[:, None]), axis=1)
    error = np.concatenate((motion.joint_error, motion.com_error[:, None]), axis=1)[..., None]
    if not in_metres:
        body = place_all_on_picture(motion, body)
        error = error / motion.pixels.m_per_px
    position = body.transpose(0, 2, 1)[..., None]
    points = ("time", "keypoints", "individuals")
    return xarray.Dataset(
        {
            "position": (("time", "space", "keypoints", "individuals"), position),
            "confidence": (points, np.full(error.shape, np.nan)),
            "standard_error": (points, error),
        },
        coords={
            "time": motion.time_s,
            "space": ["x", "y"],
            "keypoints": [*motion.skeleton.names, "centre_of_mass"],
            "individuals": [f"person_{trial.person}"],
        },
        attrs={
            "source_software": "kinemotion",
            "ds_type": "poses",
            "time_unit": "seconds",
            "fps": measure_mean_rate_hz(motion.time_s),
            "length_unit": "m" if in_metres else "px",
            "space_axes": "x along the picture, y up, floor at 0" if in_metres else "x right, y down, upper left at 0",
        },
    )


_WRITERS: dict[str, Callable[..., None]] = {
    ".trc": _write_trc,
    ".mot": _write_mot,
    ".c3d": _write_c3d,
    ".nc": _write_netcdf,
}
METRIC = frozenset(_WRITERS) - {".nc"}
"""Extensions whose files can hold metres only."""
FORMATS: Mapping[str, bytes] = dict.fromkeys(_WRITERS, b"kinemotion")
"""By extension: what marks a motion as written here."""
