"""An analyzer that does what a test says, step by step."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kinemotion_backend.contract.documents import Analysis, Engine, MovementInfo, Progress
from kinemotion_backend.errors import AnalysisRefused, ServiceError
from kinemotion_backend.examples import load_example
from kinemotion_backend.video_analyzer import (
    AnalysisDocument,
    AnalysisEvent,
    AnalysisRequest,
    Artefact,
    ArtefactKind,
    VideoAnalyzer,
)

FILES = {
    "report": ("report.html", "text/html"),
    "overlay": ("overlay.mp4", "video/mp4"),
    "trajectories": ("trajectories.csv", "text/csv"),
}
MOVEMENTS = ("cmj", "dropjump", "running")


@dataclass
class FakeAnalyzer(VideoAnalyzer):
    """Answers with the contract's example of the movement."""

    folder: Path
    """Where it makes the files it is asked for."""
    version: str = "2.0.0"
    error: Callable[[int], ServiceError | Exception | None] = lambda _run: None
    """What it raises in its run of that number, counted from 1."""
    is_held: bool = False
    """Whether it waits before the document, until ``proceed`` is set."""
    proceed: asyncio.Event = field(default_factory=asyncio.Event)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a run was ended before its document."""
    runs: Counter[bytes] = field(default_factory=Counter[bytes])
    """How often each video was analysed, by its content."""
    requests: list[AnalysisRequest] = field(default_factory=list[AnalysisRequest])

    async def run(self, request: AnalysisRequest) -> AsyncGenerator[AnalysisEvent]:
        self.runs[await asyncio.to_thread(request.video_path.read_bytes)] += 1
        self.requests.append(request)
        self.started.set()
        yield Progress(event="progress", done=1, total=2)
        await self._wait()
        if error := self.error(self.runs.total()):
            if isinstance(error, AnalysisRefused):
                async for artefact in self._make_artefacts(request.artefacts - {"trajectories"}):
                    yield artefact
            raise error
        yield Progress(event="progress", done=2, total=2)
        content = load_example(request.movement).encode()
        yield AnalysisDocument(content, Analysis.model_validate_json(content), await self.get_engine())
        async for artefact in self._make_artefacts(request.artefacts):
            yield artefact

    async def get_engine(self) -> Engine:
        return Engine(name="kinemotion", version=self.version, schema_version="1.0", models={"full": "0" * 64})

    async def list_movements(self) -> tuple[MovementInfo, ...]:
        return tuple(MovementInfo(name=name, title=name.title(), command=f"{name}-analyze") for name in MOVEMENTS)

    async def _make_artefacts(self, kinds: Iterable[ArtefactKind]) -> AsyncGenerator[Artefact]:
        for kind in sorted(kinds):
            name, media_type = FILES[kind]
            path = self.folder / name
            await asyncio.to_thread(path.write_bytes, kind.encode() * 100_000)
            yield Artefact(kind, path, media_type)

    async def _wait(self) -> None:
        if not self.is_held:
            return
        try:
            await self.proceed.wait()
        except asyncio.CancelledError:
            self.stopped.set()
            raise
