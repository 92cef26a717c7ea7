"""The sessions of one process: a record finds its session, and a failure ends no session but its own."""

import logging
from collections import deque
from collections.abc import Iterator

from kinemotion.errors import InternalProblem, KinemotionError, SessionOpen, SessionUnknown, TooManySessions
from kinemotion.messages import Message
from kinemotion.report.contract.live_document import session_error
from kinemotion.stream.live_session import Line, LiveSession
from kinemotion.stream.opening import read_opening
from kinemotion.stream.records import Kind, Record, RefusedRecord

_logger = logging.getLogger(__name__)
_MOST_SESSIONS = 256
"""Engineering limit: sessions that one process follows."""
_MOST_ENDED = 1024
"""Engineering limit: ended sessions whose late records are passed over in silence."""


class Sessions:
    """All sessions of one process."""

    def __init__(self, *, most: int = _MOST_SESSIONS) -> None:
        self._most = most
        self._open: dict[int, LiveSession] = {}
        self._ended: deque[int] = deque(maxlen=_MOST_ENDED)

    def take(self, record: Record | RefusedRecord) -> Iterator[Line]:
        """Take in a record; yield what is to be said now. A failure becomes a line, and ends its session."""
        try:
            yield from self._handle(record)
        except KinemotionError as error:
            yield from self._fail(record.session, error)
        except Exception as error:
            _logger.exception("Session %d failed.", record.session)
            yield from self._fail(record.session, InternalProblem(f"{type(error).__name__}: {error}"))

    def close(self) -> Iterator[Line]:
        """End every session; yield what is to be said of each."""
        for number in list(self._open):
            yield from self.take(Record(Kind.CLOSE, number, 0))

    def _handle(self, record: Record | RefusedRecord) -> Iterator[Line]:
        if isinstance(record, RefusedRecord):
            raise record.error
        if record.kind is Kind.OPEN:
            self._begin(record)
        elif record.session in self._open:
            yield from self._go_on(self._open[record.session], record)
        elif record.session not in self._ended:
            raise SessionUnknown(
                Message("session_not_open", "The session {session} is not open.", session=record.session)
            )

    def _begin(self, record: Record) -> None:
        if record.session in self._open:
            raise SessionOpen(
                Message("session_is_open", "The session {session} is open already.", session=record.session)
            )
        if len(self._open) >= self._most:
            raise TooManySessions(
                Message("too_many_sessions", "The process follows {count} sessions already.", count=self._most)
            )
        self._open[record.session] = LiveSession(record.session, read_opening(record.payload))

    def _go_on(self, session: LiveSession, record: Record) -> Iterator[Line]:
        if record.kind is Kind.CLOSE:
            self._end(record.session)
            yield from session.close()
        else:
            yield from session.take(record)

    def _fail(self, number: int, error: KinemotionError) -> Iterator[Line]:
        """Yield the error of a session and, where it was open, its last line."""
        yield session_error(number, error)
        session = self._open.get(number)
        self._end(number)
        if session is None:
            return
        try:
            yield from session.close()
        except Exception:
            _logger.exception("Session %d failed while it was closed.", number)

    def _end(self, number: int) -> None:
        self._open.pop(number, None)
        if number not in self._ended:
            self._ended.append(number)
