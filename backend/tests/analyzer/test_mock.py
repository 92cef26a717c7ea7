"""The configurable mock does as it is told."""

import asyncio
from pathlib import Path

import pytest

from kinemotion_backend.analyzer.mock import ConfigurableMockAnalyzer, MockVideoAnalyzer
from kinemotion_backend.errors import AnalysisTimeout

pytestmark = pytest.mark.asyncio

VIDEO = Path(__file__)


async def test_returns_the_result_it_was_given() -> None:
    given = await MockVideoAnalyzer().analyze(VIDEO, "cmj", quality="fast")
    assert await ConfigurableMockAnalyzer(result=given).analyze(VIDEO, "cmj") is given


async def test_raises_the_failure_it_was_given() -> None:
    with pytest.raises(AnalysisTimeout, match="too long"):
        await ConfigurableMockAnalyzer(failure=AnalysisTimeout("too long")).analyze(VIDEO, "cmj")


async def test_takes_the_time_it_was_given() -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ConfigurableMockAnalyzer(delay_s=600).analyze(VIDEO, "cmj"), 1)
