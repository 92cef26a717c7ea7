"""Poses kept in a file: analysed again without video and model."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from json import dumps, loads
from os import PathLike
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kinemotion.errors import ModelProblem, OutputProblem
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import Pose
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE, Skeleton

_FORMAT = "kinemotion-poses-1"
_HINT = "Give a file that `save_poses` wrote."
_COMPACT = ("points", "confidence", "ground", "camera", "change")
"""Fields of a pose kept in single precision: a thousandth of a pixel is enough."""


def save_poses(path: str | PathLike[str], poses: Iterable[Pose], *, info: EstimatorInfo) -> None:
    """Write poses to a compressed NumPy archive.

    Raises
    ------
    OutputProblem
        Where the file cannot be written.
    """
    rows = list(poses)
    arrays: dict[str, NDArray[Any]] = {
        name: np.array([getattr(row, name) for row in rows], dtype=np.float32) for name in _COMPACT
    }
    arrays["person"] = np.array([row.person for row in rows], dtype=np.int64)
    arrays["frame"] = np.array([row.frame for row in rows], dtype=np.int64)
    arrays["time_s"] = np.array([row.time_s for row in rows], dtype=np.float64)
    arrays["about"] = np.array(dumps({"format": _FORMAT, "estimator": asdict(info)}))
    try:
        with Path(path).open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
    except OSError as error:
        raise OutputProblem(f"The poses cannot be written: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class RecordedEstimator:
    """An estimator that has seen the video before."""

    info: EstimatorInfo
    recorded: tuple[Pose, ...]

    @property
    def skeleton(self) -> Skeleton:
        """BlazePose's 33 points."""
        return BLAZEPOSE

    def poses(self, frames: Iterable[Frame] = ()) -> Iterator[Pose]:
        """The recorded poses; the frames are not looked at."""
        del frames
        return iter(self.recorded)


def load_poses(path: str | PathLike[str]) -> RecordedEstimator:
    """The estimator that repeats what `save_poses` wrote.

    Raises
    ------
    ModelProblem
        Where the file is missing or was not written by `save_poses`.
    """
    try:
        with np.load(Path(path), allow_pickle=False) as archive:
            columns = {name: archive[name] for name in archive.files}
        about = loads(str(columns.pop("about")))
        if about["format"] == _FORMAT:
            poses = tuple(_pose(columns, index) for index in range(len(columns["time_s"])))
            return RecordedEstimator(EstimatorInfo(**about["estimator"]), poses)
    except (OSError, KeyError, EOFError, TypeError, ValueError, IndexError, BadZipFile) as error:
        raise ModelProblem("The recorded poses cannot be read.", hint=_HINT) from error
    raise ModelProblem("The file is no record of poses.", hint=_HINT)


def _pose(columns: Mapping[str, NDArray[Any]], index: int) -> Pose:
    """One pose out of the arrays of all."""
    return Pose(
        person=int(columns["person"][index]),
        frame=int(columns["frame"][index]),
        time_s=float(columns["time_s"][index]),
        points=columns["points"][index].astype(float),
        confidence=columns["confidence"][index].astype(float),
        ground=columns["ground"][index].astype(float),
        camera=columns["camera"][index].astype(float),
        change=float(columns["change"][index]),
    )
