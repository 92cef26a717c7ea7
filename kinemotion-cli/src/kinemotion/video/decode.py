"""A video file as a stream of upright pictures with exact times."""

import gc
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from os import PathLike, fspath

from kinemotion.errors import UsageProblem, VideoTooLarge
from kinemotion.messages import Message
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.prefetch import count_useful_threads, prefetch
from kinemotion.video.container import Limits, choose_stream, compute_sha256, find_file, open_container
from kinemotion.video.header import Header, Reading, read_header
from kinemotion.video.pictures import DecodeErrors, decode_pictures
from kinemotion.video.timing import compute_mean_fps, is_uneven
from kinemotion.video.upright import Converter, StoredPicture
from kinemotion.video.warnings import collect_warnings

_DEPTH = 3
"""Pictures decoded beforehand."""


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the file that is asked for: start <= time < end, in seconds of the file since its first picture."""

    start_s: float = 0.0
    end_s: float = float("inf")

    def __post_init__(self) -> None:
        if not 0 <= self.start_s < self.end_s:
            raise UsageProblem(
                Message("part_empty", "The part of the clip that is asked for is empty."),
                hint=Message("give_part", "Give --start less than --end, both in seconds from the first picture."),
            )


class Video:
    """A readable video. Frames may be asked for again: the same pictures come with the same numbers and times."""

    def __init__(self, header: Header, *, info: VideoInfo, window: Window, limits: Limits, threads: int) -> None:
        self.info = info
        """Complete once the frames are exhausted; before, it counts none."""
        self._header = header
        self._window = window
        self._limits = limits
        self._threads = threads

    def frames(self) -> Generator[Frame]:
        """Yield the frames of the asked part; with threads to spare, decoded ahead in one of its own.

        Raises
        ------
        VideoTooLarge
            Where there are more of them than the limits allow, or they last longer.
        UsageProblem
            Where the clip ends before the asked part begins.
        """
        times_s: list[float] = []
        errors = DecodeErrors()
        with closing(prefetch(self._decoded(errors), depth=_DEPTH, threads=self._threads)) as frames:
            for frame in frames:
                times_s.append(frame.time_s / self._header.real_per_file)
                yield frame
        if not times_s:
            raise UsageProblem(
                Message("part_after_end", "The clip has no picture in the part that is asked for."),
                hint=Message("check_part", "Check --start and --end: they are seconds from the first picture."),
            )
        self.info = self._completed(times_s, errors)

    def _decoded(self, errors: DecodeErrors) -> Iterator[Frame]:
        """Yield the frames of the asked part; what could not be decoded is counted."""
        header, converter = self._header, Converter(self._header.upright)
        with open_container(header.file) as container:
            pictures = decode_pictures(
                container, choose_stream(container), errors=errors, most_pixels=self._limits.pixels
            )
            for index, (stamp, picture) in enumerate(pictures):
                file_s = header.file_s(stamp)
                if file_s >= self._window.end_s:
                    return
                self._check(index, file_s)
                if file_s >= self._window.start_s:
                    yield Frame(index, file_s * header.real_per_file, StoredPicture(picture, converter))

    def _check(self, index: int, file_s: float) -> None:
        """Check that the pictures stay within the limits."""
        if index >= self._limits.frames or file_s > self._limits.duration_s:
            raise VideoTooLarge(
                Message("clip_longer_than_promised", "The clip is too long."),
                hint=Message("cut_clip", "Cut the clip to the movement."),
            )

    def _completed(self, times_s: list[float], errors: DecodeErrors) -> VideoInfo:
        """What is known after the last frame, from the delivered frames' times on the file's time line."""
        fps = compute_mean_fps(times_s)
        step_s = 1 / fps if fps else 0.0
        whole = self._window.end_s == float("inf")
        return replace(
            self.info,
            fps=fps,
            frame_count=len(times_s),
            duration_s=times_s[-1] - times_s[0] + step_s,
            variable_frame_rate=is_uneven(times_s, tick_s=float(self._header.time_base)),
            warnings=collect_warnings(errors, missing_s=self._header.missing_s(times_s[-1] + step_s) if whole else 0.0),
        )


@contextmanager
def open_video(  # noqa: PLR0913  (options of one call, by keyword)
    path: str | PathLike[str],
    *,
    capture_fps: float | None = None,
    trust_tags: bool = True,
    rotate_deg: int = 0,
    start_s: float | None = None,
    end_s: float | None = None,
    largest_side: int = 1920,
    limits: Limits | None = None,
    threads: int | None = None,
) -> Generator[Video]:
    """A video opened for reading.

    Parameters
    ----------
    path
        A file in MP4, MOV, Matroska, WebM, AVI or MPEG-TS.
    capture_fps
        Rate the camera filmed at, where the file is played at another; times become real times.
    trust_tags
        Whether a tag of the file may name that rate, where it is not given.
    rotate_deg
        Clockwise turn of the pictures, added to what the file says: 0, 90, 180 or 270.
    start_s, end_s
        The part to deliver, in seconds of the file; frame numbers and times stay those of the whole file.
    largest_side
        Pictures are scaled down to this side, px: the pose model sees a person in 256 px.
    limits
        What is too large to be decoded.
    threads
        Threads that all the work keeps busy; as many as help where None. With one, nothing is decoded ahead.

    Raises
    ------
    VideoUnreadable, VideoNotFound, VideoTooLarge, UsageProblem
        Each with a hint.
    """
    reading = Reading(capture_fps=capture_fps, trust_tags=trust_tags, largest_side=largest_side, rotate_deg=rotate_deg)
    window = Window(start_s or 0.0, float("inf") if end_s is None else end_s)
    bounds = limits or Limits()
    header = read_header(find_file(path), limits=bounds, reading=reading)
    gc.collect(0)  # the first picture and what is said beside it refer to each other: so many bytes would stay
    info = _describe_promised(fspath(path), header)
    yield Video(header, info=info, window=window, limits=bounds, threads=threads or count_useful_threads())


def _describe_promised(source: str, header: Header) -> VideoInfo:
    """What is known of a video before its frames are counted."""
    return VideoInfo(
        source=source,
        sha256=compute_sha256(header.file),
        width=header.upright.size[0],
        height=header.upright.size[1],
        rotation_deg=header.upright.rotation_deg,
        codec=header.codec,
        fps=0.0,
        frame_count=0,
        duration_s=0.0,
        variable_frame_rate=False,
        promised_frames=header.promised_frames,
        capture_fps=header.capture.fps if header.capture else None,
        capture_fps_source=header.capture.source if header.capture else None,
        real_per_file=header.real_per_file,
        recorded_at=header.recorded_at,
    )
