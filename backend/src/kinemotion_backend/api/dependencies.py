"""What routes work with, by name; the wiring puts it on the application.

Each is a coroutine, as FastAPI calls a plain function in a thread: `/health` would wait until one is free.
"""

from typing import Annotated, cast

from fastapi import Depends, Request

from kinemotion_backend.api.video_form import VideoFormReceiver
from kinemotion_backend.contract.documents import Engine
from kinemotion_backend.video_analyzer import VideoAnalyzer
from kinemotion_backend.workspace import Workspace


async def _get_analyzer(request: Request) -> VideoAnalyzer:
    return cast("VideoAnalyzer", request.app.state.services.analyzer)


async def _get_engine(request: Request) -> Engine:
    return cast("Engine", request.app.state.services.engine)


async def _get_form_receiver(request: Request) -> VideoFormReceiver:
    return cast("VideoFormReceiver", request.app.state.services.receiver)


async def _get_workspace(request: Request) -> Workspace:
    return cast("Workspace", request.app.state.services.workspace)


AnalyzerDep = Annotated[VideoAnalyzer, Depends(_get_analyzer)]
EngineDep = Annotated[Engine, Depends(_get_engine)]
"""The engine as it was at start."""
VideoFormDep = Annotated[VideoFormReceiver, Depends(_get_form_receiver)]
WorkspaceDep = Annotated[Workspace, Depends(_get_workspace)]
