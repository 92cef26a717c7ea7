"""The web page: built from ``web/`` into the package's ``static`` folder, served beside the API."""

from collections.abc import MutableMapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from starlette.responses import Response
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
HASHED = "assets"
"""Folder whose file names carry a hash of the content: such a file never changes."""


class PageFiles(StaticFiles):
    """The page's files with a policy that loads nothing from elsewhere."""

    async def get_response(self, path: str, scope: MutableMapping[str, Any]) -> Response:
        """Return the file with its headers."""
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = PAGE_POLICY
        is_hashed = Path(path).parts[:1] == (HASHED,)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_hashed else "no-cache"
        return response


def install_page(app: FastAPI, *, folder: Path = PAGE_FOLDER) -> None:
    """Serve the page at ``/``; say how to build it where it is missing. Install it after all other routes."""
    if (folder / "index.html").is_file():
        app.mount("/", PageFiles(directory=folder, html=True), name="page")
        return

    @app.get("/", include_in_schema=False)
    async def page_is_missing() -> PlainTextResponse:  # pyright: ignore[reportUnusedFunction]  (registered by the decorator)
        """Say how to build the page."""
        return PlainTextResponse(NOT_BUILT)
