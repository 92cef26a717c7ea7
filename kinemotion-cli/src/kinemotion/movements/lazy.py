"""A movement declared as data. Its flags are read without numpy: its functions are imported when they are called."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kinemotion.motion.athlete import Athlete
    from kinemotion.motion.body import Motion
    from kinemotion.motion.contact_model import ContactModel
    from kinemotion.motion.detection import Detection
    from kinemotion.motion.report import Measurement
    from kinemotion.motion.skeleton import Skeleton
    from kinemotion.movements.base import Segmenter


_MODULES = ("segment", "detect", "measure")


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyMovement:
    """A ``movements.base.Movement`` whose functions lie in modules of their own."""

    name: str
    title: str
    metrics: type
    options: type
    headline: str
    contact_model: ContactModel
    leading_metrics: tuple[str, ...] = ()
    """Metrics that a coach reads first, in order."""
    repetition_metrics: type | None = None
    package: str
    """Package that holds the modules ``segment``, ``detect`` and ``measure``, each with a function of that name."""

    def make_segmenter(self, skeleton: Skeleton) -> Segmenter:
        """Call ``segment(skeleton)``."""
        return self._find_function("segment")(skeleton)

    def detect(self, motion: Motion, options: Any) -> Detection:  # noqa: ANN401  (of ``self.options``)
        """Call ``detect(motion, options)``."""
        return self._find_function("detect")(motion, options)

    def measure(self, detection: Any, *, athlete: Athlete, options: Any) -> Measurement:  # noqa: ANN401
        """Call ``measure(detection, athlete=athlete, options=options)``."""
        return self._find_function("measure")(detection, athlete=athlete, options=options)

    def load_ahead(self) -> None:
        """Begin to import the functions in a thread, because they take a fifth of a second to load."""
        Thread(target=self._load, name="load-movement").start()

    def _load(self) -> None:
        for name in _MODULES:
            self._find_function(name)

    def _find_function(self, name: str) -> Any:  # noqa: ANN401  (each function has its own type)
        return getattr(import_module(f"{self.package}.{name}"), name)
