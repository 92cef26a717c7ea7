"""What waits is bounded: newest wins among frames, results go before figures, sessions take turns."""

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event, current_thread
from typing import Any

import pytest
from stream_client import close_record, landmark_record, open_record, recorded

from kinemotion.errors import RecordMalformed
from kinemotion.stream import inbox as waiting
from kinemotion.stream.inbox import Batch, Inbox, has_key_frame
from kinemotion.stream.outbox import Outbox
from kinemotion.stream.records import Kind, Record, RefusedRecord

PATIENCE_S = 60.0
"""Longer than anything here takes."""
KEY, OTHER = b"\0\0\0\1\x67sps\0\0\1\x65picture", b"\0\0\0\1\x41picture"


def frame(kind: Kind, number: int, *, session: int = 1, payload: bytes = b"") -> Record:
    return Record(kind, session, number, payload)


def batches(inbox: Inbox) -> Iterator[Batch]:
    inbox.end()
    while batch := inbox.take():
        yield batch


def filled(*records: Record | RefusedRecord, every_frame: bool = False) -> list[Batch]:
    inbox = Inbox(every_frame=every_frame)
    for record in records:
        inbox.put_together([record])
    return list(batches(inbox))


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.RGB])
def test_the_newest_picture_takes_the_place_of_those_that_wait(kind: Kind):
    opened, newest, closed = filled(
        open_record(1, "cmj"), *(frame(kind, number) for number in range(5)), close_record(1)
    )
    assert newest == Batch(1, [frame(kind, 4)], dropped=4)
    assert [opened.records, closed.records] == [[open_record(1, "cmj")], [close_record(1)]]


def test_no_picture_is_dropped_where_every_frame_counts():
    sent = [frame(Kind.JPEG, number) for number in range(5)]
    assert filled(*sent, every_frame=True) == [Batch(1, [record], dropped=0) for record in sent]


def test_sessions_take_turns():
    busy = [frame(Kind.JPEG if number == 1 else Kind.LANDMARKS, number, session=1) for number in range(3)]
    found = filled(*busy, frame(Kind.LANDMARKS, 0, session=2), frame(Kind.LANDMARKS, 0, session=3))
    assert [batch.session for batch in found] == [1, 2, 3, 1, 1]


def test_landmarks_that_wait_go_together_but_not_with_other_records():
    sent = [frame(Kind.LANDMARKS, number) for number in range(5)]
    assert [batch.records for batch in filled(*sent, close_record(1))] == [sent, [close_record(1)]]
    assert [batch.records for batch in filled(*sent, every_frame=True)] == [[record] for record in sent]


def test_landmarks_wait_for_half_a_second_of_their_clock():
    sent = [frame(Kind.LANDMARKS, 100_000 * number) for number in range(10)]
    opened, *found = filled(open_record(1, "cmj"), *sent)
    assert (opened.records, opened.dropped) == ([open_record(1, "cmj")], 0)
    assert found == [Batch(1, sent[4:], dropped=4)]


def test_landmarks_of_a_clock_that_runs_slowly_are_bounded_too():
    [batch] = filled(*(frame(Kind.LANDMARKS, number) for number in range(1000)))
    assert (len(batch.records), batch.dropped) == (128, 872)


def test_packets_wait_together_as_each_needs_those_before():
    sent = [frame(Kind.H264, number, payload=OTHER) for number in range(9)]
    assert filled(open_record(1, "cmj"), *sent, close_record(1))[1] == Batch(1, sent, dropped=0)


def test_too_many_packets_are_dropped_up_to_a_key_frame():
    old = [frame(Kind.H264, number, payload=OTHER) for number in range(200)]
    new = [frame(Kind.H264, 200, payload=KEY), frame(Kind.H264, 201, payload=OTHER)]
    assert filled(*old, *new) == [Batch(1, new, dropped=200)]


def test_a_key_frame_is_known_by_its_units():
    assert [has_key_frame(unit) for unit in (KEY, OTHER, b"", b"\0\0\1")] == [True, False, False, False]


def test_reading_waits_while_too_much_waits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(waiting, "_MOST_RECORDS", 2)
    inbox = Inbox()
    with ThreadPoolExecutor(max_workers=1) as reader:
        done = reader.submit(lambda: [put_when_there_is_room(inbox, close_record(number)) for number in range(50)])
        assert [inbox.take() for _ in range(50)] == [Batch(n, [close_record(n)], 0) for n in range(50)]
        done.result(PATIENCE_S)


