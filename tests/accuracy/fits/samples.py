"""One rendered clip as the engine sees it, beside its truth, on one clock."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scoring import Case, load_recorded

from kinemotion.calibration import find_calibration
from kinemotion.errors import KinemotionError
from kinemotion.motion.arrays import Floats
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion, Scale
from kinemotion.motion.calibration import Calibration
from kinemotion.motion.poses import FramePoses, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.reconstruct import reconstruct
from kinemotion.reconstruct.repairs import repair
from kinemotion.reconstruct.scale import fit_arc


@dataclass(frozen=True)
class Sample:
    """One clip, the poses of its athlete, and the calibration that they are measured with."""

    case: Case
    sequence: PoseSequence
    calibration: Calibration

    @cached_property
    def motion(self) -> Motion:
        """The athlete in metres, as the engine measures them."""
        return self.measure(self.calibration)

    def measure(self, calibration: Calibration) -> Motion:
        """Return the athlete in metres, measured with another calibration."""
        contact_model = registry.get(self.case.movement).contact_model
        return reconstruct(self.sequence, Athlete(), contact_model=contact_model, calibration=calibration)

    @property
    def is_lateral(self) -> bool:
        """Whether the camera stands at the side, within 15 degrees."""
        return self.case.view == "side"

    @property
    def kind(self) -> str:
        """Kind of motion: "cmj", "sj", "dj" or "run"."""
        return self.case.truth["motion"]["kind"]

    @property
    def values(self) -> dict[str, Any]:
        """What the truth says of the whole motion, SI."""
        return self.case.truth["motion"]["values"]

    def event_s(self, name: str) -> float:
        """Return the true instant of an event on the engine's clock, s."""
        return self.case.truth["motion"]["events_s"][name] - self._start_s

    def contacts_s(self, side: str) -> list[tuple[float, float]]:
        """Return the true contacts of a foot on the engine's clock, s; infinite where an end lies outside."""
        found: list[list[float | None]] = self.case.truth["motion"]["contact_s"][side]
        return [
            (-np.inf if first is None else first - self._start_s, np.inf if last is None else last - self._start_s)
            for first, last in found
        ]

    @property
    def _start_s(self) -> float:
        return self.case.truth["video"]["t_first_frame_s"]

    @cached_property
    def _frames(self) -> list[dict[str, Any]]:
        every = self.case.truth["frames"]
        return [every[int(frame)] for frame in self.sequence.frame]

    @cached_property
    def m_per_px(self) -> Floats:
        """True scale at the athlete (T,)."""
        return np.array([frame["m_per_px"] for frame in self._frames])

    @cached_property
    def com_px(self) -> Floats:
        """True centre of mass (T, 2), px."""
        return np.array([frame["com_px"] for frame in self._frames])

    @cached_property
    def com_m(self) -> Floats:
        """True height of the centre of mass above the floor (T,), m."""
        return np.array([frame["com_m"][2] for frame in self._frames])

    @cached_property
    def detection(self) -> Any:
        """What the movement finds in it; None where it refuses."""
        movement = registry.get(self.case.movement)
        try:
            return movement.detect(self.motion, movement.options())
        except KinemotionError:
            return None

    @property
    def scale_correction(self) -> float:
        """True metres over the metres that the engine measures."""
        return float(np.median(self.m_per_px)) / self.motion.scale.m_per_px

    @cached_property
    def in_true_metres(self) -> Motion:
        """The athlete in metres, with the true scale instead of the measured one."""
        motion, factor = self.motion, self.scale_correction
        com = motion.com * factor
        arcs = [
            fit_arc(com[:, 1], motion.time_s, flight=flight, errors=self.calibration.com) for flight in motion.flights
        ]
        return replace(
            motion,
            joints=motion.joints * factor,
            com=com,
            sole=motion.sole * factor,
            scale=Scale("gravity", motion.scale.m_per_px * factor, 0.0),
            flights=tuple(replace(flight, arc=arc) for flight, arc in zip(motion.flights, arcs, strict=True)),
        )

    @cached_property
    def path(self) -> tuple[Floats, Floats]:
        """Times on the engine's clock (N,), s, and true height of the centre of mass (N,), m, at 500 Hz."""
        plate = self.case.truth["force_plate"]
        height = np.array(plate["com_z_m"], dtype=float)
        return plate["t0_s"] - self._start_s + np.arange(len(height)) / plate["rate_hz"], height

    def peak_velocity(self, *, before_s: float, downward: bool = False) -> float:
        """Return the true largest velocity of the centre of mass before an instant, m/s, upward or downward."""
        time_s, height = self.path
        velocity = np.gradient(height, time_s)[time_s < before_s]
        return float(velocity.min() if downward else velocity.max())

    def point_px(self, name: str) -> Floats:
        """Return the true path of a joint (T, 2), px."""
        place = self.case.truth["landmark_names"].index(name)
        return np.array([frame["px"][place] for frame in self._frames])

    def angle_deg(self, name: str) -> Floats:
        """Return a true angle (T,), deg, for example "left_knee_flexion"."""
        return np.array([frame["angles_deg"][name] for frame in self._frames])


def load_sample(case: Case, *, model: str, poses: Path) -> Sample:
    """Return a clip as a pose model sees it; poses are found once and kept in a folder."""
    estimator = load_recorded(case, model=model, folder=poses)
    contact_model = registry.get(case.movement).contact_model
    sequence = repair(_follow_athlete(estimator.recorded), contact_model=contact_model)
    frames = len(case.truth["frames"])
    if len(sequence) and sequence.frame[-1] >= frames:
        raise ValueError(f"{case.name} has poses of more frames than its truth")
    return Sample(case, sequence, find_calibration(estimator.info.name, estimator.info.model))


def _follow_athlete(frames: tuple[FramePoses, ...]) -> PoseSequence:
    """Return the person who is seen in most frames."""
    persons = [pose.person for frame in frames for pose in frame.people]
    athlete = max(set(persons), key=persons.count)
    rows = [replace(frame, people=tuple(pose for pose in frame.people if pose.person == athlete)) for frame in frames]
    return PoseSequence.of([row for row in rows if row.people], BLAZEPOSE)
