"""Fixtures of the tests of the client."""

import asyncio
from collections.abc import Iterator
from typing import cast

import pytest
from client_services import QUICK, Blocking, mock_service, stub_service
from stand_in import Server

from kinemotion_client import AsyncKinemotionClient, KinemotionClient

__all__ = ["mock_service", "stub_service"]


@pytest.fixture(params=["blocking", "asyncio"])
def client(request: pytest.FixtureRequest, mock_service: Server) -> Iterator[KinemotionClient]:
    """A client of either kind."""
    if request.param == "blocking":
        with KinemotionClient(base_url=mock_service.url, retry=QUICK) as made:
            yield made
        return
    with asyncio.Runner() as runner:
        target = AsyncKinemotionClient(base_url=mock_service.url, retry=QUICK)
        yield cast("KinemotionClient", Blocking(target, runner))
        runner.run(target.aclose())
