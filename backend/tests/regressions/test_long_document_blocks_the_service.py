"""A document near the limit of 30 MB held up every other request for 12 s."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from stand_in import UNHURRIED, measure

from kinemotion_backend.adapters.cli_adapter import KinemotionCLIAdapter
from kinemotion_backend.adapters.engine_output import LONG_DOCUMENT_BYTES, MAX_DOCUMENT_BYTES
from kinemotion_backend.api.schemas import write_answer
from kinemotion_backend.errors import EngineCrashed

pytestmark = pytest.mark.asyncio

MakeVideo = Callable[..., Path]


async def test_a_document_longer_than_any_engine_writes_is_refused(stub: Path, make_video: MakeVideo) -> None:
    with pytest.raises(EngineCrashed):
        await measure(
            KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(document_bytes=MAX_DOCUMENT_BYTES + 1)
        )


async def test_the_longest_document_is_passed_on_to_the_last_byte(stub: Path, make_video: MakeVideo) -> None:
    document = await measure(
        KinemotionCLIAdapter(str(stub), limits=UNHURRIED), make_video(document_bytes=MAX_DOCUMENT_BYTES)
    )
    assert len(document.content) == MAX_DOCUMENT_BYTES
    assert document.content in write_answer(document)


async def test_the_loop_runs_on_while_a_long_document_is_checked(stub: Path, make_video: MakeVideo) -> None:
    """The check of this document takes Python hundreds of milliseconds; the loop sees none of them."""
    trials = json.loads((Path(__file__).parents[1] / "documents" / "cmj.json").read_text("utf-8"))["trials"]
    many = trials * (MAX_DOCUMENT_BYTES // 2 // len(json.dumps(trials)))
    assert len(json.dumps(many)) > LONG_DOCUMENT_BYTES
    adapter = KinemotionCLIAdapter(str(stub), limits=UNHURRIED)
    analysis = asyncio.create_task(measure(adapter, make_video(document={"trials": many})))
    busy_s = 0.0
    while not analysis.done():
        before_s = time.thread_time()
        await asyncio.sleep(0)
        busy_s = max(busy_s, time.thread_time() - before_s)
    assert len(json.loads((await analysis).content)["trials"]) == len(many)
    assert busy_s < 0.05
