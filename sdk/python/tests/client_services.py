"""Services that run in a process of their own, and clients of either kind."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from stand_in import Server, install_stub, running_server

from kinemotion_client import RetryPolicy

QUICK = RetryPolicy(first_wait_s=0.01)


@pytest.fixture(scope="session")
def mock_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service that answers with the contract's examples; it sends webhooks to this machine too."""
    folder = tmp_path_factory.mktemp("mock")
    settings = {"USE_MOCK_ANALYZER": "true", "WEBHOOK_ALLOW": "127.0.0.1", "MAX_UPLOAD_MB": "2"}
    with running_server(folder, engine=folder, **settings) as running:
        yield running


@pytest.fixture(scope="session")
def stub_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service in front of an engine that does what the video orders."""
    folder = tmp_path_factory.mktemp("stub")
    with running_server(folder, engine=install_stub(folder / "engine"), STREAM_ENGINES="1") as running:
        yield running


@dataclass(frozen=True)
class Blocking:
    """An asynchronous client, used as the other one is."""

    target: Any
    runner: asyncio.Runner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.target, name)
        return self._call(found) if callable(found) else Blocking(found, self.runner)

    def _call(self, method: Any) -> Any:
        def call(*args: Any, **given: Any) -> Any:
            answer = method(*args, **given)
            if inspect.isawaitable(answer):
                return self.runner.run(_finish(answer))
            return iter(self.runner.run(_collect(answer)))

        return call


async def _finish(answer: Any) -> Any:
    return await answer


async def _collect(answer: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in answer]
