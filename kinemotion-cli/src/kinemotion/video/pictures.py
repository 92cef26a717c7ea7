"""The decoded pictures of a stream, and the count of what could not be decoded."""

from __future__ import annotations  # a packet names its stream to the type checker only

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_THREADS = 1
"""Threads of the decoder: with more, a damaged file decodes differently from one time to the next."""
_WITHOUT_PRESENTATION_TIMES = "avi"
"""The container that stores pictures in decoding order without saying when each is shown."""


@dataclass(slots=True)
class DecodeErrors:
    """What decoding had to leave out."""

    undecodable: int = 0
    """Packets and pictures that are damaged."""
    untimed: int = 0
    """Pictures whose time stamp is missing or does not rise."""


def decode_pictures(
    container: InputContainer, stream: VideoStream, *, errors: DecodeErrors, most_pixels: int
) -> Iterator[tuple[int, VideoFrame]]:
    """Yield the stream's sound pictures with their time stamps, which rise strictly; the rest is counted."""
    stream.codec_context.thread_count = _THREADS
    stream.codec_context.options = {"max_pixels": str(most_pixels)}  # of the picture itself, whatever the header says
    reordered = container.format.name == _WITHOUT_PRESENTATION_TIMES and stream.codec_context.has_b_frames
    last_stamp: int | None = None
    for stamp, frame in _decode(container, stream, errors=errors, reordered=reordered):
        if frame.is_corrupt:
            errors.undecodable += 1
        elif stamp is None or (last_stamp is not None and stamp <= last_stamp):
            errors.untimed += 1
        else:
            last_stamp = stamp
            yield stamp, frame


def _decode(
    container: InputContainer, stream: VideoStream, *, errors: DecodeErrors, reordered: bool
) -> Iterator[tuple[int | None, VideoFrame]]:
    """Yield every picture that decodes, in the order of presentation, with its time stamp.

    Where stamps are those of decoding (``reordered``), each picture takes the earliest one that is not yet taken.
    """
    waiting: list[int] = []
    for packet in read_packets(container, stream, errors=errors):
        try:
            frames = packet.decode()
        except FFmpegError:
            errors.undecodable += 1
            continue
        if packet.dts is not None and packet.size:
            heappush(waiting, packet.dts)
        for frame in frames:
            yield (heappop(waiting) if waiting else None) if reordered else frame.pts, frame


def read_packets(
    container: InputContainer, stream: VideoStream, *, errors: DecodeErrors
) -> Iterator[Packet[VideoStream]]:
    """Yield the stream's packets up to the file's end or to where it can no longer be read."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except FFmpegError:
            errors.undecodable += 1
            return
        if packet is None:
            return
        yield packet
