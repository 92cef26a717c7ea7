"""The records of a live stream: a header of fixed length, then a payload. Little-endian, as browsers write it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import BinaryIO

from kinemotion.errors import KinemotionError, RecordMalformed, RecordTooLarge
from kinemotion.messages import Message

VERSION = 1
HEADER = Struct("<BBHIqI")
"""Kind, version, zero, session, capture time in microseconds, length of the payload in bytes."""
_SMALL, _RAW = 2 << 20, 64 << 20
_PIECE = 1 << 16
"""Engineering limit: bytes that are skipped at once."""


class Kind(IntEnum):
    """What a record holds."""

    OPEN = 1
    JPEG = 2
    H264 = 3
    RGB = 4
    LANDMARKS = 5
    CLOSE = 6


LARGEST: Mapping[Kind, int] = {kind: _RAW if kind is Kind.RGB else _SMALL for kind in Kind} | {Kind.CLOSE: 0}
"""Engineering limit: bytes of a payload, by kind."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of one session."""

    kind: Kind
    session: int
    time_us: int
    """Capture time stamp, microseconds on the client's own clock."""
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that was skipped, and why."""

    session: int
    error: KinemotionError


def encode_record(record: Record) -> bytes:
    """Return the record as it is sent."""
    head = HEADER.pack(record.kind, VERSION, 0, record.session, record.time_us, len(record.payload))
    return head + record.payload


def read_records(source: BinaryIO) -> Iterator[Record | RefusedRecord]:
    """Yield the records of a stream of bytes until it ends. A record that cannot be used is skipped and refused.

    Raises
    ------
    RecordMalformed
        If a header is wrong, so that nobody knows where the next record begins, or if the stream ends in a record.
    """
    while head := source.read(HEADER.size):
        if len(head) < HEADER.size:
            raise _make_cut_off_error()
        kind, version, zero, session, time_us, length = HEADER.unpack(head)
        if version != VERSION or zero:
            raise RecordMalformed(Message("no_record_header", "The stream holds bytes that are no record."))
        refused = _refuse(kind, length)
        if refused:
            _skip(source, length)
            yield RefusedRecord(session, refused)
            continue
        payload = source.read(length)
        if len(payload) < length:
            raise _make_cut_off_error()
        yield Record(Kind(kind), session, time_us, payload)


def _refuse(kind: int, length: int) -> KinemotionError | None:
    """Return why a record of that kind and length is not read; None if it is."""
    if kind not in LARGEST:
        return RecordMalformed(Message("record_kind_unknown", "No record has the kind {kind}.", kind=kind))
    largest = LARGEST[Kind(kind)]
    if length <= largest:
        return None
    return RecordTooLarge(
        Message(
            "record_too_long",
            "A record has {length} bytes. It may have {largest} at most.",
            length=length,
            largest=largest,
        )
    )


def _skip(source: BinaryIO, length: int) -> None:
    while length:
        piece = source.read(min(length, _PIECE))
        if not piece:
            raise _make_cut_off_error()
        length -= len(piece)


def _make_cut_off_error() -> RecordMalformed:
    return RecordMalformed(Message("record_cut_off", "The stream ends within a record."))
