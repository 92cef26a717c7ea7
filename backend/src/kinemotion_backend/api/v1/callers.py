"""Who calls, and what a route of version 1 works with."""

from typing import Annotated, cast

from fastapi import Depends, Query, Request

from kinemotion_backend.analyses.service import AnalysisService
from kinemotion_backend.athletes.service import AthleteService
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.events.base import EventBus
from kinemotion_backend.keys.callers import LOCAL_CALLER, Caller, NotAuthenticated, OpenDoor, Provenance
from kinemotion_backend.records.base import DEFAULT_PAGE, LARGEST_PAGE, PageRequest
from kinemotion_backend.uploads.receiving import Uploads


def _get_caller(request: Request) -> Caller:
    """Return who calls. Raises NotAuthenticated."""
    door = cast("OpenDoor", request.app.state.services.platform.door)
    headers = request.headers
    provenance = Provenance(
        client=request.client.host if request.client else None,
        host=headers.get("host", ""),
        scheme=request.url.scheme,
        origin=headers.get("origin"),
        sec_fetch_site=headers.get("sec-fetch-site"),
        is_forwarded="forwarded" in headers or "x-forwarded-for" in headers,
    )
    if not door.admits(provenance):
        raise NotAuthenticated("The request comes from elsewhere and has no key.")
    return LOCAL_CALLER


def _get_analyses(request: Request) -> AnalysisService:
    return cast("AnalysisService", request.app.state.services.platform.analyses)


def _get_athletes(request: Request) -> AthleteService:
    return cast("AthleteService", request.app.state.services.platform.athletes)


def _get_uploads(request: Request) -> Uploads:
    return cast("Uploads", request.app.state.services.platform.uploads)


def _get_blobs(request: Request) -> BlobStore:
    return cast("BlobStore", request.app.state.services.platform.blobs)


def _get_events(request: Request) -> EventBus:
    return cast("EventBus", request.app.state.services.platform.events)


def _read_page(
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Rows in the answer.")] = DEFAULT_PAGE,
    cursor: Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


CallerDep = Annotated[Caller, Depends(_get_caller)]
AnalysesDep = Annotated[AnalysisService, Depends(_get_analyses)]
AthletesDep = Annotated[AthleteService, Depends(_get_athletes)]
UploadsDep = Annotated[Uploads, Depends(_get_uploads)]
BlobsDep = Annotated[BlobStore, Depends(_get_blobs)]
EventsDep = Annotated[EventBus, Depends(_get_events)]
PageDep = Annotated[PageRequest, Depends(_read_page)]
