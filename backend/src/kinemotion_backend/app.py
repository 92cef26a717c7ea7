"""The application: routes and what lies around them, made from settings."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from kinemotion_backend import __version__
from kinemotion_backend.analyzer.base import VideoAnalyzer
from kinemotion_backend.api.middleware import REQUEST_ID, Cors, HangUp, RequestContext, TrustedHost
from kinemotion_backend.api.problems import install_problems, problem_schemas
from kinemotion_backend.api.routes import router
from kinemotion_backend.settings import Settings
from kinemotion_backend.wiring import services


def create_app(settings: Settings, *, analyzer: VideoAnalyzer | None = None) -> FastAPI:
    """The application; with an analyzer of the caller's own where one is given."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with services(settings, analyzer=analyzer) as app.state.services:
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
        generate_unique_id_function=_operation_id,
    )
    app.include_router(router)
    app.openapi = partial(_described, app, app.openapi)
    install_problems(app)
    app.add_middleware(
        Cors,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=[REQUEST_ID],
        expose_headers=[REQUEST_ID, "Retry-After"],
    )
    app.add_middleware(TrustedHost, hosts=settings.trusted_hosts)
    app.add_middleware(HangUp)
    app.add_middleware(RequestContext, https=settings.environment == "production")
    return app


def _described(app: FastAPI, describe: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The API's description with the problems its routes refer to."""
    if app.openapi_schema is None:
        describe()["components"]["schemas"].update(problem_schemas())
    return describe()


def _operation_id(route: APIRoute) -> str:
    """The name of the route's function: what generated clients call it."""
    return route.name
