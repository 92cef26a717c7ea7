"""What the routes work with, and how a route asks for it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from kinemotion_backend.admission import Admission
from kinemotion_backend.analyzer.base import VideoAnalyzer
from kinemotion_backend.contract import Engine
from kinemotion_backend.uploads import UploadLimits


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes work with."""

    analyzer: VideoAnalyzer
    engine: Engine
    """The engine as it was at start."""
    admission: Admission
    upload_limits: UploadLimits
    work_dir: Path


def _services(request: Request) -> Services:
    return request.app.state.services


ServicesDep = Annotated[Services, Depends(_services)]
