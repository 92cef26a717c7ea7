"""Which files can be a video, by their first bytes."""

TRANSPORT_STREAM_PACKET = 188
HEAD_BYTES = TRANSPORT_STREAM_PACKET + 1
"""Enough for every magic number below."""


def is_video_container(head: bytes) -> bool:
    """Whether a file with these first bytes is a container that the engine opens: MP4, MOV, MKV, WebM, AVI, MPEG-TS."""
    return (
        head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}  # MP4, MOV
        or head.startswith(b"\x1a\x45\xdf\xa3")  # Matroska, WebM
        or (head.startswith(b"RIFF") and head[8:12] == b"AVI ")
        or (head[:1] == b"G" and head[TRANSPORT_STREAM_PACKET : TRANSPORT_STREAM_PACKET + 1] == b"G")  # MPEG-TS
    )
