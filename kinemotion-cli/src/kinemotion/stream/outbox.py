"""The lines that wait for whoever reads them: bounded, and figures for a display give way to results."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from threading import Condition, Thread

import msgspec

from kinemotion.report.contract.encode import encode_line
from kinemotion.stream.live_session import Line

_MOST_STATES = 1024
"""Engineering limit: state lines that wait; the oldest are left out."""
_MOST_OTHERS = 2048
"""Engineering limit: other lines that wait; then the work waits, and frames are dropped."""


@dataclass(slots=True)
class _Waiting:
    text: str


class Outbox:
    """Writes lines in a thread of its own, so that a slow reader holds nobody up. Several threads may put."""

    def __init__(self, write: Callable[[str], None], *, every_line: bool = False) -> None:
        self._write = write
        self._every_line = every_line
        self._lines: deque[_Waiting] = deque()
        self._states: deque[_Waiting] = deque()
        self._others = 0
        self._changed = Condition()
        self._is_due = self._ended = False
        self._failure: OSError | None = None
        self._thread = Thread(target=self._run, name="lines", daemon=True)
        self._thread.start()

    def put(self, event: Line) -> None:
        """Add a line, as `put_text` does; a state line may be left out, and is written at the next `flush`."""
        is_state = event["event"] == "state"
        self._add(_write_state(event) if is_state else encode_line(event), is_state=is_state)

    def put_text(self, text: str) -> None:
        """Add a line that is JSON already, line break included; wait while too many wait that may not be left out.

        Raises
        ------
        OSError
            If nobody reads the lines any more.
        """
        self._add(text, is_state=False)

    def flush(self) -> None:
        """Write the states that wait. To write them together costs less than to wake the writer for each."""
        with self._changed:
            self._is_due = True
            self._changed.notify_all()

    def close(self) -> None:
        """Write what waits.

        Raises
        ------
        OSError
            If nobody reads the lines any more.
        """
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()
        if self._failure:
            raise self._failure

    def _add(self, text: str, *, is_state: bool) -> None:
        waiting = _Waiting(text)
        with self._changed:
            self._changed.wait_for(lambda: self._failure or self._has_room())
            if self._failure:
                raise self._failure
            if is_state:
                self._add_state(waiting)
            else:
                self._others += 1
            self._lines.append(waiting)
            self._is_due = self._is_due or self._every_line or not is_state
            if self._is_due:
                self._changed.notify_all()

    def _has_room(self) -> bool:
        return self._others < _MOST_OTHERS and (not self._every_line or len(self._states) < _MOST_STATES)

    def _add_state(self, waiting: _Waiting) -> None:
        """Count a state line; where too many wait, leave out the older half."""
        if len(self._states) == _MOST_STATES:
            for state in islice(self._states, _MOST_STATES // 2):
                state.text = ""
            self._lines = deque(kept for kept in self._lines if kept.text)
            self._states = deque(kept for kept in self._states if kept.text)
        self._states.append(waiting)

    def _run(self) -> None:
        try:
            while text := self._take():
                self._write(text)
        except OSError as error:
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _take(self) -> str:
        """Return all that waits, as one text; empty when nothing comes any more."""
        with self._changed:
            self._changed.wait_for(lambda: (self._lines and self._is_due) or self._ended)
            self._is_due = False
            text = "".join(waiting.text for waiting in self._lines)
            self._lines.clear()
            self._states.clear()
            self._others = 0
            self._changed.notify_all()
            return text


def _write_state(event: Line) -> str:
    """Return a state as a line. Most lines are states, and they hold plain values only: msgspec is quick with them."""
    return msgspec.json.encode(event).decode() + "\n"
