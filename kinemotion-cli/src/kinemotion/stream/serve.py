"""The process of a live stream: records in, lines out, until the records end.

One thread reads records, looks at frames and writes states, where the system says that neither waits; another thread
writes what has to wait, and processes of their own measure trials. Nobody waits for a slower one longer than a bound
says: frames are dropped and counted, states are replaced by newer ones.
"""

import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from select import select
from threading import Thread
from time import monotonic
from typing import Any, Protocol, cast

from kinemotion.errors import InternalProblem, KinemotionError
from kinemotion.report.contract.live_document import make_ready_event
from kinemotion.stream.inbox import Inbox
from kinemotion.stream.live_session import SharedParts
from kinemotion.stream.measuring import MeasureAtOnce, MeasureBeside
from kinemotion.stream.open_models import PoseModels
from kinemotion.stream.outbox import Outbox
from kinemotion.stream.processor_time import ProcessorTime
from kinemotion.stream.records import PIECE, ByteSource, RecordSplitter, read_together
from kinemotion.stream.sessions import Sessions

_logger = logging.getLogger(__name__)
_TURN_S = 0.0001
"""Engineering limit: time after which a thread that measures lets those go on that handle frames."""

_GATHER_S = 0.005
"""Engineering limit: time for which states are gathered while frames wait."""

_MOST_PIECES = 64
"""Engineering limit: pieces read between two batches; a sender who never pauses must not hold the frames up."""


class Feeder(Protocol):
    """What fills the inbox."""

    def read(self, *, wait: bool) -> None:
        """Put the records into the inbox that have come; wait for some where asked, and where nobody else does it."""
        ...


class _ReadBeside:
    """Reads in a thread of its own, whatever the source is."""

    def __init__(self, source: ByteSource, inbox: Inbox) -> None:
        self._source = source
        self._inbox = inbox
        Thread(target=self._run, name="records", daemon=True).start()

    def read(self, *, wait: bool) -> None:
        """Do nothing: the thread reads, and taking from the inbox waits for it."""

    def _run(self) -> None:
        """Put every record into the inbox, and say why no more come."""
        failure: KinemotionError | None = None
        try:
            for together in read_together(self._source):
                self._inbox.wait_for_room()
                self._inbox.put_together(together)
        except KinemotionError as error:
            failure = error
        except Exception as error:
            _logger.exception("The records cannot be read.")
            failure = InternalProblem.of(error)
        self._inbox.end(failure)


class _ReadBetween:
    """Reads between two batches, without a thread: to hand the processor over for each record costs as much as a frame.

    The system keeps what comes meanwhile; the sender drops what it cannot take.
    """

    def __init__(self, descriptor: int, inbox: Inbox) -> None:
        self._descriptor = descriptor
        self._inbox = inbox
        self._splitter = RecordSplitter()
        self._ended = False

    def read(self, *, wait: bool) -> None:
        """Put the records into the inbox that have come; wait for some where asked."""
        pieces = 0
        while not self._ended and self._inbox.has_room:
            must_wait = wait and self._inbox.is_empty
            if not must_wait and pieces >= _MOST_PIECES:
                return
            if not self._is_readable(wait=must_wait):
                return
            self._take(os.read(self._descriptor, PIECE))
            pieces += 1

    def _take(self, more: bytes) -> None:
        self._inbox.put_together(self._splitter.split(more))
        failure = self._splitter.failure or (None if more else self._splitter.find_rest())
        if failure or not more:
            self._inbox.end(failure)
            self._ended = True

    def _is_readable(self, *, wait: bool) -> bool:
        found, _, _ = select([self._descriptor], [], [], None if wait else 0)
        return bool(found)


def _open_feeder(source: ByteSource, inbox: Inbox, *, every_frame: bool) -> Feeder:
    """Return what reads the source: where the system tells whether bytes are there, no thread is needed."""
    if os.name == "posix" and not every_frame and (descriptor := find_descriptor(source)) is not None:
        return _ReadBetween(descriptor, inbox)
    return _ReadBeside(source, inbox)


def _can_write(descriptor: int) -> bool:
    """Return whether some lines are written at once, without waiting for their reader."""
    _, found, _ = select([], [descriptor], [], 0)
    return bool(found)


def serve(
    source: ByteSource,
    write: Callable[[str], None],
    *,
    models: PoseModels,
    written_to: int | None = None,
    every_frame: bool = False,
) -> None:
    """Follow the sessions of a stream of records until it ends.

    Parameters
    ----------
    source
        Where the records come from.
    write
        What writes lines of JSON; called by one thread at a time.
    models
        Pose models for the sessions that send pictures.
    written_to
        Number of the open file that `write` writes to, where it has one.
    every_frame
        Whether every frame is looked at and every trial measured in its turn, however long the records must wait: for
        recordings, not for cameras.

    Raises
    ------
    RecordMalformed
        If the bytes are no records. The sessions are closed before.
    """
    is_writable = None if written_to is None or os.name != "posix" else partial(_can_write, written_to)
    inbox, outbox = Inbox(every_frame=every_frame), Outbox(write, every_line=every_frame, is_writable=is_writable)
    measurer, time = (MeasureAtOnce(), None) if every_frame else (MeasureBeside(), ProcessorTime())
    sys.setswitchinterval(_TURN_S)
    try:
        sessions = Sessions(SharedParts(outbox.put, outbox.put_text, measurer, models, time))
        outbox.put(make_ready_event())
        feeder = _open_feeder(source, inbox, every_frame=every_frame)
        try:
            _follow(inbox, sessions, outbox=outbox, feeder=feeder)
        finally:
            sessions.close()
            measurer.close()
    finally:
        outbox.close()


def _follow(inbox: Inbox, sessions: Sessions, *, outbox: Outbox, feeder: Feeder) -> None:
    """Handle records until no more come. States are written together: when nothing waits, or some time has passed."""
    flushed_s = monotonic()
    while True:
        feeder.read(wait=False)
        if inbox.is_empty or monotonic() - flushed_s > _GATHER_S:
            outbox.flush()
            flushed_s = monotonic()
        if inbox.is_empty:
            feeder.read(wait=True)
        batch = inbox.take()
        if batch is None:
            return
        sessions.take(batch)


def find_descriptor(file: object) -> int | None:
    """Return the number of a file that the system knows; None for another."""
    try:
        return cast("Any", file).fileno()
    except (AttributeError, OSError):
        return None
