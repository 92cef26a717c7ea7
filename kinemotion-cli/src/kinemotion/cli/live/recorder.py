"""The last seconds of a live session, kept in memory, and written as a clip with its result when they are wanted."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from kinemotion.api import measure
from kinemotion.errors import KinemotionError
from kinemotion.motion.arrays import Image
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo
from kinemotion.opencv import load_opencv
from kinemotion.pose.recorded import RecordedEstimator
from kinemotion.report.contract.document import make_document
from kinemotion.report.contract.encode import encode_pretty, make_error_document
from kinemotion.report.files import atomic
from kinemotion.request import Listener, Request
from kinemotion.stream.sources import decode_jpeg
from kinemotion.video.encode import open_writer

KEPT_S = 10.0
_MOST_FRAMES = 2400
"""Engineering limit: ten seconds at 240 frames per second."""
_QUALITY = 90
"""Of the pictures that are kept, 0 to 100."""


@dataclass(frozen=True, slots=True)
class _Kept:
    jpeg: bytes
    poses: FramePoses


@dataclass(frozen=True, slots=True)
class _Clip:
    """The kept pictures as an open video whose frames need not be read again."""

    info: VideoInfo

    def frames(self) -> Iterable[Frame]:
        """No frames: the poses are known."""
        return ()


class Recorder:
    """Keeps the pictures and poses of the last seconds."""

    def __init__(self) -> None:
        self._kept: deque[_Kept] = deque(maxlen=_MOST_FRAMES)

    def keep(self, picture: Image, poses: FramePoses) -> None:
        """Add a picture (H, W, 3), RGB; forget what is older than ten seconds."""
        cv2 = load_opencv()
        _, jpeg = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        self._kept.append(_Kept(jpeg.tobytes(), poses))
        while poses.time_s - self._kept[0].poses.time_s > KEPT_S:
            self._kept.popleft()

    def save(self, folder: Path, request: Request, *, estimator: EstimatorInfo) -> tuple[Path, Path]:
        """Write the clip and its result beside each other; return their paths.

        Raises
        ------
        OutputProblem
            If a file cannot be written.
        """
        name = f"live-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
        clip, result = folder / f"{name}.mp4", folder / f"{name}.json"
        frames = self._from_zero()
        info = self._describe(clip, frames)
        with atomic(clip) as beside, open_writer(beside, info) as writer:
            for kept, poses in zip(self._kept, frames, strict=True):
                writer.write(decode_jpeg(kept.jpeg), time_s=poses.time_s)
        found = _measure(replace(request, path=clip), _Clip(info), poses=RecordedEstimator(estimator, frames))
        with atomic(result) as beside:
            beside.write_text(encode_pretty(found), encoding="ascii")
        return clip, result

    def _from_zero(self) -> tuple[FramePoses, ...]:
        """Return the poses with numbers and times from 0, as those of a file."""
        first_s = self._kept[0].poses.time_s
        return tuple(
            replace(kept.poses, index=index, time_s=kept.poses.time_s - first_s)
            for index, kept in enumerate(self._kept)
        )

    def _describe(self, clip: Path, frames: tuple[FramePoses, ...]) -> VideoInfo:
        height, width = decode_jpeg(self._kept[0].jpeg).shape[:2]
        steps_s = np.diff([frame.time_s for frame in frames])
        step_s = float(np.mean(steps_s)) if len(steps_s) else 1.0
        return VideoInfo(
            source=clip.name,
            sha256=None,
            width=width,
            height=height,
            rotation_deg=0,
            codec="h264",
            fps=1.0 / step_s,
            frame_count=len(frames),
            duration_s=len(frames) * step_s,
            variable_frame_rate=True,
            recorded_at=None,
        )


def _measure(request: Request, clip: _Clip, *, poses: RecordedEstimator) -> Mapping[str, Any]:
    """Return the document of the clip: of what was measured, or of why nothing could be."""
    try:
        return make_document(measure(request, clip, estimator=poses, listener=Listener(), keep_motion=False))
    except KinemotionError as error:
        return make_error_document(error)
