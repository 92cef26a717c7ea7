"""The real live engine: it passes the tests of every live engine, and its streams end in the document of a file."""

import json
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import jsonschema
import pytest
import pytest_asyncio
from adapters.test_stream_analyzer import (
    make_pool,
    read_rest,
    send,
    test_an_abandoned_stream_tells_nothing_more,
    test_answers_each_frame_with_a_state_and_a_jump_with_its_trial,
    test_refuses_what_no_movement_has,
    test_streams_do_not_hear_each_other,
)
from stream_client import landmark_record, recorded

from kinemotion_backend.contract.documents import Engine
from kinemotion_backend.live.recording import write_document
from kinemotion_backend.live.stream import LiveStream
from kinemotion_backend.live.stream_analyzer import Codec, StreamAnalyzer, StreamRequest

__all__ = [
    "test_an_abandoned_stream_tells_nothing_more",
    "test_answers_each_frame_with_a_state_and_a_jump_with_its_trial",
    "test_refuses_what_no_movement_has",
    "test_streams_do_not_hear_each_other",
]
pytestmark = pytest.mark.asyncio(loop_scope="module")

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "contract" / "analysis-1.schema.json").read_text())


@pytest.fixture(scope="module")
def jump() -> Sequence[bytes]:
    """The recorded jump, 60 frames a second."""
    return [landmark_record(1, frame).payload for frame in recorded("cmj")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def analyzer() -> AsyncIterator[StreamAnalyzer]:
    made = make_pool(Path(sys.executable).with_name("kinemotion"), engines=1)
    await made.start()
    yield made
    await made.stop()


async def test_a_stream_ends_in_a_document_of_the_contract(analyzer: StreamAnalyzer, jump: Sequence[bytes]) -> None:
    request = StreamRequest("cmj", options={"mass_kg": 72.0})
    session = await analyzer.open(request)
    heard = await send(session, jump)
    await session.close()
    *events, closed = heard + await read_rest(session)
    trials = [event.data["trial"] for event in events if event.kind == "trial" and event.data["final"]]
    counts = SimpleNamespace(received=len(jump), dropped=0)
    stream = SimpleNamespace(
        session=session,
        request=request,
        result=closed.data,
        trials=trials,
        counts=counts,
        length_s=3.0,
        codec=Codec.LANDMARKS,
    )
    engine = Engine.model_construct(schema_version="1.1")
    document: dict[str, Any] = json.loads(write_document(cast("LiveStream", stream), engine))
    validator: Any = jsonschema.Draft202012Validator(SCHEMA)
    assert list(validator.iter_errors(document)) == []
    assert document["data"] == trials[0]["data"]
    assert document["metadata"]["video"]["frame_count"] == len(jump)
    assert document["metadata"]["video"]["fps"] == pytest.approx(60, rel=1e-3)
    assert document["metadata"]["algorithm"]["settings"]["athlete"]["mass_kg"] == 72.0
    assert document["metadata"]["algorithm"]["scale"]["m_per_px"] > 0
