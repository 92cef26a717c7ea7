"""Sends requests: again where that may help, and with errors that say what to do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TypeVar

import httpx2
from pydantic import TypeAdapter

from kinemotion_client.answers import Download, explain_failure, read_refusal
from kinemotion_client.calls import Call
from kinemotion_client.errors import KinemotionClientError
from kinemotion_client.retries import RetryPolicy, can_repeat

Model = TypeVar("Model")
PAGE_SIZE = 100


@dataclass(slots=True)
class AsyncTransport:
    """The connection to one service."""

    http: httpx2.AsyncClient
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    async def send(self, call: Call, target: Download | None = None) -> httpx2.Response:
        """Return the answer; its content is written to the target where there is one.

        Raises
        ------
        ServiceUnreachable
            Where none came.
        APIError
            Where the service refused.
        """
        for retries in count():
            try:
                return await self._attempt(call, target)
            except KinemotionClientError as error:
                wait_s = self.retry.find_wait_s(error, retries=retries)
                if wait_s is None or not can_repeat(error, is_idempotent=call.is_idempotent):
                    raise
            await asyncio.sleep(wait_s)
        raise AssertionError

    async def fetch(self, call: Call, kind: type[Model]) -> Model:
        """Return the answer as an instance of a model."""
        response = await self.send(call)
        return TypeAdapter(kind).validate_json(response.content)

    async def list_pages(self, call: Call, kind: type[Model]) -> AsyncIterator[Model]:
        """Yield page after page."""
        cursor: str | None = None
        while True:
            query = {"limit": PAGE_SIZE, **call.query, "cursor": cursor}
            response = await self.send(replace(call, query=query))
            yield TypeAdapter(kind).validate_json(response.content)
            cursor = response.json()["next_cursor"]
            if cursor is None:
                return

    async def _attempt(self, call: Call, target: Download | None) -> httpx2.Response:
        try:
            with call.prepare() as arguments:
                async with self.http.stream(**arguments) as response:
                    if target is None or not response.is_success:
                        await response.aread()
                        return _check(response)
                    with target.receive(int(response.headers.get("content-length", "0"))) as take:
                        async for chunk in response.aiter_bytes():
                            take(chunk)
                    return response
        except httpx2.TransportError as error:
            raise explain_failure(error) from error


def _check(response: httpx2.Response) -> httpx2.Response:
    if response.is_success:
        return response
    raise read_refusal(response)
