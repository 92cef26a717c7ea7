"""The process of a live stream: records in, lines out, until the records end."""

from collections.abc import Callable
from typing import BinaryIO

from kinemotion.report.contract.live_document import ready_event
from kinemotion.stream.live_session import Line
from kinemotion.stream.records import read_records
from kinemotion.stream.sessions import Sessions


def serve(source: BinaryIO, write: Callable[[Line], None]) -> None:
    """Read records until they end; write a line for all that happens in their sessions.

    Raises
    ------
    RecordMalformed
        If the bytes are no records. The sessions are closed before.
    """
    sessions = Sessions()
    write(ready_event())
    try:
        for record in read_records(source):
            for told in sessions.take(record):
                write(told)
    finally:
        for told in sessions.close():
            write(told)
