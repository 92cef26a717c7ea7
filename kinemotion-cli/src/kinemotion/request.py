"""A request to the engine: the clip, the movement, how the clip is read, and the functions that get its progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.correction import Correction
from kinemotion.movements import registry

if TYPE_CHECKING:
    from kinemotion.motion.poses import FramePoses
    from kinemotion.motion.report import Report, Trial
    from kinemotion.video.container import Limits


def _choose_estimator() -> str:
    """Return the estimator of this installation."""
    from kinemotion.pose.estimators import choose_default_estimator  # noqa: PLC0415  (a caller that sets one need not wait)

    return choose_default_estimator()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a clip is read and measured, apart from clip, movement, quality and athlete."""

    options: Any = None
    """An instance of the movement's options class; its defaults where None."""
    estimator: str = field(default_factory=_choose_estimator)
    device: str = "auto"
    """The device that runs the networks: "auto", "cpu", "cuda", "coreml", "directml" or "openvino"."""
    threads: int | None = None
    """Cores that the analysis may keep busy; None: as many as make it faster. They change no number."""
    full: bool = False
    """Whether people who stand still are measured in every frame too, and not a few times a second."""
    capture_fps: float | None = None
    """Frame rate of the camera, if the file plays slower than real time."""
    rotate_deg: int = 0
    """Clockwise turn of the pictures, added to what the file says: 0, 90, 180 or 270."""
    start_s: float | None = None
    end_s: float | None = None
    person: int | None = None
    """Number, in the document, of the only athlete to be measured; None: everybody."""
    limits: Limits | None = None
    """Limits of size and length above which a file is not decoded; they change no number."""
    events: tuple[Correction, ...] = ()
    """Instants that a person gives for events, in place of those found automatically."""
    date: str | None = None
    """Day of the test, ISO 8601, if it is not in the file; changes no number."""

    @property
    def whole(self) -> bool:
        """Whether no part of the clip is left out."""
        return self.start_s is None and self.end_s is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One clip to be analysed as one movement."""

    path: Path
    movement: str
    quality: str
    athlete: Athlete
    settings: Settings

    @property
    def options(self) -> Any:  # noqa: ANN401  (of the movement's options class)
        """The options of the movement: those that were set, or its defaults."""
        return registry.get(self.movement).options() if self.settings.options is None else self.settings.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Functions that are called while the work goes on."""

    progress: Callable[[int, int | None], None] = lambda _done, _total: None
    """Gets the number of finished frames, and that of all frames if the file states it; called by another thread."""
    trial: Callable[[Trial], None] = lambda _trial: None
    """Gets each trial as soon as it is complete."""
    poses: Callable[[FramePoses], None] = lambda _poses: None
    """Gets the poses of each frame."""
    refused: Callable[[Report], None] = lambda _report: None
    """Gets the report of a clip without any trial, before its error is raised."""


def list_settings(request: Request) -> dict[str, Any]:
    """Return all settings that could change a number, with defaults filled in, as the document shows them."""
    settings = asdict(request.settings) | {"options": asdict(request.options), "athlete": asdict(request.athlete)}
    del settings["device"], settings["threads"], settings["limits"]
    if not request.settings.events:
        del settings["events"]
    return settings
