"""A live engine for tests and demonstrations: it looks at no frame, and finds a jump in every thirty."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from kinemotion_backend.adapters.mock_adapter import MockVideoAnalyzer
from kinemotion_backend.contract.documents import Engine
from kinemotion_backend.examples import load_example
from kinemotion_backend.inputs.movement_options import check_options, find_movement
from kinemotion_backend.live.mailbox import Mailbox
from kinemotion_backend.live.stream_analyzer import (
    EngineStream,
    StreamAnalyzer,
    StreamEvent,
    StreamFrame,
    StreamRequest,
)

FRAMES_A_TRIAL = 30
PHASES = ("standing", "countermovement", "flight", "landing", "standing")


class MockStream(EngineStream):
    """A simulated stream."""

    def __init__(self, document: dict[str, Any], *, version: str, trials_before: int = 0) -> None:
        self._document = document
        self._events: Mailbox[StreamEvent] = Mailbox()
        self._frames = 0
        self._first = self._trials = trials_before
        self._is_closed = False
        self.engine_version = version

    def push(self, frame: StreamFrame) -> int:
        """Answer a frame with a state, and every thirtieth with the example's jump."""
        if self._is_closed:
            return 1
        place = self._frames % FRAMES_A_TRIAL
        phase = PHASES[place * len(PHASES) // FRAMES_A_TRIAL]
        self._frames += 1
        state: dict[str, Any] = {"phase": phase, "height_so_far_m": None, "people": [], "time_us": frame.time_us}
        self._events.put(StreamEvent("state", state, frame.time_us, 0.0), replaces=True)
        if place == FRAMES_A_TRIAL - 1:
            self._send_trial(frame.time_us)
        return 0

    async def events(self) -> AsyncGenerator[StreamEvent]:
        """Yield the answers."""
        while (event := await self._events.get()) is not None:
            yield event

    async def close(self) -> None:
        """Send the result."""
        if not self._is_closed:
            self._is_closed = True
            self._events.put(StreamEvent("closed", self._summarize()))
            self._events.close()

    async def abandon(self) -> None:
        """Send nothing more."""
        self._is_closed = True
        self._events.close()

    def _send_trial(self, time_us: int) -> None:
        trial = {**self._document["trials"][0], "index": self._trials}
        self._trials += 1
        for final in (False, True):
            self._events.put(StreamEvent("trial", {"final": final, "trial": trial, "time_us": time_us}, time_us))

    def _summarize(self) -> dict[str, Any]:
        has_result = self._trials > self._first
        nothing = {"code": "movement_not_found", "message": "No movement was found.", "hint": "Send more frames."}
        result = {
            "movement": self._document["movement"],
            "trials": self._trials - self._first,
            "headline_trial": self._first if has_result else None,
            "data": self._document["data"] if has_result else dict.fromkeys(self._document["data"]),
            "intervals": self._document["intervals"] if has_result else {},
            "problem": None if has_result else nothing,
        }
        metadata = {**self._document["metadata"], "headline_trial": result["headline_trial"]}
        return {"frames": self._frames, "dropped": 0, "result": result, "metadata": metadata}


class MockStreamAnalyzer(StreamAnalyzer):
    """Simulated live streams, any number of them."""

    def __init__(self) -> None:
        self._videos = MockVideoAnalyzer()

    @property
    def engines(self) -> int:
        """Return one: the frames cost nothing."""
        return 1

    async def start(self) -> None:
        """Do nothing: no process is needed."""

    async def stop(self) -> None:
        """Do nothing."""
        await asyncio.sleep(0)

    async def open(self, request: StreamRequest) -> EngineStream:
        """Open a simulated stream."""
        movement = find_movement(request.movement, among=await self._videos.list_movements())
        check_options(movement, request.options)
        engine = Engine.model_validate_json(load_example("version"))
        return MockStream(
            json.loads(load_example(movement.name)), version=engine.version, trials_before=request.trials_before
        )

    def describe(self) -> Mapping[str, int]:
        """Return one engine that is ready."""
        return {"ready": 1, "full": 0, "ending": 0}

    def memory_bytes(self) -> int:
        """Return nothing: there is no process."""
        return 0
