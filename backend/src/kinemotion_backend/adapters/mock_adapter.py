"""Analyzers for tests and demonstrations: they answer with the contract's examples and read no video."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from typing import Any

from kinemotion_backend.adapters.engine_output import ARTEFACT_FILES
from kinemotion_backend.contract.documents import (
    STANDARD_METRICS,
    Engine,
    EngineError,
    MovementInfo,
    Movements,
    Progress,
    read_header,
)
from kinemotion_backend.errors import AnalysisRefused, ServiceError
from kinemotion_backend.examples import list_names, load_example, open_example
from kinemotion_backend.inputs.movement_options import check_options, find_movement
from kinemotion_backend.video_analyzer import (
    AnalysisDocument,
    AnalysisEvent,
    AnalysisRequest,
    Artefact,
    ArtefactKind,
    VideoAnalysisResult,
    VideoAnalyzer,
)

MADE_WITHOUT_RESULT: frozenset[ArtefactKind] = frozenset({"report", "overlay"})
"""What an engine makes of a video that it refuses."""


class MockVideoAnalyzer(VideoAnalyzer):
    """An analyzer that answers every video with the example of its movement, and opens no file."""

    async def get_engine(self) -> Engine:
        """Return the engine of the examples."""
        return Engine.model_validate_json(load_example("version"))

    async def list_movements(self) -> tuple[MovementInfo, ...]:
        """Return the movements that have an example."""
        declared = Movements.model_validate_json(load_example("movements")).movements
        return tuple(movement for movement in declared if movement.name in list_names())

    def can_read(self, head: bytes) -> bool:  # noqa: ARG002  (the port asks for it)
        """Accept any bytes, as no video is read."""
        return True

    async def run(self, request: AnalysisRequest) -> AsyncGenerator[AnalysisEvent]:
        """Yield the example of the movement, as if made with that quality."""
        movement = find_movement(request.movement, among=await self.list_movements())
        check_options(movement, request.options)
        yield Progress(event="progress", done=1, total=1)
        content = json.dumps(self._fill(json.loads(load_example(movement.name)), request)).encode()
        yield AnalysisDocument(content, read_header(content), await self.get_engine())
        for artefact in self._make_artefacts(request.artefacts):
            yield artefact

    def _make_artefacts(self, kinds: Iterable[ArtefactKind]) -> Iterator[Artefact]:
        """Yield the example of each kind."""
        for kind in sorted(kinds):
            file = ARTEFACT_FILES[kind]
            with open_example(file.name) as path:
                yield Artefact(kind, path, file.media_type)

    def _fill(self, document: dict[str, Any], request: AnalysisRequest) -> dict[str, Any]:
        """Put what was asked for into the example."""
        document["metadata"]["processing"]["quality_preset"] = request.quality
        return document


class ConfigurableMockAnalyzer(MockVideoAnalyzer):
    """A mock whose results, failures and delay the caller sets.

    Parameters
    ----------
    result
        The metrics of every analysis; the example's when None.
    should_fail
        Refuse every video, as when nobody is visible in it.
    failure
        What every analysis raises instead of a result.
    delay_s
        How long every analysis takes.
    """

    def __init__(
        self,
        *,
        result: VideoAnalysisResult | None = None,
        should_fail: bool = False,
        failure: ServiceError | None = None,
        delay_s: float = 0.0,
    ) -> None:
        refusal = AnalysisRefused(
            EngineError.model_validate_json(json.dumps(json.loads(load_example("error"))["error"]))
        )
        self.result = result
        self.failure = failure or (refusal if should_fail else None)
        self.delay_s = delay_s

    async def run(self, request: AnalysisRequest) -> AsyncGenerator[AnalysisEvent]:
        """Yield the result or raise the failure that it was given, after the delay; a refusal shows what was seen."""
        await asyncio.sleep(self.delay_s)
        if isinstance(self.failure, AnalysisRefused):
            for artefact in self._make_artefacts(request.artefacts & MADE_WITHOUT_RESULT):
                yield artefact
        if self.failure:
            raise self.failure
        async for event in super().run(request):
            yield event

    def _fill(self, document: dict[str, Any], request: AnalysisRequest) -> dict[str, Any]:
        if self.result:
            document["data"] = {name: getattr(self.result, name) for name in STANDARD_METRICS}
        return super()._fill(document, request)
