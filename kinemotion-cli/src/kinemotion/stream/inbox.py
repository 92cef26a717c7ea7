"""The records that wait: newest wins in each session, and the sessions take turns."""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Condition

from kinemotion.errors import KinemotionError
from kinemotion.stream.records import Kind, Record, RefusedRecord

_KEPT_US = 500_000
"""Engineering limit: landmarks wait this long behind newer ones: they cost little, each missing one costs precision."""
_MOST_LANDMARKS, _MOST_PACKETS = 128, 128
"""Engineering limit: landmarks and H.264 packets of one session that wait."""
_MOST_BYTES, _MOST_RECORDS = 128 << 20, 4096
"""Engineering limit: bytes and records of all sessions that wait; then reading waits."""
_FEW = 64
"""Engineering limit: records that wait where none may be dropped; then reading waits."""
_NEWEST_ONLY, _TOGETHER = {Kind.JPEG, Kind.RGB}, {Kind.LANDMARKS, Kind.H264}
_KEY_FRAME, _PARAMETERS = 5, 7
"""Types of H.264 units from which a decoder can begin."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one session that are handled together: one, or all landmarks or H.264 packets that wait."""

    session: int
    records: Sequence[Record | RefusedRecord]
    dropped: int
    """Frames of this session that were dropped before them."""


@dataclass(slots=True)
class _Waiting:
    """What waits of one session."""

    records: deque[Record | RefusedRecord] = field(default_factory=deque[Record | RefusedRecord])
    dropped: int = 0
    awaits_key_frame: bool = False


class Inbox:
    """The records of all sessions that nobody has looked at yet. One thread puts, another takes.

    Parameters
    ----------
    every_frame
        Whether no frame is dropped: reading waits instead.
    """

    def __init__(self, *, every_frame: bool = False) -> None:
        self._every_frame = every_frame
        self._sessions: OrderedDict[int, _Waiting] = OrderedDict()
        self._changed = Condition()
        self._bytes = self._count = 0
        self._ended = False
        self._failure: KinemotionError | None = None

    def put_together(self, records: Iterable[Record | RefusedRecord]) -> None:
        """Add records that have come at the same time."""
        with self._changed:
            for record in records:
                waiting = self._sessions.setdefault(record.session, _Waiting())
                if isinstance(record, RefusedRecord) or self._is_wanted(waiting, record):
                    self._add(waiting, record)
            self._changed.notify_all()

    def wait_for_room(self) -> None:
        """Wait while too many records wait."""
        with self._changed:
            self._changed.wait_for(lambda: self.has_room)

    @property
    def has_room(self) -> bool:
        """Whether so few records wait that more may be read."""
        if self._every_frame:
            return self._count < _FEW
        return self._bytes < _MOST_BYTES and self._count < _MOST_RECORDS

    @property
    def is_empty(self) -> bool:
        """Whether no record waits."""
        return not self._count

    def end(self, failure: KinemotionError | None = None) -> None:
        """Say that no more records come, and why if that is a failure."""
        with self._changed:
            self._ended, self._failure = True, failure
            self._changed.notify_all()

    def take(self) -> Batch | None:
        """Return what waits of the session whose turn it is; wait for it. None when no more records come.

        Raises
        ------
        KinemotionError
            Why no more records come.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._count or self._ended)
            if not self._count:
                if self._failure:
                    raise self._failure
                return None
            batch = self._take_next()
            self._changed.notify_all()
            return batch

    def _is_wanted(self, waiting: _Waiting, record: Record) -> bool:
        """Drop what a newer record makes old; return whether the record itself is to wait."""
        if self._every_frame:
            return True
        if record.kind in _NEWEST_ONLY and waiting.records and _is_kind(waiting.records[-1], record.kind):
            self._drop(waiting, waiting.records.pop())
        elif record.kind is Kind.LANDMARKS:
            while outdated := _find_outdated(waiting.records, record):
                waiting.records.remove(outdated)
                self._drop(waiting, outdated)
        elif record.kind is Kind.H264:
            return self._follow_packets(waiting, record)
        return True

    def _follow_packets(self, waiting: _Waiting, record: Record) -> bool:
        """Return whether a packet can be decoded after those that wait; too many are dropped up to a key frame."""
        packets = [packet for packet in waiting.records if _is_kind(packet, Kind.H264)]
        if len(packets) >= _MOST_PACKETS:
            for packet in packets:
                waiting.records.remove(packet)
                self._drop(waiting, packet)
            waiting.awaits_key_frame = True
        if waiting.awaits_key_frame and not has_key_frame(record.payload):
            waiting.dropped += 1
            return False
        waiting.awaits_key_frame = False
        return True

    def _add(self, waiting: _Waiting, record: Record | RefusedRecord) -> None:
        waiting.records.append(record)
        self._bytes += _measure(record)
        self._count += 1

    def _drop(self, waiting: _Waiting, record: Record | RefusedRecord) -> None:
        self._forget(record)
        waiting.dropped += 1

    def _forget(self, record: Record | RefusedRecord) -> None:
        self._bytes -= _measure(record)
        self._count -= 1

    def _take_next(self) -> Batch:
        number = next(number for number, waiting in self._sessions.items() if waiting.records)
        waiting = self._sessions[number]
        records = [waiting.records.popleft()]
        while not self._every_frame and waiting.records and _can_join(records[0], waiting.records[0]):
            records.append(waiting.records.popleft())
        for record in records:
            self._forget(record)
        opens = _is_kind(records[0], Kind.OPEN)  # what was dropped came after it
        batch = Batch(number, records, 0 if opens else waiting.dropped)
        waiting.dropped = waiting.dropped if opens else 0
        if waiting.records or waiting.awaits_key_frame:
            self._sessions.move_to_end(number)
        else:
            del self._sessions[number]
        return batch


def has_key_frame(access_unit: bytes) -> bool:
    """Return whether a decoder can begin with this H.264 access unit (Annex B)."""
    parts = access_unit.split(b"\0\0\1")[1:]
    return any(part[0] & 31 in {_KEY_FRAME, _PARAMETERS} for part in parts if part)


def _is_kind(record: Record | RefusedRecord, kind: Kind) -> bool:
    return isinstance(record, Record) and record.kind is kind


def _can_join(first: Record | RefusedRecord, second: Record | RefusedRecord) -> bool:
    return isinstance(first, Record) and first.kind in _TOGETHER and _is_kind(second, first.kind)


def _find_outdated(records: deque[Record | RefusedRecord], newest: Record) -> Record | None:
    """Return the first landmarks that wait where they are too old beside the newest, or too many; else None."""
    first = next((item for item in records if isinstance(item, Record) and item.kind is Kind.LANDMARKS), None)
    if first is None or (len(records) < _MOST_LANDMARKS and newest.time_us - first.time_us <= _KEPT_US):
        return None
    return first


def _measure(record: Record | RefusedRecord) -> int:
    return len(record.payload) if isinstance(record, Record) else 0
