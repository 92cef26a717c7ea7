"""The pose models of one process: each is loaded once, when a session first needs it, and shared by all sessions."""

from contextlib import ExitStack
from typing import Self

from kinemotion.pose.base import PoseEstimator, Preset
from kinemotion.pose.estimators import open_estimator


class PoseModels:
    """The estimators that are open, by preset, all of one device. Used by one thread."""

    def __init__(self, device: str = "auto") -> None:
        self._device = device
        self._open: dict[Preset, PoseEstimator] = {}
        self._resources = ExitStack()

    def get(self, preset: Preset) -> PoseEstimator:
        """Return the estimator of a preset, opened when it is first asked for.

        Raises
        ------
        ModelProblem
            If a model or its runtime is missing or broken.
        """
        if preset not in self._open:
            self._open[preset] = self._resources.enter_context(
                open_estimator(preset=preset, threads=1, still_rate="often", device=self._device)
            )
        return self._open[preset]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.clear()
        self._resources.close()
