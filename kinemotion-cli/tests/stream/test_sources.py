"""Pictures on the wire: what is sent is what is looked at, and what is no picture is refused."""

from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from struct import pack
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from stream_client import Lines, about, answer, close_record, open_record

from kinemotion.errors import KinemotionError, PictureUnreadable, RecordMalformed, RecordTooLarge
from kinemotion.stream.records import Kind, Record
from kinemotion.stream.sources import H264Decoder, decode_jpeg, decode_rgb

WIDTH, HEIGHT = 64, 96
STEP_US = 33_333
PICTURES = [np.broadcast_to(np.array([40 + 20 * k, 90, 160], np.uint8), (HEIGHT, WIDTH, 3)).copy() for k in range(6)]
"""Plain pictures: each has its own red."""


def jpeg(picture: np.ndarray) -> bytes:
    buffer = BytesIO()
    Image.fromarray(picture).save(buffer, "jpeg", quality=95, subsampling=0)
    return buffer.getvalue()


def rgb(picture: np.ndarray) -> bytes:
    return pack("<HH", picture.shape[1], picture.shape[0]) + picture.tobytes()


def h264(pictures: list[np.ndarray]) -> list[bytes]:
    """Access units as a browser's encoder makes them: Annex B, no picture before its time."""
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 30), Fraction(30)
    encoder.options = {"tune": "zerolatency", "preset": "ultrafast", "qp": "10"}
    packets: list[bytes] = []
    for number, picture in enumerate(pictures):
        frame: Any = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = number
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return [*packets, *(bytes(packet) for packet in encoder.encode(None))]


UNITS = h264(PICTURES)


def session(kind: Kind, payloads: list[bytes]) -> list[Record]:
    frames = [Record(kind, 1, k * STEP_US, payload) for k, payload in enumerate(payloads)]
    return [open_record(1, "cmj", quality="fast"), *frames, close_record(1)]


SENT: dict[Kind, list[bytes]] = {
    Kind.JPEG: list(map(jpeg, PICTURES)),
    Kind.RGB: list(map(rgb, PICTURES)),
    Kind.H264: UNITS,
}


def test_the_picture_of_a_jpeg_file_is_read():
    assert np.abs(decode_jpeg(jpeg(PICTURES[2])).astype(int) - PICTURES[2]).max() <= 3


def test_rgb_bytes_are_the_picture():
    assert np.array_equal(decode_rgb(rgb(PICTURES[1])), PICTURES[1])


def test_every_h264_unit_gives_its_picture_at_its_time():
    decoder = H264Decoder()
    for number, (unit, picture) in enumerate(zip(UNITS, PICTURES, strict=True)):
        [found] = decoder.decode(Record(Kind.H264, 1, number * STEP_US, unit))
        assert found.time_us == number * STEP_US
        assert np.abs(np.asarray(found.content).astype(int) - picture).mean() < 6


def decode_h264(payload: bytes) -> object:
    return H264Decoder().decode(Record(Kind.H264, 1, 0, payload))


def huge() -> bytes:
    """A small JPEG file that promises 65,500 x 65,500 pixels."""
    data = bytearray(jpeg(PICTURES[0]))
    size = data.index(pack(">HH", HEIGHT, WIDTH))
    data[size : size + 4] = pack(">HH", 65500, 65500)
    return bytes(data)


@pytest.mark.parametrize(
    ("decode", "payload", "error"),
    [
        (decode_jpeg, b"", PictureUnreadable),
        (decode_jpeg, b"\xff\xd8\xff" + bytes(100), PictureUnreadable),
        (decode_jpeg, b"GIF89a" + bytes(100), PictureUnreadable),
        (decode_jpeg, huge(), RecordTooLarge),
        (decode_rgb, b"\1", RecordMalformed),
        (decode_rgb, pack("<HH", 0, 0), RecordMalformed),
        (decode_rgb, rgb(PICTURES[0])[:-1], RecordMalformed),
        (decode_rgb, rgb(PICTURES[0]) + b"\0", RecordMalformed),
        (decode_h264, b"garbage" * 9, PictureUnreadable),
        (decode_h264, UNITS[1], PictureUnreadable),
    ],
)
def test_what_is_no_picture_is_refused(decode: Callable[[bytes], object], payload: bytes, error: type[KinemotionError]):
    with pytest.raises(error):
        decode(payload)


@pytest.mark.parametrize("kind", SENT)
def test_a_session_of_pictures_looks_at_each(kind: Kind):
    lines = about(answer(session(kind, SENT[kind])), 1)
    assert [line["event"] for line in lines] == ["state"] * len(PICTURES) + ["closed"]
    assert [line["time_us"] for line in lines[:-1]] == [k * STEP_US for k in range(len(PICTURES))]
    assert lines[-1]["result"]["problem"]["code"] == "nobody_visible"


@pytest.mark.parametrize(
    ("kind", "broken", "code"),
    [
        (Kind.JPEG, b"garbage", "picture_unreadable"),
        (Kind.RGB, b"garbage", "record_malformed"),
        (Kind.H264, b"garbage", "picture_unreadable"),
        (Kind.JPEG, jpeg(PICTURES[0][:, :32]), "picture_size_changed"),
    ],
)
def test_a_broken_picture_ends_its_session(kind: Kind, broken: bytes, code: str):
    lines = about(answer(session(kind, [*SENT[kind][:2], broken, *SENT[kind][2:]])), 1)
    assert [line["event"] for line in lines] == ["state", "state", "error", "closed"]
    assert lines[2]["error"]["code"] == code


def test_a_session_sends_frames_of_one_kind():
    mixed = [*session(Kind.RGB, SENT[Kind.RGB][:1])[:2], Record(Kind.JPEG, 1, 10**6, SENT[Kind.JPEG][0])]
    [error] = about(answer(mixed), 1, "error")
    assert error["error"]["reason"]["code"] == "session_kind_changed"


def test_packets_that_waited_are_all_decoded_and_the_newest_is_looked_at():
    lines: Lines = about(answer(session(Kind.H264, UNITS), every_frame=False), 1)
    looked = [line for line in lines if line["event"] == "state"]
    closed = lines[-1]
    assert looked[-1]["time_us"] == (len(UNITS) - 1) * STEP_US
    assert closed["frames"] == len(looked)
    assert closed["frames"] + closed["dropped"] == len(UNITS)
    assert not about(lines, 1, "error")
