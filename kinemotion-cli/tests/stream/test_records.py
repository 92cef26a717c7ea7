"""Records are cut out of a stream of bytes; what is no record ends it, what is too large is skipped."""

from collections.abc import Iterator
from io import BytesIO
from itertools import chain

import pytest

from kinemotion.errors import RecordMalformed, RecordTooLarge
from kinemotion.stream.records import (
    HEADER,
    LARGEST,
    Kind,
    Record,
    RecordSplitter,
    RefusedRecord,
    encode_record,
    read_together,
)

FIRST, LAST = Record(Kind.JPEG, 1, -5, b"abc"), Record(Kind.CLOSE, 2**32 - 1, 2**62)


def read_records(sent: bytes) -> Iterator[Record | RefusedRecord]:
    return chain.from_iterable(read_together(BytesIO(sent)))


def test_records_are_read_as_they_were_written():
    sent = [FIRST, Record(Kind.OPEN, 0, 0, b""), LAST]
    assert list(read_records(b"".join(map(encode_record, sent)))) == sent


@pytest.mark.parametrize(
    ("kind", "length", "error"),
    [
        (99, 70_000, RecordMalformed),
        (Kind.CLOSE, 1, RecordTooLarge),
        (Kind.JPEG, LARGEST[Kind.JPEG] + 1, RecordTooLarge),
        (Kind.RGB, LARGEST[Kind.RGB] + 1, RecordTooLarge),
    ],
)
def test_a_record_that_cannot_be_used_is_skipped(kind: int, length: int, error: type):
    unused = HEADER.pack(kind, 1, 0, 9, 0, length) + bytes(length)
    first, refused, last = read_records(encode_record(FIRST) + unused + encode_record(LAST))
    assert (first, last) == (FIRST, LAST)
    assert isinstance(refused, RefusedRecord)
    assert (refused.session, type(refused.error)) == (9, error)


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_records_come_in_pieces_of_any_length(piece: int):
    too_large = HEADER.pack(Kind.CLOSE, 1, 0, 9, 0, 100) + bytes(100)
    sent = encode_record(FIRST) + too_large + encode_record(LAST)
    splitter = RecordSplitter()
    pieces = (sent[begin : begin + piece] for begin in range(0, len(sent), piece))
    first, refused, last = (record for more in pieces for record in splitter.split(more))
    assert (first, last) == (FIRST, LAST)
    assert isinstance(refused, RefusedRecord)
    assert (splitter.failure, splitter.find_rest()) == (None, None)


@pytest.mark.parametrize("end", range(1, len(encode_record(FIRST))))
def test_a_stream_that_ends_within_a_record_is_refused(end: int):
    records = read_records(encode_record(LAST) + encode_record(FIRST)[:end])
    assert next(records) == LAST
    with pytest.raises(RecordMalformed, match="within a record"):
        next(records)


def test_bytes_that_are_no_record_are_refused():
    with pytest.raises(RecordMalformed, match="no record"):
        list(read_records(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
