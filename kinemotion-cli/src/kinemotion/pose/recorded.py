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

from kinemotion.errors import ModelProblem, OutputProblem, UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE, Skeleton

_FORMAT, _WITHOUT_EMPTY_FRAMES = "kinemotion-poses-2", "kinemotion-poses-1"
_HINT = Message("give_saved_poses", "Give a file that --save-poses wrote.")
_COMPACT = ("points", "confidence", "ground", "change")
"""Fields of a pose kept in single precision: a thousandth of a pixel is enough."""


def save_poses(
    path: str | PathLike[str], frames: Iterable[FramePoses], *, info: EstimatorInfo, video: VideoInfo | None = None
) -> None:
    """Write the poses of every frame, also of those that show nobody, to a compressed NumPy archive.

    Raises
    ------
    OutputProblem
        Where the file cannot be written.
    """
    try:
        write_poses(path, frames, info=info, video=video)
    except OSError as error:
        raise OutputProblem(
            Message("poses_not_written", 'The poses cannot be written: "{reason}".', reason=str(error.strerror))
        ) from error


def write_poses(
    path: str | PathLike[str], frames: Iterable[FramePoses], *, info: EstimatorInfo, video: VideoInfo | None
) -> None:
    """Write what `save_poses` writes. Raises OSError where the file cannot be written."""
    rows = list(frames)
    poses = [pose for row in rows for pose in row.people]
    arrays: dict[str, NDArray[Any]] = {
        name: np.array([getattr(pose, name) for pose in poses], dtype=np.float32) for name in _COMPACT
    }
    arrays["person"] = np.array([pose.person for pose in poses], dtype=np.int64)
    arrays["index"] = np.array([row.index for row in rows], dtype=np.int64)
    arrays["time_s"] = np.array([row.time_s for row in rows], dtype=np.float64)
    arrays["camera"] = np.array([row.camera for row in rows], dtype=np.float32)
    arrays["people"] = np.array([len(row.people) for row in rows], dtype=np.int64)
    arrays["about"] = np.array(dumps({"format": _FORMAT, "estimator": asdict(info), "video": _describe(video)}))
    with Path(path).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


@dataclass(frozen=True, slots=True)
class RecordedEstimator:
    """An estimator that has seen the video before."""

    info: EstimatorInfo
    recorded: tuple[FramePoses, ...]
    video: VideoInfo | None = None
    """What they were found in; None where the file does not say."""

    def check_video(self, video: VideoInfo) -> None:
        """Check that the poses were found in that video, where both say which they are.

        Raises
        ------
        UsageProblem
            If they are of another video.
        """
        if self.video and None not in {self.video.sha256, video.sha256} and self.video.sha256 != video.sha256:
            raise UsageProblem(
                Message(
                    "poses_of_another_video",
                    "The recorded poses are of the video {other!r}, not of {file!r}.",
                    other=Path(self.video.source).name,
                    file=Path(video.source).name,
                ),
                hint=Message("give_their_video", "Give the video that they were found in, or its own poses."),
            )

    def save(self, path: str | PathLike[str]) -> None:
        """Write the poses to a file for `load_poses`.

        Raises
        ------
        OutputProblem
            If the file cannot be written.
        """
        save_poses(path, self.recorded, info=self.info, video=self.video)

    @property
    def skeleton(self) -> Skeleton:
        """BlazePose's 33 points."""
        return BLAZEPOSE

    def estimate(self, frames: Iterable[Frame] = ()) -> Iterator[FramePoses]:
        """Yield the recorded poses of each frame; the frames given are not read."""
        del frames
        return iter(self.recorded)


def load_poses(path: str | PathLike[str]) -> RecordedEstimator:
    """Return the estimator that repeats what `save_poses` wrote.

    Raises
    ------
    ModelProblem
        Where the file is missing or was not written by `save_poses`.
    """
    try:
        with np.load(Path(path), allow_pickle=False) as archive:
            columns = {name: archive[name] for name in archive.files}
        about = loads(str(columns.pop("about")))
        if about["format"] == _WITHOUT_EMPTY_FRAMES:
            columns |= _count_people(columns)
            about["format"] = _FORMAT
        if about["format"] == _FORMAT:
            video = VideoInfo(**about["video"]) if about.get("video") else None
            return RecordedEstimator(EstimatorInfo(**about["estimator"]), tuple(_read_frames(columns)), video)
    except FileNotFoundError as error:
        raise ModelProblem(
            Message("poses_not_found", "There is no file {file!r} with recorded poses.", file=str(path)), hint=_HINT
        ) from error
    except (OSError, KeyError, EOFError, TypeError, ValueError, IndexError, BadZipFile) as error:
        raise ModelProblem(
            Message("poses_not_readable", "The recorded poses in {file!r} cannot be read.", file=str(path)), hint=_HINT
        ) from error
    raise ModelProblem(
        Message("no_recorded_poses", "The file {file!r} holds no recorded poses.", file=str(path)), hint=_HINT
    )


def _describe(video: VideoInfo | None) -> dict[str, Any] | None:
    """Return what is known of the video, without its warnings, which are of the day they were given."""
    if video is None:
        return None
    return {name: value for name, value in asdict(video).items() if name != "warnings"}


def _count_people(columns: Mapping[str, NDArray[Any]]) -> Mapping[str, NDArray[Any]]:
    """Return the columns of frames for a record that has them per pose, and knows no frame with nobody in it."""
    index, first, people = np.unique(columns["frame"], return_index=True, return_counts=True)
    return {"index": index, "people": people, "time_s": columns["time_s"][first], "camera": columns["camera"][first]}


def _read_frames(columns: Mapping[str, NDArray[Any]]) -> Iterator[FramePoses]:
    """Make each frame out of the arrays of all: people lie one after the other in the order of the frames."""
    ends = np.cumsum(columns["people"])
    for row, end in enumerate(ends):
        first = int(end - columns["people"][row])
        yield FramePoses(
            index=int(columns["index"][row]),
            time_s=float(columns["time_s"][row]),
            people=tuple(_read_pose(columns, place) for place in range(first, int(end))),
            camera=_read_camera(columns["camera"][row]),
        )


def _read_pose(columns: Mapping[str, NDArray[Any]], index: int) -> Pose:
    """Make one pose out of the arrays of all."""
    return Pose(
        person=int(columns["person"][index]),
        points=columns["points"][index].astype(float),
        confidence=columns["confidence"][index].astype(float),
        ground=columns["ground"][index].astype(float),
        change=float(columns["change"][index]),
    )


def _read_camera(value: NDArray[Any]) -> Floats:
    """Return the map (2, 3) to the first picture; records of earlier versions hold the shift (2,) of the background."""
    return value.astype(float) if value.ndim == 2 else np.column_stack([np.eye(2), -value.astype(float)])
