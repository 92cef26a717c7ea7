"""The client."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Self, Unpack

import httpx2

from kinemotion_client.answers import Download, check_ended
from kinemotion_client.asynchronous.athletes import AsyncAthletes, AsyncSessions, AsyncTeams
from kinemotion_client.asynchronous.keys import AsyncKeys
from kinemotion_client.asynchronous.shares import AsyncShares
from kinemotion_client.asynchronous.transport import AsyncTransport
from kinemotion_client.asynchronous.uploads import send_in_pieces
from kinemotion_client.asynchronous.webhooks import AsyncWebhooks
from kinemotion_client.calls import (
    AnalysisFilter,
    AnalysisSettings,
    Call,
    FileName,
    StoredVideo,
    make_analysis_call,
)
from kinemotion_client.errors import WaitTimeout
from kinemotion_client.models import (
    Analysis,
    AnalysisInfo,
    AnalysisPage,
    Erased,
    Imported,
    MovementInfo,
    Sports,
    UploadInfo,
    Usage,
)
from kinemotion_client.retries import RetryPolicy
from kinemotion_client.videos import AnyFile, Progress, Video, ignore_progress, open_video

LOCAL_URL = "http://127.0.0.1:8080"
ANALYSES = "/api/v1/analyses"
FIRST_POLL_S = 0.2
LONGEST_POLL_S = 5.0
"""So that some waiting clients stay below 60 requests a minute."""


class AsyncRequests:
    """A client of one Kinemotion service, for one account.

    Parameters
    ----------
    api_key
        The key of the account. Default: the environment variable ``KINEMOTION_API_KEY``, else none.
    base_url
        Where the service is. Default: the environment variable ``KINEMOTION_URL``, else this machine.
    timeout_s
        How long to wait for the service to take or to give the next bytes.
    retry
        When a failed request is sent again.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        timeout_s: float = 60.0,
        retry: RetryPolicy | None = None,
    ) -> None:
        key, url = api_key or os.environ.get("KINEMOTION_API_KEY"), base_url or os.environ.get("KINEMOTION_URL")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        http = httpx2.AsyncClient(base_url=url or LOCAL_URL, headers=headers, timeout=timeout_s)
        self._transport = AsyncTransport(http, retry or RetryPolicy())
        self.athletes = AsyncAthletes(self._transport)
        self.teams = AsyncTeams(self._transport)
        self.sessions = AsyncSessions(self._transport)
        self.shares = AsyncShares(self._transport)
        self.webhooks = AsyncWebhooks(self._transport)
        self.keys = AsyncKeys(self._transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.http.aclose()

    async def create_analysis(
        self,
        video: Video | StoredVideo,
        sport_type: str = "cmj",
        *,
        idempotency_key: str | None = None,
        on_progress: Progress = ignore_progress,
        **settings: Unpack[AnalysisSettings],
    ) -> AnalysisInfo:
        """Send a video and ask for its analysis, which runs in the background.

        Parameters
        ----------
        video
            A path, bytes, an open file, or ``{"upload_id": …}`` or ``{"analysis_id": …}`` for one that the service has.
        sport_type
            The movement, as ``sports()`` lists them.
        idempotency_key
            Sent again with the same key, the request is not done again. Default: a new one for each call.
        on_progress
            Called with the bytes sent and the bytes in all.
        """
        wanted = {"sport_type": sport_type, **settings}
        call = make_analysis_call(video, wanted, on_progress=on_progress, idempotency_key=idempotency_key)
        return await self._transport.fetch(call, AnalysisInfo)

    async def upload(self, video: Video, *, on_progress: Progress = ignore_progress) -> UploadInfo:
        """Send a large video in pieces; a broken connection goes on where it stopped.

        Parameters
        ----------
        video
            A path, bytes or an open file.
        on_progress
            Called with the bytes done and the bytes in all, after each piece.

        Returns
        -------
        The upload; ``create_analysis({"upload_id": …})`` measures it.
        """
        return await send_in_pieces(self._transport, video, on_progress=on_progress)

    async def get_analysis(self, analysis_id: str) -> AnalysisInfo:
        """Return an analysis as it is now."""
        return await self._transport.fetch(Call(method="GET", path=f"{ANALYSES}/{analysis_id}"), AnalysisInfo)

    async def wait(
        self,
        analysis_id: str,
        *,
        timeout_s: float = 600.0,
        on_progress: Callable[[AnalysisInfo], object] = lambda _analysis: None,
    ) -> AnalysisInfo:
        """Return the analysis when it has its result.

        Parameters
        ----------
        analysis_id
            Its id.
        timeout_s
            How long to wait.
        on_progress
            Called with the analysis each time that the service was asked.

        Raises
        ------
        AnalysisFailed
            Where it ended without a result.
        WaitTimeout
            Where it has not ended in time.
        """
        deadline, poll_s = time.monotonic() + timeout_s, FIRST_POLL_S
        while True:
            analysis = await self.get_analysis(analysis_id)
            on_progress(analysis)
            if check_ended(analysis):
                return analysis
            if time.monotonic() + poll_s > deadline:
                raise WaitTimeout(f"The analysis is still {analysis.status} after {timeout_s:g} s.", "Ask again later.")
            await asyncio.sleep(poll_s)
            poll_s = min(LONGEST_POLL_S, poll_s * 1.5)

    async def list(self, **wanted: Unpack[AnalysisFilter]) -> AsyncIterator[AnalysisInfo]:
        """Yield the analyses, the newest first."""
        call = Call(method="GET", path=ANALYSES, query=dict(wanted))
        async for page in self._transport.list_pages(call, AnalysisPage):
            for analysis in page.items:
                yield analysis

    async def get_result(self, analysis_id: str) -> Analysis:
        """Return the whole result: every trial with metrics, intervals, phases and events."""
        return await self._transport.fetch(Call(method="GET", path=f"{ANALYSES}/{analysis_id}/result.json"), Analysis)

    async def download(
        self,
        analysis_id: str,
        name: FileName,
        *,
        to: str | PathLike[str],
        on_progress: Progress = ignore_progress,
    ) -> Path:
        """Write a file of an analysis to a path, whole or not at all, and return the path."""
        target = Download(Path(to), on_progress)
        await self._transport.send(Call(method="GET", path=f"{ANALYSES}/{analysis_id}/{name}"), target)
        return target.path

    async def delete(self, analysis_id: str) -> Erased:
        """Cancel an analysis and delete its video, its results and its record."""
        return await self._transport.fetch(Call(method="DELETE", path=f"{ANALYSES}/{analysis_id}"), Erased)

    async def sports(self) -> Sequence[MovementInfo]:
        """Return the movements that the service measures, with their metrics and options."""
        return (await self._transport.fetch(Call(method="GET", path="/api/v1/sports"), Sports)).sports

    async def usage(self) -> Usage:
        """Return what the account used, and what it may use."""
        return await self._transport.fetch(Call(method="GET", path="/api/v1/usage"), Usage)

    async def export_everything(self, to: str | PathLike[str]) -> Path:
        """Write everything that the account keeps, without videos, to a zip file, and return its path."""
        target = Download(Path(to), ignore_progress)
        await self._transport.send(Call(method="GET", path="/api/v1/export"), target)
        return target.path

    async def import_everything(self, archive: AnyFile) -> Imported:
        """Add what an export holds, under new ids; athletes with a known external id are not added again."""
        with open_video(archive) as file:
            content = file.read()
        headers = {"Content-Type": "application/zip"}
        call = Call(method="POST", path="/api/v1/import", headers=headers, content=content, is_idempotent=False)
        return await self._transport.fetch(call, Imported)
