"""The decoded pictures of a stream, and the count of what could not be decoded."""

from __future__ import annotations  # a packet names its stream to the type checker only

from collections.abc import Iterator
from dataclasses import dataclass

from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

_THREADS = 1
"""Threads of the decoder: with more, a damaged file decodes differently from one time to the next."""


@dataclass(slots=True)
class DecodeErrors:
    """What decoding had to leave out."""

    undecodable: int = 0
    """Packets and pictures that are damaged."""
    untimed: int = 0
    """Pictures whose time stamp is missing or does not rise."""


def decoded(
    container: InputContainer, stream: VideoStream, *, losses: DecodeErrors, most_pixels: int
) -> Iterator[tuple[int, VideoFrame]]:
    """The stream's sound pictures with their time stamps, which rise strictly; the rest is counted."""
    stream.codec_context.thread_count = _THREADS
    stream.codec_context.options = {"max_pixels": str(most_pixels)}  # of the picture itself, whatever the header says
    last_stamp: int | None = None
    for packet in _packets(container, stream, losses=losses):
        try:
            frames = packet.decode()
        except FFmpegError:
            losses.undecodable += 1
            continue
        for frame in frames:
            if frame.is_corrupt:
                losses.undecodable += 1
            elif frame.pts is None or (last_stamp is not None and frame.pts <= last_stamp):
                losses.untimed += 1
            else:
                last_stamp = frame.pts
                yield frame.pts, frame


def _packets(container: InputContainer, stream: VideoStream, *, losses: DecodeErrors) -> Iterator[Packet[VideoStream]]:
    """The stream's packets up to the file's end or to where it can no longer be read."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except FFmpegError:
            losses.undecodable += 1
            return
        if packet is None:
            return
        yield packet
