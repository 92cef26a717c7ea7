"""One live stream at a pool of engines: what waits to be written, and what the engine has said."""

import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Any

from kinemotion_backend.adapters.stream_process import StreamProcess
from kinemotion_backend.adapters.stream_records import CLOSE, OPEN, as_event, write_record
from kinemotion_backend.errors import EngineCrashed
from kinemotion_backend.live.mailbox import Mailbox
from kinemotion_backend.live.stream_analyzer import Codec, EngineStream, StreamEvent, StreamFrame

WAITING = {Codec.JPEG: 1, Codec.RGB: 1, Codec.LANDMARKS: 64, Codec.H264: 64}
"""Frames of a session that may wait for their turn. Pictures are dear: only the newest waits. Landmarks are cheap:
those that a network held back are measured too. H.264 depends on what came before: after a gap, a key frame comes."""
MAX_WAIT_S = 0.5
"""Landmarks that have waited longer are dropped: an engine that is too slow must not fall further behind."""
MAX_RESTARTS = 3
"""A session whose engine has died so often ends: its frames may be the reason."""
KEY_UNITS = frozenset({5, 7})
"""Types of H.264 units that a picture can begin with: a key picture and its parameters."""
MOVED = "engine_restarted"


class CliStream(EngineStream):
    """A session that survives its process: it goes on in another one, without what the dead one knew."""

    def __init__(self, opening: bytes, *, move: Callable[["CliStream"], None], trials_before: int = 0) -> None:
        self._opening = opening
        self._move = move
        self._process: StreamProcess | None = None
        self._number = 0
        self._is_opened = False
        self._frames: deque[tuple[StreamFrame, float]] = deque()
        """Frames that wait, and since when."""
        self._events: Mailbox[StreamEvent] = Mailbox()
        self._listener: Callable[[StreamEvent], None] | None = None
        self._newest: StreamEvent | None = None
        """The state that the listener gets next."""
        self._is_closing = False
        self._needs_key = False
        self._trials = self._trials_before = trials_before
        self._moves = 0
        self.engine_version = ""

    @property
    def process(self) -> StreamProcess | None:
        """The process that it is in; None between two."""
        return self._process

    def enter(self, process: StreamProcess) -> None:
        """Begin, or go on, in a process."""
        self._process, self._number = process, process.add(self)
        self.engine_version = process.version
        self._trials_before = self._trials
        self._frames.clear()
        self._is_opened = False
        process.give_turn(self)

    def push(self, frame: StreamFrame) -> int:
        """Put a frame in the queue; return how many were dropped for it: older ones, or this one."""
        if self._is_closing or self._process is None:
            return 1
        if self._needs_key:
            if not is_key_frame(frame.payload):
                return 1
            self._needs_key = False
        replaced = 0
        if len(self._frames) >= WAITING[frame.codec]:
            replaced = self._make_room(frame)
        if self._needs_key:
            return replaced + 1
        self._frames.append((frame, time.monotonic()))
        self._process.give_turn(self)
        return replaced

    def listen(self, take: Callable[[StreamEvent], None] | None) -> None:
        """Hand each state over as it is read, unless other events wait before it."""
        self._listener = take

    async def events(self) -> AsyncGenerator[StreamEvent]:
        """Yield what the engine says."""
        while (event := await self._events.get()) is not None:
            yield event

    async def close(self) -> None:
        """Ask for the result, after the frames that wait."""
        if self._is_closing:
            return
        self._is_closing = True
        if self._process is not None:
            self._process.give_turn(self)

    async def abandon(self) -> None:
        """End the session and pass nothing more on."""
        await self.close()
        if self._process is not None:
            self._process.forget(self._number)
        self._events.close()

    def take_record(self) -> bytes | None:
        """Return the next record to write; the session gets another turn where more waits."""
        process = self._process
        if process is None:
            return None
        self._drop_late()
        if not self._is_opened:
            record = write_record(OPEN, self._number, payload=self._opening)
            self._is_opened = True
        elif self._frames:
            frame = self._frames.popleft()[0]
            record = write_record(frame.codec, self._number, time_us=frame.time_us, payload=frame.payload)
        elif self._is_closing and self._number:
            record = write_record(CLOSE, self._number)
            self._process = None  # nothing follows
        else:
            return None
        if self._process is not None and (self._frames or self._is_closing):
            process.give_turn(self)
        return record

    def receive_event(self, content: dict[str, Any]) -> None:
        """Pass an event of the engine on."""
        event = as_event(content)
        if event is None:
            return
        if event.kind == "trial":
            event = self._number_trial(event)
        if event.kind == "closed":
            event = self._number_headline(event)
        if event.kind == "state" and self._listener and self._events.is_empty:
            self._newest = event
            return
        self.hand_over()
        self._events.put(event, replaces=event.kind == "state")
        if event.kind == "closed":
            self._events.close()

    def hand_over(self) -> None:
        """Give the newest state to the listener; a listener that fails, fails where the other events are read."""
        event, self._newest = self._newest, None
        if event is None:
            return
        try:
            if self._listener:
                self._listener(event)
        except Exception:  # noqa: BLE001  (the reader of the events handles it)
            self._listener = None
            self._events.put(event, replaces=True)

    def lose_engine(self) -> None:
        """Say that the engine has died, and go on in another process."""
        self._process = None
        self._moves += 1
        if self._moves > MAX_RESTARTS:
            self.fail(EngineCrashed.code, "The live engine ended several times while it measured this stream.")
            return
        message = "The live engine was restarted. The movement under way is lost."
        error = {"code": MOVED, "message": message, "hint": "Go on: the next jump counts.", "retryable": True}
        self._events.put(StreamEvent("error", {"error": error}))
        self._move(self)

    def fail(self, code: str, message: str) -> None:
        """End with an error that cannot be retried: there is no other process."""
        error = {"code": code, "message": message, "hint": "", "retryable": False}
        self._events.put(StreamEvent("error", {"error": error}))
        self._events.close()

    def _drop_late(self) -> None:
        """Drop landmarks that have waited too long, but the newest."""
        oldest_s, dropped = time.monotonic() - MAX_WAIT_S, 0
        while len(self._frames) > 1 and self._frames[0][1] < oldest_s and self._frames[0][0].codec is Codec.LANDMARKS:
            self._frames.popleft()
            dropped += 1
        if dropped:
            self._events.put(StreamEvent("dropped", {"frames": dropped}))

    def _make_room(self, frame: StreamFrame) -> int:
        if frame.codec is not Codec.H264:
            self._frames.popleft()
            return 1
        replaced = len(self._frames)
        self._frames.clear()
        self._needs_key = not is_key_frame(frame.payload)
        return replaced

    def _number_trial(self, event: StreamEvent) -> StreamEvent:
        """Count on from the trials that an earlier process has seen."""
        trial = dict(event.data["trial"])
        trial["index"] += self._trials_before
        if event.data.get("final"):
            self._trials = max(self._trials, trial["index"] + 1)
        return StreamEvent("trial", {**event.data, "trial": trial}, event.time_us)

    def _number_headline(self, event: StreamEvent) -> StreamEvent:
        """Name the headline trial by the number that the client knows."""
        result: dict[str, Any] = event.data["result"]
        headline = result.get("headline_trial")
        if not isinstance(headline, int):
            return event
        number = {"headline_trial": headline + self._trials_before}
        described: dict[str, Any] = event.data.get("metadata", {})
        numbered = {"result": {**result, **number}, "metadata": {**described, **number}}
        return StreamEvent("closed", {**event.data, **numbered}, event.time_us)


def is_key_frame(payload: bytes) -> bool:
    """Whether decoding can begin with this access unit (Annex B)."""
    position = payload.find(b"\0\0\1")
    while 0 <= position < len(payload) - 3:
        if payload[position + 3] & 0x1F in KEY_UNITS:
            return True
        position = payload.find(b"\0\0\1", position + 3)
    return False
