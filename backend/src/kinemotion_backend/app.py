"""The application: routes and what surrounds them, made from settings.

``create_app(settings)`` makes one. Servers and scripts may ask for ``app`` and ``get_video_analyzer()``, which read
the environment when they are first used: importing this module costs little and refuses nothing.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import cache, partial
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from kinemotion_backend import __version__
from kinemotion_backend.api.bodies import BodyLimits, BoundedBody, UploadRoute
from kinemotion_backend.api.metrics import HttpMetrics, make_metrics_route
from kinemotion_backend.api.middleware import REQUEST_ID, CloseAfterEarlyAnswer, Cors, Head, wrap_application
from kinemotion_backend.api.multipart import ENVELOPE_BYTES
from kinemotion_backend.api.origins import SameSite, TrustedHost
from kinemotion_backend.api.page import install_page
from kinemotion_backend.api.problems import install_problems, list_problem_schemas
from kinemotion_backend.api.routes import router
from kinemotion_backend.api.v1.access import LIMIT_HEADERS, RateLimitHeaders
from kinemotion_backend.api.v1.analyses import router as analyses_router
from kinemotion_backend.api.v1.archives import ZIP
from kinemotion_backend.api.v1.archives import router as archives_router
from kinemotion_backend.api.v1.athletes import router as athletes_router
from kinemotion_backend.api.v1.keys import router as keys_router
from kinemotion_backend.api.v1.shares import router as shares_router
from kinemotion_backend.api.v1.streams import router as streams_router
from kinemotion_backend.api.v1.uploads import PIECE_TYPE, TUS_HEADERS
from kinemotion_backend.api.v1.uploads import router as uploads_router
from kinemotion_backend.api.v1.webhooks import router as webhooks_router
from kinemotion_backend.logging_config import configure_logging
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.settings import Settings
from kinemotion_backend.video_analyzer import VideoAnalyzer
from kinemotion_backend.wiring import make_analyzer, start_services

ASKED_HEADERS = ("Authorization", "X-API-Key", "Idempotency-Key", "Last-Event-ID", "Range")
ANSWERED_HEADERS = ("Retry-After", "Location", "ETag", "Content-Range", *LIMIT_HEADERS)
"""Headers that pages of other origins may send and read, where ``CORS_ORIGINS`` lets them call."""

MEBIBYTE = 1024 * 1024
UPLOAD_ROUTES = (
    UploadRoute("POST", "/api/analyze", "multipart/form-data"),
    UploadRoute("POST", "/api/v1/analyses", "multipart/form-data"),
    UploadRoute("PATCH", "/api/v1/uploads/[^/]+", PIECE_TYPE),
    UploadRoute("POST", "/api/v1/import", ZIP),
)
"""Routes that stream a video; every other body is small."""

ROUTERS = (
    router,
    analyses_router,
    shares_router,
    athletes_router,
    archives_router,
    uploads_router,
    webhooks_router,
    streams_router,
    keys_router,
)

app: FastAPI
"""The application of the environment's settings, for servers: ``uvicorn kinemotion_backend.app:app``."""


def create_app(settings: Settings, *, analyzer: VideoAnalyzer | None = None) -> FastAPI:
    """Return the application; with the caller's own analyzer when one is given."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with start_services(settings, analyzer=analyzer, metrics=metrics) as app.state.services:
            app.state.gauges = app.state.services.gauges
            yield

    app = FastAPI(
        title="Kinemotion",
        version=__version__,
        summary="One phone video of a jump or a run becomes numbers with honest intervals.",
        license_info={"name": "MIT", "identifier": "MIT"},
        docs_url=None,  # the viewers load scripts from elsewhere, which the Content-Security-Policy forbids
        redoc_url=None,
        redirect_slashes=False,  # nobody is asked to send a video twice
        lifespan=lifespan,
        generate_unique_id_function=_name_operation,
    )
    for resource in ROUTERS:
        app.include_router(resource)
    app.router.routes.append(make_metrics_route(tuple(settings.metrics_networks)))
    install_page(app)
    app.openapi = partial(_describe, app, app.openapi)
    install_problems(app)
    _wrap_application(app, settings, metrics=metrics)
    return app


def _wrap_application(app: FastAPI, settings: Settings, *, metrics: Metrics) -> None:
    """Put the middleware around the routes, the innermost first."""
    app.add_middleware(RateLimitHeaders)
    app.add_middleware(
        Cors,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"],
        allow_headers=[REQUEST_ID, *ASKED_HEADERS, *TUS_HEADERS],
        expose_headers=[REQUEST_ID, *ANSWERED_HEADERS, *TUS_HEADERS],
    )
    app.add_middleware(BoundedBody, limits=_read_body_limits(settings), upload_routes=UPLOAD_ROUTES)
    app.add_middleware(SameSite, origins=settings.cors_origins)
    app.add_middleware(TrustedHost, hosts=settings.trusted_hosts)
    app.add_middleware(CloseAfterEarlyAnswer)
    app.add_middleware(HttpMetrics, metrics=metrics)
    app.add_middleware(Head)
    app.add_middleware(wrap_application, https=settings.environment == "production")


def _read_body_limits(settings: Settings) -> BodyLimits:
    return BodyLimits(
        max_upload_bytes=settings.max_upload_mb * MEBIBYTE + ENVELOPE_BYTES,
        idle_s=settings.upload_idle_s,
        total_s=settings.upload_timeout_s,
        min_bytes_s=settings.upload_least_kb_s * 1024,
    )


@cache
def get_video_analyzer() -> VideoAnalyzer:
    """Return the analyzer of the environment's settings.

    Raises
    ------
    EngineUnusable
        When there is no engine that matches; the message says what to install.
    """
    return make_analyzer(Settings())


def __getattr__(name: str) -> FastAPI:
    """Make ``app`` when it is first asked for, and set logging up for it: a server knows nothing of ours."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    settings = Settings()
    configure_logging(settings)
    made = create_app(settings)
    globals()["app"] = made
    return made


def _describe(app: FastAPI, describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return the API's description with the problems that its routes refer to."""
    if app.openapi_schema is None:
        describe()["components"]["schemas"].update(list_problem_schemas())
    return describe()


def _name_operation(route: APIRoute) -> str:
    """Return the name of the route's function: generated clients call it by that name."""
    return route.name