def put_when_there_is_room(inbox: Inbox, record: Record) -> None:
    inbox.wait_for_room()
    assert inbox.has_room
    inbox.put_together([record])


def test_a_failure_of_the_stream_comes_after_its_records():
    inbox = Inbox()
    inbox.put_together([close_record(1)])
    inbox.end(RecordMalformed("broken"))
    assert inbox.take() == Batch(1, [close_record(1)], 0)
    with pytest.raises(RecordMalformed):
        inbox.take()


def state(number: int, *, session: int = 1) -> dict[str, Any]:
    return {"event": "state", "session": session, "number": number}


class SlowReader:
    """Takes no line before it is allowed to."""

    def __init__(self) -> None:
        self.go_on, self.called = Event(), Event()
        self.text = ""

    def write(self, text: str) -> None:
        self.called.set()
        self.go_on.wait()
        self.text += text

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


def test_a_slow_reader_misses_states_but_no_result():
    reader = SlowReader()
    outbox = Outbox(reader.write)
    outbox.put({"event": "ready"})
    reader.called.wait()
    for number in range(20_000):
        outbox.put(state(number, session=number % 3))
        if number % 20 == 0:
            outbox.put({"event": "trial", "number": number})
    outbox.flush()
    reader.go_on.set()
    outbox.close()
    got = {kind: [line["number"] for line in reader.lines if line["event"] == kind] for kind in ("state", "trial")}
    assert got["trial"] == list(range(0, 20_000, 20))
    assert got["state"] == [19_997, 19_998, 19_999]  # the newest of each session


def test_every_state_is_written_where_none_may_be_left_out():
    reader = SlowReader()
    outbox = Outbox(reader.write, every_line=True)
    with ThreadPoolExecutor(max_workers=1) as work:
        done = work.submit(lambda: [outbox.put(state(number)) for number in range(5000)])
        assert reader.called.wait(PATIENCE_S)
        assert not done.done()
        reader.go_on.set()
        done.result(PATIENCE_S)
    outbox.close()
    assert [line["number"] for line in reader.lines] == list(range(5000))


def test_states_are_written_by_who_flushes_while_the_reader_takes_them():
    writers: list[str] = []
    outbox = Outbox(lambda _: writers.append(current_thread().name), is_writable=lambda: True)
    for session in range(50):
        outbox.put(state(1, session=session))
    outbox.flush()
    assert set(writers) == {current_thread().name}
    outbox.close()


def test_lines_that_must_wait_are_written_in_their_order_by_the_thread():
    written: list[str] = []
    answers = iter((True, False))
    outbox = Outbox(written.append, is_writable=lambda: next(answers))
    for session in range(200):
        outbox.put(state(1, session=session))
    outbox.flush()
    outbox.put({"event": "trial", "session": 0})
    outbox.put(state(2, session=0))
    outbox.close()
    lines = [json.loads(line) for line in "".join(written).splitlines()]
    assert [line["session"] for line in lines] == [*range(200), 0, 0]
    assert lines[-1] == state(2, session=0)
    assert written[0].count("\n") < 200


def test_who_flushes_learns_that_the_reader_has_left():
    def refuse(_text: str) -> None:
        raise BrokenPipeError

    outbox = Outbox(refuse, is_writable=lambda: True)
    outbox.put(state(1))
    with pytest.raises(BrokenPipeError):
        outbox.flush()
    with pytest.raises(BrokenPipeError):
        outbox.close()


def test_work_waits_for_a_reader_who_takes_no_results():
    reader = SlowReader()
    outbox = Outbox(reader.write)
    with ThreadPoolExecutor(max_workers=1) as work:
        done = work.submit(lambda: [outbox.put({"event": "trial", "number": number}) for number in range(9000)])
        reader.called.wait()
        assert not done.done()
        reader.go_on.set()
        done.result()
    outbox.close()
    assert [line["number"] for line in reader.lines] == list(range(9000))


def test_a_reader_who_has_left_ends_the_work():
    def refuse(_text: str) -> None:
        raise BrokenPipeError

    outbox = Outbox(refuse)
    with pytest.raises(BrokenPipeError):
        deque((outbox.put({"event": "trial", "number": number}) for number in range(10_000)), maxlen=0)
    with pytest.raises(BrokenPipeError):
        outbox.close()


def test_a_frame_record_is_small():
    assert len(landmark_record(1, recorded("cmj")[0]).payload) == 8 + 24 + 428
