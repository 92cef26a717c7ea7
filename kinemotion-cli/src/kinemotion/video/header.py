"""What is known of a video before its frames are asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from kinemotion.errors import UsageProblem, VideoUnreadable
from kinemotion.messages import Message
from kinemotion.video.container import Limits, check_limits, choose_stream, open_container
from kinemotion.video.pictures import DecodeErrors, decode_pictures, read_packets
from kinemotion.video.timing import CaptureRate, find_capture_rate, measure_step_s
from kinemotion.video.upright import Upright

TURNS_DEG = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class Header:
    """The container's claims, and what the first decoded picture shows."""

    file: Path
    codec: str
    time_base: Fraction
    first_stamp: int
    """Of the first picture that decodes, in ticks of the time base."""
    promised_frames: int | None
    promised_duration_s: float | None
    """Time from the first picture to the end of the stream, as the container says."""
    upright: Upright
    capture: CaptureRate | None
    recorded_at: str | None
    """When the camera says it filmed, ISO 8601, UTC."""
    real_per_file: float
    """Real seconds per second of the file: below 1 where it is played slowed."""

    def file_s(self, stamp: int) -> float:
        """Return the seconds of the file since its first picture."""
        # Integers, as they are quicker than fractions and as exact.
        return (stamp - self.first_stamp) * self.time_base.numerator / self.time_base.denominator

    def missing_s(self, end_s: float) -> float:
        """Return the seconds between the given end, since the first picture, and the promised one."""
        return 0.0 if self.promised_duration_s is None else self.promised_duration_s - end_s


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read."""

    capture_fps: float | None = None
    """Rate the camera filmed at, where the file is played at another."""
    trust_tags: bool = True
    """Whether a tag of the file may name that rate."""
    largest_side: int = 1920
    """Pictures are scaled down to this side, px."""
    rotate_deg: int = 0
    """Clockwise turn that is added to the file's own."""

    def __post_init__(self) -> None:
        if self.capture_fps is not None and not (isfinite(self.capture_fps) and self.capture_fps > 0):
            raise UsageProblem(
                Message("bad_capture_rate", "The capture rate must be a positive number of frames per second.")
            )
        if self.rotate_deg not in TURNS_DEG:
            raise UsageProblem(Message("bad_rotation", "The picture can be turned by 0, 90, 180 or 270 degrees."))


def read_header(file: Path, *, limits: Limits, reading: Reading) -> Header:
    """Read the facts of a file; its limits are checked before a picture is decoded.

    Raises
    ------
    VideoUnreadable
        Where it is no video, or none of its pictures can be decoded.
    VideoTooLarge
        Where it is beyond the limits.
    """
    capture, real_per_file = _read_capture_rate(file, reading)
    with open_container(file) as container:
        stream = choose_stream(container)
        end_s = _read_promised_end_s(container, stream)
        check_limits(
            stream, duration_s=None if end_s is None else end_s - _read_start_s(container, stream), limits=limits
        )
        first = next(decode_pictures(container, stream, errors=DecodeErrors(), most_pixels=limits.pixels), None)
        if first is None:
            raise VideoUnreadable(Message("nothing_decoded", "No picture of the file can be decoded."))
        stamp, frame = first
        return Header(
            file=file,
            codec=stream.codec_context.name,
            time_base=_read_time_base(stream),
            first_stamp=stamp,
            promised_frames=stream.frames or None,
            promised_duration_s=None if end_s is None else end_s - float(stamp * _read_time_base(stream)),
            upright=Upright.read(
                frame,
                sample_aspect=stream.sample_aspect_ratio,
                largest_side=reading.largest_side,
                rotate_deg=reading.rotate_deg,
            ),
            capture=capture,
            recorded_at=_read_recording_time(container.metadata),
            real_per_file=real_per_file,
        )


def _read_capture_rate(file: Path, reading: Reading) -> tuple[CaptureRate | None, float]:
    """Return the capture rate that is claimed, and real seconds per second of the file."""
    with open_container(file) as container:
        stream = choose_stream(container)
        tags: Mapping[str, str] = {**container.metadata, **stream.metadata} if reading.trust_tags else {}
        if find_capture_rate(tags, option=reading.capture_fps, file_fps=0.0) is None:
            return None, 1.0
    step_s = measure_step_s(read_times_s(file))
    file_fps = 1 / step_s if step_s > 0 else 0.0
    capture = find_capture_rate(tags, option=reading.capture_fps, file_fps=file_fps)
    return capture, file_fps / capture.fps if capture and file_fps else 1.0


def read_times_s(file: Path) -> Sequence[float]:
    """Return when each picture of the film is shown, s, rising, without decoding any.

    Raises
    ------
    VideoUnreadable
        If the file is no video, or if it is damaged before its first picture.
    """
    with open_container(file) as container:
        stream = choose_stream(container)
        packets = [packet for packet in read_packets(container, stream, errors=DecodeErrors()) if packet.size]
        stamps = (packet.dts if packet.pts is None else packet.pts for packet in packets if not packet.is_discard)
        return sorted(float(stamp * _read_time_base(stream)) for stamp in stamps if stamp is not None)


def _read_recording_time(tags: Mapping[str, str]) -> str | None:
    """Return when the camera says it filmed; None for the zero of a clock that was never set (1904 or 1970)."""
    written = tags.get("creation_time", "")
    return f"{written[:19]}Z" if written[:4] > "1970" else None


def _read_time_base(stream: VideoStream) -> Fraction:
    """Return the seconds per tick."""
    return stream.time_base or Fraction(1, av.time_base)


def _read_start_s(container: InputContainer, stream: VideoStream) -> float:
    """Return when the stream starts, on the container's own time line."""
    if stream.start_time is not None:
        return float(stream.start_time * _read_time_base(stream))
    return (container.start_time or 0) / av.time_base


def _read_promised_end_s(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the end of the stream, or else of the container, on its own time line; None where neither is given."""
    if stream.duration:
        return float(((stream.start_time or 0) + stream.duration) * _read_time_base(stream))
    if not container.duration:
        return None
    if container.format.name.startswith("matroska"):  # its duration counts from 0, whatever the first time stamp is
        return container.duration / av.time_base
    return ((container.start_time or 0) + container.duration) / av.time_base
