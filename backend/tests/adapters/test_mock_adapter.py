"""The configurable mock does as it is told."""

import asyncio
from pathlib import Path

import pytest
from stand_in import measure

from kinemotion_backend.adapters.mock_adapter import ConfigurableMockAnalyzer
from kinemotion_backend.errors import AnalysisRefused, AnalysisTimeout
from kinemotion_backend.video_analyzer import VideoAnalysisResult

VIDEO = Path(__file__)


def test_returns_the_metrics_it_was_given_and_no_others() -> None:
    given = VideoAnalysisResult(jump_height_m=1.0, flight_time_ms=0.0)
    result = ConfigurableMockAnalyzer(result=given).analyze(VIDEO)
    assert (result.jump_height_m, result.flight_time_ms, result.countermovement_depth_m) == (1.0, 0.0, None)


def test_refuses_when_it_should_fail() -> None:
    with pytest.raises(AnalysisRefused) as caught:
        ConfigurableMockAnalyzer(should_fail=True).analyze(VIDEO)
    assert caught.value.code == "nobody_visible"


def test_raises_the_failure_it_was_given() -> None:
    with pytest.raises(AnalysisTimeout, match="too long"):
        ConfigurableMockAnalyzer(failure=AnalysisTimeout("too long")).analyze(VIDEO)


@pytest.mark.asyncio
async def test_takes_the_time_it_was_given() -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(measure(ConfigurableMockAnalyzer(delay_s=600), VIDEO), 1)
