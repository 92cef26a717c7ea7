"""The HTTP server: uvicorn with bounded connections, within the open files of this machine, with an orderly end."""

import asyncio
import errno
import gc
import resource
import signal
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI

from kinemotion_backend.api.connections import SPARE_CONNECTIONS, ConnectionLimits, bound_connections
from kinemotion_backend.api.websockets import WEBSOCKET_OPTIONS
from kinemotion_backend.errors import CannotStart
from kinemotion_backend.settings import Settings

BACKLOG = 128
"""Connections accepted in one go."""
FILES_OF_SERVICE = 24
FILES_OF_ANALYSIS = 8
FILES_OF_STREAM_ENGINE = 4
"""Open files of the idle service (20 measured), of an analysis (pipes, the upload, folders), and of a live engine."""
MIN_CONNECTIONS = 4

log = structlog.stdlib.get_logger(__name__)


class TooFewFiles(CannotStart):
    """The machine lets the service open too few files to work at all."""


class AddressUnusable(CannotStart):
    """The service cannot listen where the settings say."""


class Server(uvicorn.Server):
    """uvicorn's server, which also ends in order on a second Ctrl-C and when its terminal closes.

    It starts and ends the application itself: uvicorn would print a trace of an application that cannot start.
    """

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._app = app
        self._starting: asyncio.Task[Any] | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until the service is asked to end."""
        asyncio.get_running_loop().set_exception_handler(_log_loop_problem)
        await super().serve(sockets)

    async def _serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, serve it, and end it; a request to end interrupts the start."""
        task = self._starting = asyncio.current_task()
        try:
            async with self._app.router.lifespan_context(self._app):
                self._starting = None
                await super()._serve(sockets)
        except asyncio.CancelledError:
            if task is None or task is not self._starting or not self.should_exit:
                raise
            task.uncancel()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a request to end."""
        super().handle_exit(sig, frame)
        if self._starting is not None:
            self._starting.get_loop().call_soon_threadsafe(self._starting.cancel)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and keep what there is now out of every later garbage collection: one took a tenth of a second."""
        await super().startup(sockets)
        gc.freeze()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Treat the end of the terminal as a request to end, unless it is ignored, as under nohup.

        Once the service has ended, a further Ctrl-C is ignored: it would print a trace while Python itself ends.
        """
        previous = signal.getsignal(signal.SIGHUP)
        if previous is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self.handle_exit)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what uvicorn restores afterwards
        try:
            with super().capture_signals():
                yield
        finally:
            signal.signal(signal.SIGHUP, previous)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in order; after a second Ctrl-C without waiting, but still with every engine and folder removed."""
        await super().shutdown(sockets)
        if self.force_exit:
            for task in self.server_state.tasks:
                task.cancel()
            await asyncio.gather(*self.server_state.tasks, return_exceptions=True)


def serve(app: FastAPI, settings: Settings) -> None:
    """Run the application until the service is asked to end.

    Raises
    ------
    CannotStart
        Where something has to be put right first: a folder, a database, the engine, or another process that uses them.
    KeyboardInterrupt
        Where it was asked to end before it had started.
    """
    limits = ConnectionLimits(
        max_connections=settings.max_connections,
        max_per_client=settings.max_connections_a_client,
        client_timeout_s=settings.upload_idle_s,
        proxies=settings.forwarded_allow_ips,
        https=settings.environment == "production",
    )
    config = uvicorn.Config(
        app,
        host=settings.bind_host,
        port=settings.bind_port,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        backlog=min(BACKLOG, settings.max_connections),
        http=bound_connections(limits),
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=list(map(str, settings.forwarded_allow_ips)),
        timeout_graceful_shutdown=settings.shutdown_s,
        **WEBSOCKET_OPTIONS,
    )
    check_address(settings.bind_host, settings.bind_port)
    gc.collect()  # what would be kept for ever
    server = Server(app, config)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        raise KeyboardInterrupt


def check_address(host: str, port: int) -> None:
    """Check that the service can listen there, before anything is started.

    Raises
    ------
    AddressUnusable
        When it cannot: another program listens there, or the address is none of this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in found:
            with socket.socket(family, kind, protocol) as tried:
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    tried.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                tried.bind(address)
    except (OSError, UnicodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not a host name"
        raise AddressUnusable(f"BIND_HOST={host} with BIND_PORT={port} cannot be used: {reason}.") from None


def fit_open_files(settings: Settings) -> Settings:
    """Return the settings with as many connections and analyses as this machine has open files for.

    Raises
    ------
    TooFewFiles
        When there are too few even for one analysis.
    """
    most = _raise_file_limit(count_files(settings))
    if most >= count_files(settings):
        return settings
    spare = most - FILES_OF_SERVICE - SPARE_CONNECTIONS - settings.stream_engines * FILES_OF_STREAM_ENGINE
    analyses = min(settings.max_analyses, max(1, spare // 2 // FILES_OF_ANALYSIS))
    requests = min(settings.max_requests, analyses * 2)
    connections = min(settings.max_connections, spare - analyses * FILES_OF_ANALYSIS - requests)
    if connections < MIN_CONNECTIONS:
        raise TooFewFiles(f"{most} open files are too few. Raise the limit: `ulimit -n 1024`.")
    log.warning("few_open_files", limit=most, connections=connections, analyses=analyses, requests=requests)
    return settings.model_copy(
        update={
            "max_connections": connections,
            "max_connections_a_client": min(settings.max_connections_a_client, max(1, connections // 2)),
            "max_analyses": analyses,
            "max_requests": requests,
            "max_requests_a_client": min(settings.max_requests_a_client, max(1, requests // 2)),
        }
    )


def count_files(settings: Settings) -> int:
    """Return how many open files the settings can need."""
    connections = settings.max_connections + SPARE_CONNECTIONS
    engines = settings.max_analyses * FILES_OF_ANALYSIS + settings.stream_engines * FILES_OF_STREAM_ENGINE
    return FILES_OF_SERVICE + connections + engines + settings.max_requests


def _raise_file_limit(wanted: int) -> int:
    """Raise the soft limit as far as it is wanted and allowed; return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if allowed > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(soft, allowed)


def _log_loop_problem(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log that no more files can be opened in one line; anything else as asyncio does."""
    problem = context.get("exception")
    if isinstance(problem, OSError) and problem.errno in {errno.EMFILE, errno.ENFILE}:
        log.error("no_more_open_files", problem=problem.strerror)
        return
    loop.default_exception_handler(context)
