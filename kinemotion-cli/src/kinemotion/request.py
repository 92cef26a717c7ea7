"""What is asked of the engine: one clip as one movement, how it is read, and who hears of the progress."""

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
    from kinemotion.pose.estimators import choose_default_estimator  # noqa: PLC0415  (who sets one need not wait)

    return choose_default_estimator()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a clip is read and measured, beyond what every call says."""

    options: Any = None
    """An instance of the movement's options class; its defaults where None."""
    estimator: str = field(default_factory=_choose_estimator)
    device: str = "auto"
    """What computes the networks: "auto", "cpu", "cuda", "coreml", "directml" or "openvino"."""
    threads: int | None = None
    """Cores that the analysis may keep busy, as many as help where None: they change no number."""
    full: bool = False
    """Whether people who stand still are measured in every frame too, and not a few times a second."""
    capture_fps: float | None = None
    """Rate the camera filmed at, where the file is played slower."""
    rotate_deg: int = 0
    """Clockwise turn of the pictures, added to what the file says: 0, 90, 180 or 270."""
    start_s: float | None = None
    end_s: float | None = None
    person: int | None = None
    """The one athlete whose trials count, by the number that the document gives; everybody where None."""
    limits: Limits | None = None
    """What is too large to be decoded; changes no number."""
    events: tuple[Correction, ...] = ()
    """Instants that a person gives for events, in place of those found automatically."""
    date: str | None = None
    """Day of the test, ISO 8601, where the file does not tell it; changes no number."""

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
        """The movement's options: those that were set, else its defaults."""
        return registry.get(self.movement).options() if self.settings.options is None else self.settings.options


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Functions that are called while the work goes on."""

    progress: Callable[[int, int | None], None] = lambda _done, _total: None
    """Frames done, and frames there are where the container states a number; called by another thread."""
    trial: Callable[[Trial], None] = lambda _trial: None
    """Each trial as soon as it is complete."""
    poses: Callable[[FramePoses], None] = lambda _poses: None
    """What was seen in each frame."""
    refused: Callable[[Report], None] = lambda _report: None
    """The report of a clip without any trial, before its error is raised."""


def list_settings(request: Request) -> dict[str, Any]:
    """All that was asked for and could change a number, defaults filled in, as the document shows it."""
    settings = asdict(request.settings) | {"options": asdict(request.options), "athlete": asdict(request.athlete)}
    del settings["device"], settings["threads"], settings["limits"]
    if not request.settings.events:
        del settings["events"]
    return settings
