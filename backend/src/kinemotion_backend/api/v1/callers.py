"""Parameters that the routes of version 1 share: the caller and the services.

Each is a coroutine, as FastAPI calls a plain function in a thread.
"""

from typing import Annotated, cast

from fastapi import Depends, Query, Request
from fastapi.requests import HTTPConnection

from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.analyses.sharing import ShareLinks
from kinemotion_backend.api.v1.access import AccessControl
from kinemotion_backend.athletes.service import AthleteService
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.events.base import EventBus
from kinemotion_backend.keys.callers import Caller
from kinemotion_backend.keys.keyring import Keyring
from kinemotion_backend.records.base import DEFAULT_PAGE, MAX_PAGE, PageRequest
from kinemotion_backend.uploads.service import Uploads
from kinemotion_backend.webhooks.dispatcher import Dispatcher
from kinemotion_backend.webhooks.registry import Webhooks


def _find_access(request: HTTPConnection) -> AccessControl:
    return cast("AccessControl", request.app.state.services.platform.access)


async def _get_access(request: HTTPConnection) -> AccessControl:
    return _find_access(request)


async def _get_caller(request: HTTPConnection) -> Caller:
    """Return who calls, and count the request. Raises NotAuthenticated, LimitReached."""
    return await _find_access(request).identify(request)


async def count_analysis(request: HTTPConnection) -> None:
    """Let in who may ask for an analysis, and count the request. Raises NotAuthorized, LimitReached."""
    access = _find_access(request)
    caller = await access.identify(request)
    caller.require("analyses:write")
    await access.count_analysis(caller)


async def _get_keyring(request: Request) -> Keyring:
    return _find_access(request).keyring


async def _get_webhooks(request: Request) -> Webhooks:
    return cast("Webhooks", request.app.state.services.platform.webhooks)


async def _get_dispatcher(request: Request) -> Dispatcher:
    return cast("Dispatcher", request.app.state.services.platform.dispatcher)


async def _get_analyses(request: Request) -> AnalysisService:
    return cast("AnalysisService", request.app.state.services.platform.analyses)


async def _get_share_links(request: Request) -> ShareLinks:
    return cast("ShareLinks", request.app.state.services.platform.share_links)


async def _get_athletes(request: Request) -> AthleteService:
    return cast("AthleteService", request.app.state.services.platform.athletes)


async def _get_uploads(request: Request) -> Uploads:
    return cast("Uploads", request.app.state.services.platform.uploads)


async def _get_blobs(request: Request) -> BlobStore:
    return cast("BlobStore", request.app.state.services.platform.blobs)


async def _get_events(request: Request) -> EventBus:
    return cast("EventBus", request.app.state.services.platform.events)


async def _read_page(
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="Rows in the answer.")] = DEFAULT_PAGE,
    cursor: Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


CallerDep = Annotated[Caller, Depends(_get_caller)]
AccessDep = Annotated[AccessControl, Depends(_get_access)]
KeyringDep = Annotated[Keyring, Depends(_get_keyring)]
WebhooksDep = Annotated[Webhooks, Depends(_get_webhooks)]
DispatcherDep = Annotated[Dispatcher, Depends(_get_dispatcher)]
AnalysesDep = Annotated[AnalysisService, Depends(_get_analyses)]
ShareLinksDep = Annotated[ShareLinks, Depends(_get_share_links)]
AthletesDep = Annotated[AthleteService, Depends(_get_athletes)]
UploadsDep = Annotated[Uploads, Depends(_get_uploads)]
BlobsDep = Annotated[BlobStore, Depends(_get_blobs)]
EventsDep = Annotated[EventBus, Depends(_get_events)]
PageDep = Annotated[PageRequest, Depends(_read_page)]
