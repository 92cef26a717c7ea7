"""One live stream: frames in, messages out, across connections that break and come back."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kinemotion_backend.live.capacity import EngineCapacity, Load
from kinemotion_backend.live.closing import CloseCode
from kinemotion_backend.live.errors import MalformedMessage
from kinemotion_backend.live.mailbox import Mailbox, MailboxFull
from kinemotion_backend.live.messages import describe_state, describe_trial
from kinemotion_backend.live.stream_analyzer import Codec, EngineStream, StreamEvent, StreamFrame, StreamRequest
from kinemotion_backend.metrics.catalogue import Metrics

MAX_FPS = 250.0
"""Engineering limit: frames a second of one stream; no camera of a phone is faster than 240."""
BURST = 250
"""Frames that may come at once, after a pause of the network."""
REPORT_S = 1.0
"""Shortest time between two reports of dropped frames."""
MAX_TRIALS = 300
"""Engineering limit: trials that a stream keeps for its result; the newest ones."""
MAX_UNANSWERED = 512

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CloseConnection:
    """The last message to a connection: the code that it is closed with."""

    code: CloseCode


Outgoing = Message | CloseConnection
Deliver = Callable[[Message], bool]
"""Sends a message at once; false where it must wait."""
Publish = Callable[[Message, bool], None]
"""Shows a message to the viewers of the stream; true where a newer message of its kind replaces it."""


@dataclass(slots=True)
class FrameCounts:
    """Frames of a stream."""

    received: int = 0
    dropped: int = 0
    unreported: int = 0
    reported_s: float = field(default_factory=lambda: -REPORT_S)


@dataclass(frozen=True, slots=True)
class StreamContext:
    """What a stream shares with the others."""

    metrics: Metrics
    capacity: EngineCapacity
    list_loads: Callable[[], Iterable[Load]]
    """Returns what the other streams send."""
    clock: Callable[[], float]


class LiveStream:
    """One live stream. At most one connection is attached to it at a time."""

    def __init__(self, session: EngineStream, request: StreamRequest, *, context: StreamContext) -> None:
        self.session = session
        self.request = request
        self.outbox: Mailbox[Outgoing] = Mailbox()
        self.trials: deque[Mapping[str, Any]] = deque(maxlen=MAX_TRIALS)
        self.counts = FrameCounts()
        self.codec: Codec | None = None
        self.last_us: int | None = None
        self._has_state = False
        self.result: Mapping[str, Any] | None = None
        self.failure: Mapping[str, Any] | None = None
        self.reason: CloseCode | None = None
        self.publish: Publish = _publish_nothing
        self.on_final_trial: Callable[[], None] = _ignore_trial
        """Called after each final trial."""
        self._context = context
        self._metrics, clock = context.metrics, context.clock
        self._clock = clock
        self._arrived_s: OrderedDict[int, float] = OrderedDict()
        self._allowance, self._allowed_s = float(BURST), clock()
        self._drop_connection: Callable[[CloseCode], None] | None = None
        self._deliver: Deliver | None = None
        self.began_s = self.active_s = clock()
        """When the stream began, and when its last frame came."""
        self.detached_s: float | None = self.began_s
        """Since when no connection is attached; None while one is."""

    def attach(self, drop: Callable[[CloseCode], None]) -> None:
        """Take a connection; one that is attached already is dropped."""
        if self._drop_connection is not None:
            self._drop_connection(CloseCode.TAKEN_OVER)
        self._drop_connection = drop
        self._deliver = None
        self.detached_s, self.active_s = None, self._clock()

    def send_directly(self, deliver: Deliver) -> None:
        """Send messages through the attached connection at once where none waits."""
        self._deliver = deliver

    def detach(self, drop: Callable[[CloseCode], None]) -> None:
        """Forget the connection, unless another one has taken the stream over."""
        if self._drop_connection == drop:
            self._drop_connection = self._deliver = None
            self.detached_s = self._clock()

    def accept_frame(self, frame: StreamFrame) -> None:
        """Hand a frame to the engine, or drop and count it.

        Raises
        ------
        MalformedMessage
            If it is of another kind than the ones before.
        NoCapacity
            If it is the first one, and too few pictures a second would be left for each stream.
        """
        if self.reason is not None:
            return
        if self.codec is None:
            others = self._context.list_loads()
            self._context.capacity.check((frame.codec, self.request.quality), beside=others)
            self.codec = frame.codec
        elif self.codec is not frame.codec:
            raise MalformedMessage("A stream sends frames of one kind.")
        now_s = self.active_s = self._clock()
        self.counts.received += 1
        self._metrics.frames.labels(frame.codec.name.lower()).inc()
        if not self._is_within_rate(now_s):
            self._count_dropped(1, "rate")
        elif self.last_us is not None and frame.time_us <= self.last_us:
            self._count_dropped(1, "order")
        else:
            self.last_us = frame.time_us
            self._arrived_s[frame.time_us] = now_s
            if len(self._arrived_s) > MAX_UNANSWERED:
                self._arrived_s.popitem(last=False)
            self._count_dropped(self.session.push(frame), "superseded")

    async def request_result(self, reason: CloseCode) -> None:
        """Ask the engine for the result; the first reason counts."""
        if self.reason is None:
            self.reason = reason
            await self.session.close()

    @property
    def length_s(self) -> float:
        """How long the stream lasts already."""
        return self._clock() - self.began_s

    def send_result(self) -> None:
        """Send the result, the last message of a stream."""
        closed = self.result or {}
        message = {
            "type": "analysis_complete",
            "timestamp_ms": self.timestamp_ms,
            "frames": closed.get("frames", 0),
            "received": self.counts.received,
            "dropped": self.counts.dropped,
            "result": closed.get("result"),
        }
        self._send_and_publish(message)

    async def relay_events(self) -> None:
        """Forward the events of the engine until the last one."""
        self.session.listen(self._relay_event)
        try:
            async for event in self.session.events():
                self._relay_event(event)
        finally:
            self.session.listen(None)

    def send(self, message: Outgoing, *, replaces: bool = False) -> None:
        """Send a message, or put it into the outbox. A client that does not read loses its connection."""
        if self._send_at_once(message):
            return
        try:
            self.outbox.put(message, replaces=replaces)
        except MailboxFull:
            self.outbox.clear()  # the client gets what it missed when it resumes
            if self._drop_connection is not None:
                self._drop_connection(CloseCode.SLOW_READER)

    def _send_at_once(self, message: Outgoing) -> bool:
        """Send a message through the connection if none waits before it; return whether it was sent."""
        if self._deliver is None or isinstance(message, CloseConnection) or not self.outbox.is_empty:
            return False
        return self._deliver(message)

    def _measure_latency(self, event: StreamEvent) -> float | None:
        """Return the time from the frame's arrival to now, in seconds; None where the frame is not known."""
        if event.time_us is None:
            return None
        arrived_s = self._arrived_s.pop(event.time_us, None)
        while self._arrived_s and next(iter(self._arrived_s)) < event.time_us:
            self._arrived_s.popitem(last=False)
        return None if arrived_s is None else self._clock() - arrived_s

    def _learn_cost(self, event: StreamEvent) -> None:
        """Learn what a frame costs; the first one may have loaded the pose model."""
        if event.cost_s is not None and self._has_state:
            self._context.capacity.observe(self.load, event.cost_s)
        self._has_state = True

    def _relay_event(self, event: StreamEvent) -> None:
        match event.kind:
            case "state":
                took_s = self._measure_latency(event)
                self._learn_cost(event)
                if took_s is not None and self.codec is not None:
                    self._metrics.frame_latency.labels(self.codec.name.lower()).observe(took_s)
                self._send_and_publish(describe_state(event), replaces=True)
                self._report_dropped()
            case "trial":
                self._relay_trial(event)
            case "dropped":
                self._count_dropped(event.data["frames"], "engine")
            case "error":
                error = dict(event.data["error"])
                if not error.get("retryable"):
                    self.failure = error
                self._send_and_publish({**error, "type": "error", "timestamp_ms": self.timestamp_ms})
            case "closed":
                self.result = event.data

    def _relay_trial(self, event: StreamEvent) -> None:
        is_final = bool(event.data.get("final"))
        if is_final:
            self.trials.append(event.data["trial"])
        self._send_and_publish(describe_trial(event))
        if is_final:
            self.on_final_trial()

    @property
    def load(self) -> Load:
        """Return what the stream sends; before its first frame, the least that it can."""
        return (self.codec or Codec.LANDMARKS, self.request.quality)

    @property
    def timestamp_ms(self) -> float | None:
        """Time stamp of the newest frame."""
        return None if self.last_us is None else self.last_us / 1000

    def _send_and_publish(self, message: Message, *, replaces: bool = False) -> None:
        self.send(message, replaces=replaces)
        self.publish(message, replaces)

    def _count_dropped(self, frames: int, reason: str) -> None:
        if frames:
            self.counts.dropped += frames
            self.counts.unreported += frames
            self._metrics.frames_dropped.labels(reason).inc(frames)

    def _report_dropped(self) -> None:
        """Say how many frames were dropped, once a second at most."""
        now_s = self._clock()
        if self.counts.unreported and now_s - self.counts.reported_s >= REPORT_S:
            self._send_and_publish(
                {"type": "dropped", "timestamp_ms": self.timestamp_ms, "frames": self.counts.unreported}
            )
            self.counts.unreported, self.counts.reported_s = 0, now_s

    def _is_within_rate(self, now_s: float) -> bool:
        """Take one frame from what the rate allows."""
        self._allowance = min(BURST, self._allowance + (now_s - self._allowed_s) * MAX_FPS)
        self._allowed_s = now_s
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True


def get_now_s() -> float:
    """Return the monotonic clock, in seconds."""
    return time.monotonic()


def _publish_nothing(_message: Message, _replaces: bool) -> None:  # noqa: FBT001  (the signature of Publish)
    pass


def _ignore_trial() -> None:
    pass
