"""The web page: built from ``web/`` into the package's ``static`` folder, served beside the API."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",  # pose estimation in the browser runs as WebAssembly
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",  # videos that were fetched with an API key
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
NOT_BUILT = "The web page is not part of this installation. The API works. To build the page, run: make web\n"
PAGE_FOLDER = Path(str(files("kinemotion_backend"))) / "static"
NOT_LISTED: Mapping[str, str] = MappingProxyType({"X-Robots-Tag": "noindex, nofollow"})
"""Search engines are asked to leave shared results out."""
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
HASHED = "assets"
"""Folder whose file names carry a hash of the content: such a file never changes."""
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".tflite": "application/octet-stream",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
"""What the standard library does not know on every system."""


class HashedFiles(StaticFiles):
    """Files whose names carry a hash of their content: browsers keep them."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        """Return the file with its headers; a worker is held to the policy that comes with its own script."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Content-Security-Policy"] = PAGE_POLICY
        if media_type := MEDIA_TYPES.get(Path(path).suffix):
            response.headers["Content-Type"] = media_type
        return response


def install_page(app: FastAPI, *, folder: Path = PAGE_FOLDER) -> None:
    """Serve the page at ``/``; say how to build it where it is missing.

    Each file gets a route of its own: a route for all paths would answer for the API's paths too.
    """
    index = folder / "index.html"
    if not index.is_file():
        app.add_route("/", _explain_build, methods=["GET", "HEAD"], include_in_schema=False)
        return
    app.add_route("/", _make_file_route(index), methods=["GET", "HEAD"], include_in_schema=False)
    for file in sorted(folder.iterdir()):
        if file.is_file():
            app.add_route(f"/{file.name}", _make_file_route(file), methods=["GET", "HEAD"], include_in_schema=False)
    app.add_route(
        "/shared/{token}", _make_file_route(index, headers=NOT_LISTED), methods=["GET", "HEAD"], include_in_schema=False
    )
    app.mount(f"/{HASHED}", HashedFiles(directory=folder / HASHED), name="page")


def _make_file_route(
    file: Path, *, headers: Mapping[str, str] = NO_HEADERS
) -> Callable[[Request], Awaitable[Response]]:
    """Return a route that serves one file, with a policy that loads nothing from elsewhere."""
    sent = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache", **headers}
    media_type = MEDIA_TYPES.get(file.suffix)

    async def serve_file(_: Request) -> Response:
        return FileResponse(file, headers=sent, media_type=media_type)

    return serve_file


async def _explain_build(_: Request) -> Response:
    """Say how to build the page."""
    return PlainTextResponse(NOT_BUILT)
