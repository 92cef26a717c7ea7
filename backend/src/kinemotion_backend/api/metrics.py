"""Metrics of HTTP, and the routes that show all metrics to Prometheus."""

import time
from http import HTTPStatus

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kinemotion_backend import __version__
from kinemotion_backend.analyses.gauges import GaugeUpdater
from kinemotion_backend.api.problems import make_problem
from kinemotion_backend.api.v1.access import read_provenance
from kinemotion_backend.keys.callers import KeylessAccess, Network
from kinemotion_backend.metrics.catalogue import Metrics

UNMATCHED = "unmatched"
"""The label of a path that no route has: a client's own text makes no new series."""
FILES = "files"
"""The label of the page's hashed files."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FORBIDDEN = make_problem(403, code="metrics_forbidden", detail="METRICS_NETWORKS does not name your network.")


class HttpMetrics:
    """Counts and times each answer by the template of its route, and counts WebSocket connections."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: PLR0917  (ASGI's call)
        """Pass the request on."""
        if scope["type"] == "websocket":
            with self._metrics.ws_connections.track_inprogress():
                await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = time.monotonic()

        async def send_noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, int(message["status"]), took_s=time.monotonic() - started_s)
            await send(message)

        with self._metrics.http_in_progress.track_inprogress():
            await self._app(scope, receive, send_noting)

    def _note(self, scope: Scope, status: int, *, took_s: float) -> None:
        route = _find_template(scope)
        method = scope["method"] if scope["method"] in METHODS else "other"
        if method == "HEAD" and status == HTTPStatus.METHOD_NOT_ALLOWED:
            return  # the same request is answered as GET next
        self._metrics.http_requests.labels(method, route, str(status)).inc()
        self._metrics.http_duration.labels(method, route).observe(took_s)


def _find_template(scope: Scope) -> str:
    """Return the path of the route as it was declared; a route without parameters is its own template."""
    route = scope.get("route")
    if route is not None:
        return str(route.path)
    if "endpoint" not in scope:
        return UNMATCHED
    return FILES if scope.get("path_params") else str(scope["path"])


def make_metrics_route(networks: tuple[Network, ...]) -> Route:
    """Return the route ``/metrics``, open to programs of the networks and closed to whatever a proxy passes on."""
    keyless = KeylessAccess(networks=networks)

    async def show_metrics(request: Request) -> Response:
        provenance = read_provenance(request)
        if provenance.is_forwarded or not keyless.is_own_page(provenance) or not keyless.is_near(provenance.client):
            return FORBIDDEN
        gauges: GaugeUpdater = request.app.state.gauges
        await gauges.update()
        return Response(gauges.metrics.write(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Route("/metrics", show_metrics, include_in_schema=False)


def make_worker_app(gauges: GaugeUpdater, *, networks: tuple[Network, ...]) -> Starlette:
    """Return the pages of a worker: its metrics, and that it is alive."""

    async def show_health(_: Request) -> Response:
        return JSONResponse({"status": "healthy", "versions": {"service": __version__}})

    app = Starlette(routes=[make_metrics_route(networks), Route("/health", show_health)])
    app.state.gauges = gauges
    return app
