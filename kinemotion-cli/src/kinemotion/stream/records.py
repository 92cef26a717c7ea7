"""The records of a live stream: a header of fixed length, then a payload. Little-endian, as browsers write it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct
from typing import Protocol

from kinemotion.errors import KinemotionError, RecordMalformed, RecordTooLarge
from kinemotion.messages import Message

VERSION = 1
HEADER = Struct("<BBHIqI")
"""Kind, version, zero, session, capture time in microseconds, length of the payload in bytes."""
_SMALL, _RAW = 2 << 20, 64 << 20
PIECE = 1 << 16
"""Engineering limit: bytes that are read at once."""


class Kind(IntEnum):
    """What a record holds."""

    OPEN = 1
    JPEG = 2
    H264 = 3
    RGB = 4
    LANDMARKS = 5
    CLOSE = 6


_KINDS: Mapping[int, Kind] = {kind.value: kind for kind in Kind}
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


class ByteSource(Protocol):
    """Where bytes come from."""

    def read1(self, size: int, /) -> bytes:
        """Return what there is, at most so many bytes; wait only where there is nothing."""
        ...


def encode_record(record: Record) -> bytes:
    """Return the record as it is sent."""
    head = HEADER.pack(record.kind, VERSION, 0, record.session, record.time_us, len(record.payload))
    return head + record.payload


class RecordSplitter:
    """Cuts bytes that come in pieces of any length into records."""

    def __init__(self) -> None:
        self._unread = bytearray()
        self._skipped = 0
        """Bytes of a refused record that are still to come."""
        self.failure: RecordMalformed | None = None
        """Why nobody knows where the next record begins; nothing can follow."""

    def split(self, more: bytes) -> Sequence[Record | RefusedRecord]:
        """Return the records that are whole with these bytes. A record that cannot be used is skipped and refused."""
        unread = self._unread
        unread += more
        self._skip()
        records, used = _split(unread)
        del unread[:used]
        if len(unread) >= HEADER.size:
            kind, version, zero, session, _, length = HEADER.unpack_from(unread)
            if version != VERSION or zero:
                self.failure = RecordMalformed(
                    Message("no_record_header", "The stream holds bytes that are no record.")
                )
            elif refused := _find_record_error(kind, length):  # before its payload is here
                records.append(RefusedRecord(session, refused))
                self._skipped = HEADER.size + length
                self._skip()
        return records

    def find_rest(self) -> RecordMalformed | None:
        """Return what is wrong with the end of the stream; None where it ends with a whole record."""
        if not (self._unread or self._skipped):
            return None
        return RecordMalformed(Message("record_cut_off", "The stream ends within a record."))

    def _skip(self) -> None:
        here = min(self._skipped, len(self._unread))
        del self._unread[:here]
        self._skipped -= here


def read_together(source: ByteSource) -> Iterator[Sequence[Record | RefusedRecord]]:
    """Yield the records that have come at the same time, until the stream ends.

    A record that cannot be used is skipped and refused.

    Raises
    ------
    RecordMalformed
        If a header is wrong, so that nobody knows where the next record begins, or if the stream ends in a record.
    """
    splitter = RecordSplitter()
    while more := source.read1(PIECE):
        if records := splitter.split(more):
            yield records
        if splitter.failure:
            raise splitter.failure
    if problem := splitter.find_rest():
        raise problem


def _split(unread: bytearray) -> tuple[list[Record | RefusedRecord], int]:
    """Return the whole records at the beginning, up to a wrong header, and how many bytes they have."""
    records: list[Record | RefusedRecord] = []
    place = 0
    while len(unread) - place >= HEADER.size:
        kind, version, zero, session, time_us, length = HEADER.unpack_from(unread, place)
        begin, end = place + HEADER.size, place + HEADER.size + length
        if version != VERSION or zero or end > len(unread):
            break
        refused = _find_record_error(kind, length)
        if refused:
            records.append(RefusedRecord(session, refused))
        else:
            records.append(Record(_KINDS[kind], session, time_us, bytes(unread[begin:end])))
        place = end
    return records, place


def _find_record_error(kind: int, length: int) -> KinemotionError | None:
    """Return why a record of that kind and length is not read; None if it is."""
    if kind not in _KINDS:
        return RecordMalformed(Message("record_kind_unknown", "No record has the kind {kind}.", kind=kind))
    largest = LARGEST[_KINDS[kind]]
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
