"""The process of a live stream: records in, lines out, until the records end.

One thread reads records, one looks at frames, one writes lines; processes of their own measure trials. Nobody waits
for a slower one longer than a bound says: frames are dropped and counted, state lines are left out.
"""

import logging
import sys
from collections.abc import Callable, Iterable
from threading import Thread
from typing import BinaryIO

from kinemotion.errors import InternalProblem, KinemotionError
from kinemotion.pose.base import Preset
from kinemotion.report.contract.live_document import make_ready_event
from kinemotion.stream.inbox import Inbox
from kinemotion.stream.live_session import SharedParts
from kinemotion.stream.measuring import MeasureAtOnce, MeasureBeside
from kinemotion.stream.models import PoseModels
from kinemotion.stream.outbox import Outbox
from kinemotion.stream.processor_time import ProcessorTime
from kinemotion.stream.records import read_records
from kinemotion.stream.sessions import Sessions

_logger = logging.getLogger(__name__)
_TURN_S = 0.0001
"""Engineering limit: time after which a thread that measures lets those go on that handle frames."""


def serve(
    source: BinaryIO, write: Callable[[str], None], *, every_frame: bool = False, preload: Iterable[Preset] = ()
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
                while batch := inbox.take():
                    sessions.take(batch)
            finally:
                sessions.close()
                measurer.close()
    finally:
        outbox.close()


def _read(source: BinaryIO, inbox: Inbox) -> None:
    """Put every record into the inbox, and say why no more come."""
    failure: KinemotionError | None = None
    try:
        for record in read_records(source):
            inbox.put(record)
    except KinemotionError as error:
        failure = error
    except Exception as error:
        _logger.exception("The records cannot be read.")
        failure = InternalProblem.of(error)
    inbox.end(failure)
