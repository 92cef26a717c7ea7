"""Where live pictures come from: a camera, or a file that is played as if it were one."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread
from time import monotonic
from typing import Any, Protocol

from kinemotion.errors import VideoUnreadable
from kinemotion.messages import Message
from kinemotion.motion.arrays import Image
from kinemotion.opencv import load_opencv
from kinemotion.video import open_video

TimedImage = tuple[Image, float]
"""Picture (H, W, 3), RGB, and its time, s."""
_SILENT = 0
"""OpenCV's level without any message."""
_LONGEST_WAIT_S = 5.0
"""Engineering limit: a camera that sends no picture for this long has gone."""


class Camera(Protocol):
    """A source of pictures."""

    def pictures(self) -> Iterator[TimedImage]:
        """Yield upright pictures with their times until there are no more."""
        ...


class FilePictures:
    """Every picture of a file, one after the other."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pictures(self) -> Iterator[TimedImage]:
        """Yield the pictures of the file."""
        with open_video(self._path, threads=1) as video:
            for frame in video.frames():
                yield frame.image, frame.time_s


class CameraPictures:
    """The newest picture of a camera each time one is asked for; those in between are left out."""

    def __init__(self, capture: Any) -> None:  # noqa: ANN401  (OpenCV has no types)
        self._capture = capture
        self._changed = Condition()
        self._newest: tuple[Any, float] | None = None
        self._ended = False

    def pictures(self) -> Iterator[TimedImage]:
        """Yield the newest picture until the camera sends none any more."""
        cv2 = load_opencv()
        Thread(target=self._read, name="camera", daemon=True).start()
        while newest := self._wait():
            picture, time_s = newest
            yield cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), time_s

    def close(self) -> None:
        """Let the reading thread end."""
        with self._changed:
            self._ended = True

    def _wait(self) -> tuple[Any, float] | None:
        """Return the next picture that nobody has taken; None when none comes."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest or self._ended, timeout=_LONGEST_WAIT_S)
            newest, self._newest = self._newest, None
            return newest

    def _read(self) -> None:
        while not self._ended:
            done, picture = self._capture.read()
            with self._changed:
                self._newest = (picture, monotonic()) if done else None
                self._ended = self._ended or not done
                self._changed.notify_all()
        self._capture.release()


@contextmanager
def open_camera(name: str) -> Generator[Camera]:
    """Open a camera by its number, or a file by its path.

    Raises
    ------
    VideoUnreadable
        If there is no such camera.
    """
    if not name.isdecimal():
        yield FilePictures(Path(name))
        return
    cv2 = load_opencv()
    cv2.utils.logging.setLogLevel(_SILENT)  # a missing camera is reported once, in our words
    capture = cv2.VideoCapture(int(name))
    if not capture.isOpened():
        raise VideoUnreadable(
            Message("camera_not_opened", "The camera {number} cannot be opened.", number=int(name)),
            hint=Message("choose_camera", "Close other programs that use it, or choose another with --camera 1."),
        )
    camera = CameraPictures(capture)
    try:
        yield camera
    finally:
        camera.close()
