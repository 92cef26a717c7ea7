"""MediaPipe's own pose landmarker, without its smoothing: the reference that the default estimator is held against."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from io import BytesIO
from typing import Any, Self
from zipfile import ZIP_STORED, ZipFile

import numpy as np

from kinemotion.errors import ModelProblem
from kinemotion.messages import Message
from kinemotion.motion.arrays import Floats
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE, Skeleton
from kinemotion.pose.base import MOST_PEOPLE, PRESENT, Preset
from kinemotion.pose.frame_difference import FrameComparer
from kinemotion.pose.model_files import DETECTOR, LANDMARKS, ModelFile, load_model
from kinemotion.pose.silhouette import Silhouette, find_ground_points

_SURE = 1e-6
"""Distance from certainty at which a mask's probability is taken as certain."""


@contextmanager
def open_mediapipe(preset: Preset) -> Generator["MediaPipeEstimator"]:
    """Open the estimator; it is closed afterwards.

    Raises
    ------
    ModelProblem
        Where MediaPipe is not installed or cannot load its model.
    """
    try:
        mediapipe: Any = import_module("mediapipe")
        tasks: Any = import_module("mediapipe.tasks.python")
    except (ImportError, OSError) as error:
        hint = Message(
            "install_mediapipe",
            "Install the extra {extra!r} of kinemotion (`kinemotion doctor` prints the command), or use the default "
            "estimator.",
            extra="mediapipe",
        )
        raise ModelProblem(
            Message("mediapipe_missing", "MediaPipe is not installed, or its libraries are missing."), hint=hint
        ) from error
    model = load_model(LANDMARKS[preset])
    options = tasks.vision.PoseLandmarkerOptions(
        base_options=tasks.BaseOptions(model_asset_buffer=_make_bundle(model)),
        running_mode=tasks.vision.RunningMode.IMAGE,
        num_poses=MOST_PEOPLE,
        min_pose_detection_confidence=PRESENT,
        min_pose_presence_confidence=PRESENT,
        output_segmentation_masks=True,
    )
    try:
        landmarker = tasks.vision.PoseLandmarker.create_from_options(options)
    except (RuntimeError, ValueError) as error:
        raise ModelProblem(
            Message("mediapipe_model_not_loaded", "MediaPipe cannot load the pose model {name}.", name=model.name)
        ) from error
    with landmarker:
        yield MediaPipeEstimator(mediapipe, landmarker, model=model)


class MediaPipeEstimator:
    """The people of each frame, each frame looked at afresh."""

    def __init__(self, mediapipe: Any, landmarker: Any, *, model: ModelFile) -> None:  # noqa: ANN401  (untyped library)
        self._mediapipe = mediapipe
        self._landmarker = landmarker
        self._info = EstimatorInfo("mediapipe", model.name, model.sha256, f"mediapipe {version('mediapipe')}")

    @property
    def info(self) -> EstimatorInfo:
        """Model and runtime, for the record."""
        return self._info

    @property
    def skeleton(self) -> Skeleton:
        """BlazePose's 33 points."""
        return BLAZEPOSE

    def estimate(self, frames: Iterable[Frame]) -> Iterator[FramePoses]:
        """Yield the poses of the people in each frame, in the order of their numbers."""
        comparer, numbers = FrameComparer(), _Numbers()
        for frame in frames:
            people = self._find_people(frame)
            difference = comparer.compare(frame.image, [person.points for person in people])
            given = numbers.assign([person.points for person in people])
            poses = [
                Pose(
                    person=number,
                    points=person.points,
                    confidence=person.confidence,
                    ground=find_ground_points(person.silhouette, person.points),
                    change=change,
                )
                for number, person, change in zip(given, people, difference.changes, strict=True)
            ]
            poses.sort(key=lambda pose: pose.person)
            yield FramePoses(frame.index, frame.time_s, tuple(poses), difference.camera)

    def _find_people(self, frame: Frame) -> list["_Person"]:
        """Find the people in one frame."""
        picture = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=frame.image)
        found = self._landmarker.detect(picture)
        size = np.array(frame.image.shape[1::-1], dtype=float)
        masks: list[Any] = found.segmentation_masks or []
        return [
            _Person.from_landmarks(points, mask, size=size)
            for points, mask in zip(found.pose_landmarks, masks, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Person:
    """One person as MediaPipe sees them."""

    points: Floats
    """(33, 2), px."""
    confidence: Floats
    """(33,)."""
    silhouette: Silhouette

    @classmethod
    def from_landmarks(cls, landmarks: Any, mask: Any, *, size: Floats) -> Self:  # noqa: ANN401  (untyped library)
        """Convert normalised landmarks and a mask as large as the picture of that width and height (2,)."""
        chance = np.squeeze(mask.numpy_view()).astype(float).clip(_SURE, 1 - _SURE)
        return cls(
            points=np.array([(point.x, point.y) for point in landmarks]) * size,
            confidence=np.array([min(point.visibility, point.presence) for point in landmarks]),
            silhouette=Silhouette(np.log(chance / (1 - chance)).astype(np.float32), np.eye(2, 3)),
        )


class _Numbers:
    """Numbers of people, kept from frame to frame by where they are."""

    def __init__(self) -> None:
        self._last: dict[int, Floats] = {}

    def assign(self, people: list[Floats]) -> list[int]:
        """Return the number of each person, given their points (33, 2): the nearest person's, or a new one."""
        free = dict(self._last)
        given: list[int] = []
        for points in people:
            reach = float(np.ptp(points, axis=0).max()) / 2
            near = {number: float(np.hypot(*(points - other).T).mean()) for number, other in free.items()}
            nearest = min(near, key=lambda number: near[number], default=None)
            number = nearest if nearest is not None and near[nearest] < reach else len(self._last)
            free.pop(number, None)
            self._last[number] = points
            given.append(number)
        return given


def _make_bundle(landmarks: ModelFile) -> bytes:
    """Return a MediaPipe Tasks bundle: an uncompressed archive of the two models."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        archive.writestr("pose_detector.tflite", load_model(DETECTOR).content)
        archive.writestr("pose_landmarks_detector.tflite", landmarks.content)
    return buffer.getvalue()
