"""The sessions of one process: records find their session, and a failure ends no session but its own."""

import logging
from collections import deque
from typing import cast

from kinemotion.errors import InternalProblem, KinemotionError, SessionOpen, SessionUnknown, TooManySessions
from kinemotion.messages import Message
from kinemotion.report.contract.live_document import make_session_error
from kinemotion.stream.inbox import Batch
from kinemotion.stream.live_session import LiveSession, SharedParts
from kinemotion.stream.measuring import QueuedMeasurement
from kinemotion.stream.opening import read_opening
from kinemotion.stream.records import Kind, Record, RefusedRecord

_logger = logging.getLogger(__name__)
_MOST_SESSIONS = 256
"""Engineering limit: sessions that one process follows."""
_MOST_ENDED = 1024
"""Engineering limit: ended sessions whose late records are passed over in silence."""


class Sessions:
    """All sessions of one process."""

    def __init__(self, shared: SharedParts) -> None:
        self._shared = shared
        self._open: dict[int, LiveSession] = {}
        self._ended: deque[int] = deque(maxlen=_MOST_ENDED)

    def take(self, batch: Batch) -> None:
        """Handle records of one session. A failure becomes a line, and ends this session."""
        try:
            self._handle(batch)
        except KinemotionError as error:
            self._fail(batch.session, error)
        except OSError:
            raise  # nobody reads the lines any more
        except Exception as error:
            _logger.exception("Session %d failed.", batch.session)
            self._fail(batch.session, InternalProblem.of(error))

    def close(self) -> None:
        """End every session."""
        for number in list(self._open):
            self.take(Batch(number, [Record(Kind.CLOSE, number, 0)], 0))

    def _handle(self, batch: Batch) -> None:
        record, session = batch.records[0], self._open.get(batch.session)
        if isinstance(record, RefusedRecord):
            raise record.error
        if session:
            session.drop(batch.dropped)
        if record.kind is Kind.OPEN:
            self._begin(record)
        elif session:
            self._go_on(session, batch)
        elif batch.session not in self._ended:
            raise SessionUnknown(
                Message("session_not_open", "The session {session} is not open.", session=batch.session)
            )

    def _begin(self, record: Record) -> None:
        if record.session in self._open:
            raise SessionOpen(
                Message("session_is_open", "The session {session} is open already.", session=record.session)
            )
        if len(self._open) >= _MOST_SESSIONS:
            raise TooManySessions(
                Message("too_many_sessions", "The process follows {count} sessions already.", count=_MOST_SESSIONS)
            )
        self._open[record.session] = LiveSession(record.session, read_opening(record.payload), shared=self._shared)

    def _go_on(self, session: LiveSession, batch: Batch) -> None:
        records = cast("list[Record]", batch.records)  # a refused record comes alone
        if records[0].kind is Kind.CLOSE:
            self._end(batch.session)
            session.close()
        else:
            session.take(records)

    def _fail(self, number: int, error: KinemotionError) -> None:
        """Write why a session ends and, if it was open, what it has found."""
        event = make_session_error(number, error)
        self._shared.measurer.submit(
            QueuedMeasurement(number, lambda _: self._shared.write(event))
        )  # after the trials that are being measured
        session = self._open.get(number)
        self._end(number)
        if session:
            session.close()

    def _end(self, number: int) -> None:
        self._open.pop(number, None)
        if number not in self._ended:
            self._ended.append(number)
