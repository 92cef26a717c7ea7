"""The lines that wait for whoever reads them: bounded, and figures for a display give way to results."""

from collections import OrderedDict
from collections.abc import Callable
from itertools import count
from threading import Condition, Thread

import msgspec

from kinemotion.report.contract.encode import encode_line
from kinemotion.stream.live_session import Line

_MOST_STATES = 1024
"""Engineering limit: state lines that wait where none may be left out; then the work waits."""
_MOST_OTHERS = 2048
"""Engineering limit: other lines that wait; then the work waits, and frames are dropped."""
_AT_ONCE = 4096
"""Engineering limit: characters that are written without waiting; a pipe that takes any bytes takes as many (PIPE_BUF).
States are plain ASCII."""


class Outbox:
    """Writes lines in a thread of its own, so that a slow reader holds nobody up. Several threads may put.

    A state that waits is replaced by the next one of its session: who reads late reads the newest.

    Parameters
    ----------
    write
        Writes text; may wait for the reader.
    every_line
        Whether no state is left out: work waits instead.
    is_writable
        Whether `write` takes some lines without waiting. States are then written by the thread that flushes, which
        costs less than to wake another one. Without it, that thread never writes.
    """

    def __init__(
        self, write: Callable[[str], None], *, every_line: bool = False, is_writable: Callable[[], bool] | None = None
    ) -> None:
        self._write = write
        self._every_line = every_line
        self._is_writable = is_writable
        self._lines: OrderedDict[tuple[str, int], str] = OrderedDict()
        """By session for states that may be replaced, by number for others."""
        self._numbers = count()
        self._states = self._others = 0
        self._changed = Condition()
        self._is_due = self._ended = self._is_writing = False
        self._failure: OSError | None = None
        self._thread = Thread(target=self._run, name="lines", daemon=True)
        self._thread.start()

    def put(self, event: Line) -> None:
        """Add a line, as `put_text` does; a state line may be left out, and is written at the next `flush`."""
        if event["event"] != "state":
            self.put_text(encode_line(event))
        elif self._every_line:
            self._add(_write_state(event), key=("state", next(self._numbers)))
        else:
            self._add(_write_state(event), key=("state", event["session"]))

    def put_text(self, text: str) -> None:
        """Add a line that is JSON already, line break included; wait while too many wait that may not be left out.

        Raises
        ------
        OSError
            If nobody reads the lines any more.
        """
        self._add(text, key=("other", next(self._numbers)))

    def flush(self) -> None:
        """Write the states that wait: now where the reader takes them, or else in the thread.

        Raises
        ------
        OSError
            If nobody reads the lines any more.
        """
        with self._changed:
            if not self._lines:
                return
            self._write_at_once()
            if self._lines:
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

    def _add(self, text: str, *, key: tuple[str, int]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._failure or self._has_room())
            if self._failure:
                raise self._failure
            is_state = key[0] == "state"
            if self._lines.pop(key, None) is None:
                self._count(key, 1)
            self._lines[key] = text
            self._is_due = self._is_due or self._every_line or not is_state
            if self._is_due:
                self._changed.notify_all()

    def _has_room(self) -> bool:
        return self._others < _MOST_OTHERS and (not self._every_line or self._states < _MOST_STATES)

    def _count(self, key: tuple[str, int], more: int) -> None:
        if key[0] == "state":
            self._states += more
        else:
            self._others += more

    def _write_at_once(self) -> None:
        """Write the states at the front, in the calling thread, for as long as that does not wait."""
        while self._lines and not self._is_writing and self._is_writable and self._is_writable():
            if not (text := self._take_lines(only_states=True)):
                return
            try:
                self._write(text)
            except OSError as error:
                self._failure = error
                self._changed.notify_all()
                raise

    def _take_lines(self, *, only_states: bool = False) -> str:
        """Return lines from the front as one text of a certain length; empty where there is none of those asked for."""
        texts: list[str] = []
        size = 0
        while self._lines:
            key, text = next(iter(self._lines.items()))
            size += len(text)
            if (only_states and key[0] != "state") or (size > _AT_ONCE and (texts or only_states)):
                break
            texts.append(text)
            del self._lines[key]
            self._count(key, -1)
        return "".join(texts)

    def _run(self) -> None:
        try:
            while text := self._take():
                self._write(text)
        except OSError as error:
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _take(self) -> str:
        """Return some of what waits, as one text; empty when nothing comes any more.

        What is not taken yet can still be replaced by something newer.
        """
        with self._changed:
            self._is_writing = False
            self._changed.wait_for(lambda: (self._lines and self._is_due) or self._ended)
            text = self._take_lines()
            self._is_due = self._is_due and bool(self._lines)
            self._is_writing = bool(text)
            self._changed.notify_all()
            return text


def _write_state(event: Line) -> str:
    """Return a state as a line. Most lines are states, and they hold plain values only: msgspec is quick with them."""
    return msgspec.json.encode(event).decode() + "\n"
