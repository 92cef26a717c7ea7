"""What routes work with, by name; the wiring puts it on the application."""

from typing import Annotated, cast

from fastapi import Depends, Request

from kinemotion_backend.admission import Admission
from kinemotion_backend.api.uploads import UploadLimits
from kinemotion_backend.contract import Engine
from kinemotion_backend.video_analyzer import VideoAnalyzer
from kinemotion_backend.workspace import Workspace


def _get_analyzer(request: Request) -> VideoAnalyzer:
    return cast("VideoAnalyzer", request.app.state.services.analyzer)


def _get_engine(request: Request) -> Engine:
    return cast("Engine", request.app.state.services.engine)


def _get_admission(request: Request) -> Admission:
    return cast("Admission", request.app.state.services.admission)


def _get_upload_limits(request: Request) -> UploadLimits:
    return cast("UploadLimits", request.app.state.services.upload_limits)


def _get_workspace(request: Request) -> Workspace:
    return cast("Workspace", request.app.state.services.workspace)


AnalyzerDep = Annotated[VideoAnalyzer, Depends(_get_analyzer)]
EngineDep = Annotated[Engine, Depends(_get_engine)]
"""The engine as it was at start."""
AdmissionDep = Annotated[Admission, Depends(_get_admission)]
UploadLimitsDep = Annotated[UploadLimits, Depends(_get_upload_limits)]
WorkspaceDep = Annotated[Workspace, Depends(_get_workspace)]
