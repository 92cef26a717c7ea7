"""What is known of a video before its frames are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from kinemotion.errors import VideoUnreadable
from kinemotion.video.container import Limits, check_limits, open_container, video_stream
from kinemotion.video.pictures import DecodeErrors, decoded
from kinemotion.video.timing import CaptureRate, capture_rate, usual_step_s
from kinemotion.video.upright import Upright


@dataclass(frozen=True, slots=True)
class Header:
    """The container's claims, and what the first decoded picture shows."""

    file: Path
    codec: str
    time_base: Fraction
    first_stamp: int
    """Of the first picture that decodes, in ticks of the time base."""
    promised_frames: int | None
    promised_end_s: float | None
    """Where the stream is said to end, on the container's own time line."""
    upright: Upright
    capture: CaptureRate | None
    recorded_at: str | None
    """When the camera says it filmed, ISO 8601, UTC."""
    real_per_file: float
    """Real seconds per second of the file: below 1 where it is played slowed."""

    def file_s(self, stamp: int) -> float:
        """Seconds of the file since its first picture."""
        return float((stamp - self.first_stamp) * self.time_base)

    def missing_s(self, end_s: float) -> float:
        """Seconds between the given end, since the first picture, and the promised one."""
        if self.promised_end_s is None:
            return 0.0
        return self.promised_end_s - float(self.first_stamp * self.time_base) - end_s


def read_header(file: Path, *, limits: Limits, capture_fps: float | None, largest_side: int) -> Header:
    """The facts of a file, its limits checked before a picture is decoded.

    Raises
    ------
    VideoUnreadable
        Where it is no video, or none of its pictures can be decoded.
    VideoTooLarge
        Where it is beyond the limits.
    """
    capture, real_per_file = _capture(file, option=capture_fps)
    with open_container(file) as container:
        stream = video_stream(container)
        end_s = _promised_end_s(container, stream)
        check_limits(stream, duration_s=end_s, limits=limits)
        first = next(decoded(container, stream, losses=DecodeErrors(), most_pixels=limits.pixels), None)
        if first is None:
            raise VideoUnreadable("No picture of the file can be decoded.")
        stamp, frame = first
        return Header(
            file=file,
            codec=stream.codec_context.name,
            time_base=_time_base(stream),
            first_stamp=stamp,
            promised_frames=stream.frames or None,
            promised_end_s=end_s,
            upright=Upright.of(frame, sample_aspect=stream.sample_aspect_ratio, largest_side=largest_side),
            capture=capture,
            recorded_at=_recorded_at(container.metadata),
            real_per_file=real_per_file,
        )


def _capture(file: Path, *, option: float | None) -> tuple[CaptureRate | None, float]:
    """The capture rate that is claimed, and real seconds per second of the file."""
    with open_container(file) as container:
        stream = video_stream(container)
        tags: Mapping[str, str] = {**container.metadata, **stream.metadata}
        if capture_rate(tags, option=option, file_fps=0.0) is None:
            return None, 1.0
        stamps = (packet.pts for packet in container.demux(stream) if not packet.is_discard)
        step_s = usual_step_s(sorted(float(stamp * _time_base(stream)) for stamp in stamps if stamp is not None))
    file_fps = 1 / step_s if step_s > 0 else 0.0
    capture = capture_rate(tags, option=option, file_fps=file_fps)
    return capture, file_fps / capture.fps if capture and file_fps else 1.0


def _recorded_at(tags: Mapping[str, str]) -> str | None:
    """When the camera says it filmed; None for the zero of a clock that was never set (1904 or 1970)."""
    told = tags.get("creation_time", "")
    return f"{told[:19]}Z" if told[:4] > "1970" else None


def _time_base(stream: VideoStream) -> Fraction:
    """Seconds per tick."""
    return stream.time_base or Fraction(1, av.time_base)


def _promised_end_s(container: InputContainer, stream: VideoStream) -> float | None:
    """The end of the stream, or else of the container, where either says so."""
    if stream.duration:
        return float(((stream.start_time or 0) + stream.duration) * _time_base(stream))
    if container.duration:
        return ((container.start_time or 0) + container.duration) / av.time_base
    return None
