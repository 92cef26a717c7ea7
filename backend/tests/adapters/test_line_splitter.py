"""Lines put together from pieces, however they were cut."""

import time

import pytest

from kinemotion_backend.adapters.line_reader import LineSplitter

MOST = 10


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_lines_are_the_same_however_they_were_cut(size: int) -> None:
    text = b"one\n\ntwo three\nfour"
    splitter, lines = LineSplitter(100), list[bytes]()
    for start in range(0, len(text), size):
        lines += splitter.feed(text[start : start + size])
    assert lines == [b"one", b"", b"two three"]
    assert splitter.finish() == [b"four"]


def test_nothing_is_left_after_a_whole_line() -> None:
    splitter = LineSplitter(MOST)
    assert splitter.feed(b"whole\n") == [b"whole"]
    assert splitter.finish() == []


@pytest.mark.parametrize("size", [1, 7, 64])
def test_a_long_line_is_cut_and_the_next_is_whole(size: int) -> None:
    text = b"x" * 64 + b"\nshort\n" + b"y" * 64
    splitter, lines = LineSplitter(MOST), list[bytes]()
    for start in range(0, len(text), size):
        lines += splitter.feed(text[start : start + size])
    assert lines == [b"x" * MOST, b"short"]
    assert splitter.finish() == [b"y" * MOST]


def test_a_line_that_never_ends_costs_no_more_the_longer_it_is() -> None:
    """Each piece copied all that had come: 4 MiB for every 16 KiB."""
    splitter, piece = LineSplitter(4 * 1024 * 1024), b"x" * 1024
    costs_s = list[float]()
    for _ in range(2):
        began_s = time.process_time()
        for _ in range(4000):
            assert splitter.feed(piece) == []
        costs_s.append(time.process_time() - began_s)
    assert max(costs_s) < 1.0
