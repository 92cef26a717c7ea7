"""The process of a live stream: records in, lines out, until the records end.

One thread reads records, one looks at frames, one writes lines; processes of their own measure trials. Nobody waits
for a slower one longer than a bound says: frames are dropped and counted, state lines are left out.
"""

import logging
import sys
from collections.abc import Callable, Iterable
from threading import Thread
from time import monotonic

from kinemotion.errors import InternalProblem, KinemotionError
from kinemotion.pose.base import Preset
from kinemotion.report.contract.live_document import make_ready_event
from kinemotion.stream.inbox import Inbox
from kinemotion.stream.live_session import SharedParts
from kinemotion.stream.measuring import MeasureAtOnce, MeasureBeside
from kinemotion.stream.open_models import PoseModels
from kinemotion.stream.outbox import Outbox
from kinemotion.stream.processor_time import ProcessorTime
from kinemotion.stream.records import ByteSource, read_together
from kinemotion.stream.sessions import Sessions

_logger = logging.getLogger(__name__)
_TURN_S = 0.0001
"""Engineering limit: time after which a thread that measures lets those go on that handle frames."""

_GATHER_S = 0.005
"""Engineering limit: time for which states are gathered while frames wait."""


def serve(
    source: ByteSource, write: Callable[[str], None], *, every_frame: bool = False, preload: Iterable[Preset] = ()
) -> None:
    """Follow the sessions of a stream of records until it ends.

    Parameters
    ----------
    source
        Where the records come from.
    write
        What writes lines of JSON; called by one thread.
    every_frame
        Whether every frame is looked at and every trial measured in its turn, however long the records must wait: for
        recordings, not for cameras.
    preload
        Pose models that are loaded before the first line.

    Raises
    ------
    RecordMalformed
        If the bytes are no records. The sessions are closed before.
    """
    inbox, outbox = Inbox(every_frame=every_frame), Outbox(write, every_line=every_frame)
    measurer, time = (MeasureAtOnce(), None) if every_frame else (MeasureBeside(), ProcessorTime())
    sys.setswitchinterval(_TURN_S)
    try:
        with PoseModels() as models:
            for preset in preload:
                models.get(preset)
            sessions = Sessions(SharedParts(outbox.put, outbox.put_text, measurer, models, time))
            outbox.put(make_ready_event())
            Thread(target=_read, args=(source, inbox), name="records", daemon=True).start()
            try:
                _follow(inbox, sessions, outbox=outbox)
            finally:
                sessions.close()
                measurer.close()
    finally:
        outbox.close()


def _follow(inbox: Inbox, sessions: Sessions, *, outbox: Outbox) -> None:
    """Handle records until no more come. States are written together: when nothing waits, or some time has passed."""
    flushed_s = monotonic()
    while batch := inbox.take():
        sessions.take(batch)
        if inbox.is_empty or monotonic() - flushed_s > _GATHER_S:
            outbox.flush()
            flushed_s = monotonic()


def _read(source: ByteSource, inbox: Inbox) -> None:
    """Put every record into the inbox, and say why no more come."""
    failure: KinemotionError | None = None
    try:
        for together in read_together(source):
            inbox.put_together(together)
    except KinemotionError as error:
        failure = error
    except Exception as error:
        _logger.exception("The records cannot be read.")
        failure = InternalProblem.of(error)
    inbox.end(failure)
