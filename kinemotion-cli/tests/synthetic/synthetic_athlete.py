"""A stick figure whose centre of mass moves on a closed formula: jumps of any kind, with exactly known truth.

A jump is written down as what the athlete does::

    jumper = Jumper(stature_m=1.80).stand(0.8).sink(0.30, 0.5).push(0.35).fly(lower_m=0.07).absorb(0.2).rise(0.6)
    frames = film(jumper, Camera(fps=60, noise_px=1.0))
    jumper.events["takeoff"], jumper.flights[0].height_m

The path is made of quintics on the ground and parabolas in the air; it leaves and meets the ground with acceleration
-g. The posture follows from the height: on the ground the feet stay where they are, in the air the legs pass from the
posture of take-off to that of landing. The engine's own segment table gives the centre of mass of a posture, so the
figure is on its path to rounding; what is tested is everything after the points.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from kinemotion.calibration import get_default_calibration
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import GRAVITY_M_S2 as G
from kinemotion.motion.poses import FramePoses, Pose, PoseSequence
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.reconstruct.centre_of_mass import compute_com_weights

Path = Callable[[float], float]

_WEIGHTS = compute_com_weights(BLAZEPOSE, get_default_calibration().landmarks)
_LENGTH = {"shank": 0.246, "thigh": 0.245, "trunk": 0.288, "neck": 0.112, "arm": 0.186, "forearm": 0.146, "hand": 0.05}
"""Shares of the stature (Drillis & Contini 1966)."""
_ANKLE_HEIGHT, _TOE_AHEAD, _HEEL_BEHIND = 0.039, 0.11, 0.04
_POSTURES = np.linspace(-1.0, 1.0, 401)


def figure(posture: float, *, stature_m: float) -> Floats:
    """Points (33, 2) of a posture, m, x forward, y up, the tip of the toes at the origin.

    ``posture`` 0 stands, 1 squats deeply, -1 stands on the toes with the arms up.
    """
    squat, tiptoe = max(posture, 0.0), max(-posture, 0.0)
    pitch = np.radians(50.0 * tiptoe)
    shank, thigh = np.radians(3.0 + 35.0 * squat), np.radians(-4.0 - 100.0 * squat)
    trunk, arm = np.radians(2.0 + 45.0 * squat), np.radians(5.0 + 140.0 * tiptoe - 45.0 * squat)

    def turned(x: float, y: float) -> Floats:
        return np.array([x * np.cos(pitch) + y * np.sin(pitch), -x * np.sin(pitch) + y * np.cos(pitch)])

    def upward(length: str, lean: float) -> Floats:
        return _LENGTH[length] * np.array([np.sin(lean), np.cos(lean)])

    def hanging(length: str, swing: float) -> Floats:
        return _LENGTH[length] * np.array([np.sin(swing), -np.cos(swing)])

    toe, heel = np.zeros(2), turned(-_TOE_AHEAD - _HEEL_BEHIND, 0.0)
    ankle = turned(-_TOE_AHEAD, _ANKLE_HEIGHT)
    knee = ankle + upward("shank", shank)
    hip = knee + upward("thigh", thigh)
    shoulder = hip + upward("trunk", trunk)
    ear = shoulder + upward("neck", 0.3 * trunk)
    elbow = shoulder + hanging("arm", arm)
    wrist = elbow + hanging("forearm", arm + 0.3)
    hand = wrist + hanging("hand", arm + 0.3)
    face = ear + np.array([0.05, 0.0])
    parts = {"shoulder": shoulder, "elbow": elbow, "wrist": wrist, "pinky": hand, "index": hand, "thumb": hand}
    parts |= {"hip": hip, "knee": knee, "ankle": ankle, "heel": heel, "foot_index": toe, "ear": ear}
    return stature_m * np.array([parts.get(name.partition("_")[2], face) for name in BLAZEPOSE.names])


@dataclass
class FlightTruth:
    """One flight, SI."""

    takeoff_s: float
    landing_s: float
    height_m: float
    lower_m: float
    """Centre of mass at take-off less at landing."""


@dataclass
class Jumper:
    """What an athlete does, one thing after the other, and the path that follows from it."""

    stature_m: float = 1.75
    box_m: float = 0.0
    """Height of what the athlete stands on at first."""
    events: dict[str, float] = field(default_factory=dict[str, float])
    """Instants by name, s: the end of the first stand, then the latest of each other name."""
    flights: list[FlightTruth] = field(default_factory=list[FlightTruth])
    end_s: float = 0.0

    def __post_init__(self) -> None:
        heights = [_WEIGHTS @ figure(posture, stature_m=self.stature_m)[:, 1] for posture in _POSTURES]
        self._heights = np.array(heights)[::-1]
        self._pieces: list[tuple[float, Path, Path]] = []
        self.standing_m = self.height_of(0.0)
        self._ground_m = self.box_m
        self._state = (self.box_m + self.standing_m, 0.0, 0.0)

    def height_of(self, posture: float) -> float:
        """Centre of mass above the floor in a posture, m."""
        return float(np.interp(-posture, -_POSTURES[::-1], self._heights)) if self._heights.size else 0.0

    def posture_of(self, height_m: float) -> float:
        """Posture in which the centre of mass is that high above the ground."""
        if not self._heights[0] <= height_m <= self._heights[-1]:
            raise ValueError(f"no posture is {height_m:.2f} m high")
        return float(np.interp(height_m, self._heights, _POSTURES[::-1]))

    def stand(self, duration_s: float) -> Self:
        """Stay as one is."""
        height, posture = self._state[0], self.posture_of(self._state[0] - self._ground_m)
        self._add(duration_s, lambda _: height, posture=lambda _: posture)
        self.events.setdefault("start", self.end_s)
        return self

    def sink(self, depth_m: float, duration_s: float, *, brake_m_s2: float = 12.0) -> Self:
        """Go down, and arrive braking; without braking the athlete may stay in the squat."""
        self._move((self._state[0] - depth_m, 0.0, brake_m_s2), duration_s)
        self.events["lowest"] = self.end_s
        return self

    def push(self, height_m: float, *, takeoff_posture: float = -0.7) -> Self:
        """Push off for a rise of the centre of mass by that height after take-off."""
        speed = float(np.sqrt(2 * G * height_m))
        takeoff_m = self.height_of(takeoff_posture)
        self._move((takeoff_m, speed, -G), 1.7 * (takeoff_m - self._state[0]) / speed)
        return self

    def drop(self, *, landing_posture: float = -0.4) -> Self:
        """Step off the box with both feet, and fall to the floor."""
        height = self._state[0] - 0.04
        self._move((height, -0.5, -G), 0.16)
        touchdown_m = self.height_of(landing_posture)
        speed = float(np.sqrt(0.5**2 + 2 * G * (height - touchdown_m)))
        first, duration_s = self.posture_of(height - self._ground_m), (speed - 0.5) / G
        self.events["step_off"] = self.end_s
        self._add(
            duration_s,
            lambda t: height - 0.5 * t - 0.5 * G * t * t,
            posture=lambda t: first + (landing_posture - first) * _smooth(t / duration_s),
        )
        self._ground_m, self._state = 0.0, (touchdown_m, -speed, -G)
        self.events["touchdown"] = self.end_s
        return self

    def bounce(self, contact_s: float, height_m: float, *, takeoff_posture: float = -0.7) -> Self:
        """Turn a landing into the next take-off within a time on the ground."""
        self._move((self.height_of(takeoff_posture), float(np.sqrt(2 * G * height_m)), -G), contact_s)
        return self

    def fly(self, *, lower_m: float = 0.05, onto_m: float | None = None) -> Self:
        """Be in the air, and land with the centre of mass that much lower than at take-off, maybe on other ground."""
        takeoff_m, speed, _ = self._state
        landing_speed = float(np.sqrt(speed**2 + 2 * G * lower_m))
        duration_s = (speed + landing_speed) / G
        start_s = self.end_s
        first = self.posture_of(takeoff_m - self._ground_m)
        self._ground_m = self._ground_m if onto_m is None else onto_m
        last = self.posture_of(takeoff_m - lower_m - self._ground_m)
        self._add(
            duration_s,
            lambda t: takeoff_m + speed * t - 0.5 * G * t * t,
            posture=lambda t: first + (last - first) * _smooth(t / duration_s),
        )
        self._state = (takeoff_m - lower_m, -landing_speed, -G)
        self.events |= {"takeoff": start_s, "apex": start_s + speed / G, "landing": self.end_s}
        self.flights.append(FlightTruth(start_s, self.end_s, speed**2 / (2 * G), lower_m))
        return self

    def absorb(self, depth_m: float) -> Self:
        """Brake a landing down to that far below standing."""
        height, speed, _ = self._state
        drop = height - (self._ground_m + self.standing_m - depth_m)
        self._move((height - drop, 0.0, 12.0), 1.7 * drop / abs(speed))
        return self

    def rise(self, duration_s: float) -> Self:
        """Stand up."""
        self._move((self._ground_m + self.standing_m, 0.0, 0.0), duration_s)
        return self

    def com_m(self, time_s: float) -> float:
        """Height of the centre of mass above the floor."""
        start, path, _ = self._piece(time_s)
        return path(time_s - start)

    def points_m(self, time_s: float) -> Floats:
        """Points (33, 2) at an instant, y up from the floor."""
        start, _, posture = self._piece(time_s)
        points = figure(posture(time_s - start), stature_m=self.stature_m)
        return points + np.array([0.0, self.com_m(time_s) - _WEIGHTS @ points[:, 1]])

    def _piece(self, time_s: float) -> tuple[float, Path, Path]:
        return next(piece for piece in reversed(self._pieces) if piece[0] <= time_s or piece is self._pieces[0])

    def _move(self, to: tuple[float, float, float], duration_s: float) -> None:
        path, ground_m = _quintic(self._state, to, duration_s), self._ground_m
        self._add(duration_s, path, posture=lambda t: self.posture_of(path(t) - ground_m))
        self._state = to

    def _add(self, duration_s: float, path: Path, *, posture: Path) -> None:
        self._pieces.append((self.end_s, path, posture))
        self.end_s += duration_s


def _quintic(start: tuple[float, float, float], end: tuple[float, float, float], duration_s: float) -> Path:
    """The polynomial through position, velocity and acceleration at both ends."""
    powers = np.arange(6)
    rows = [powers == 0, powers == 1, 2.0 * (powers == 2)]
    late = duration_s ** np.clip(powers, 0, None)
    rows += [late, powers * duration_s ** np.clip(powers - 1, 0, None)]
    rows += [powers * (powers - 1) * duration_s ** np.clip(powers - 2, 0, None)]
    coefficients = np.linalg.solve(np.array(rows, dtype=float), np.array([*start, *end]))
    return lambda t: float(np.polynomial.polynomial.polyval(t, coefficients))


def _smooth(share: float) -> float:
    return share**3 * (10 - 15 * share + 6 * share**2)


@dataclass(frozen=True, slots=True)
class Camera:
    """How a jumper is filmed: seen from the side, by a camera that stands."""

    fps: float = 60.0
    noise_px: float = 0.0
    """Standard deviation of every coordinate of every point, new in every frame."""
    dropout: float = 0.0
    """Share of points that are missing."""
    jitter_s: float = 0.0
    """Standard deviation of the time between frames; time stamps are exact."""
    m_per_px: float = 0.0035
    mirrored: bool = False
    start_s: float = 0.0
    """What happened before was not filmed."""
    slowed: float = 1.0
    """Seconds of the file in a second of real time."""
    seed: int = 0


def film(jumper: Jumper, camera: Camera, *, person: int = 0) -> list[FramePoses]:
    """Frames of the jumper, as an estimator would return them; time 0 is ``camera.start_s``."""
    random = np.random.default_rng(camera.seed)
    times = np.arange(camera.start_s + 1e-6, jumper.end_s, 1.0 / camera.fps)
    times = np.sort(times + random.normal(0.0, 1.0, len(times)) * camera.jitter_s)
    return [
        _frame(jumper.points_m(t), camera, random, stamp=(person, index, (t - times[0]) * camera.slowed))
        for index, t in enumerate(times)
    ]


def time_of_first_frame(jumper: Jumper, camera: Camera) -> float:
    """The jumper's time at which the recording's clock shows 0, s."""
    random = np.random.default_rng(camera.seed)
    times = np.arange(camera.start_s + 1e-6, jumper.end_s, 1.0 / camera.fps)
    return float(np.sort(times + random.normal(0.0, 1.0, len(times)) * camera.jitter_s)[0])


def sequence(frames: list[FramePoses]) -> PoseSequence:
    """All frames as one sequence."""
    return PoseSequence.of(frames, BLAZEPOSE)


def _frame(
    points_m: Floats, camera: Camera, random: np.random.Generator, *, stamp: tuple[int, int, float]
) -> FramePoses:
    side = -1.0 if camera.mirrored else 1.0
    points = np.array([300.0, 800.0]) + points_m * np.array([side, -1.0]) / camera.m_per_px
    feet = [[BLAZEPOSE.index[f"{name}_{part}"] for part in ("heel", "foot_index")] for name in ("left", "right")]
    ground = np.array([points[foot][np.argmax(points[foot, 1])] for foot in feet])
    points = points + random.normal(0.0, 1.0, points.shape) * camera.noise_px
    # The silhouette's edge is steadier than a landmark: it averages a row of pixels.
    ground = ground + random.normal(0.0, 1.0, ground.shape) * camera.noise_px * 0.5
    lost = random.random(len(points)) < camera.dropout
    points[lost] = np.nan
    confidence = np.where(lost, 0.0, 0.95)
    person, index, time_s = stamp
    return FramePoses(index, time_s, (Pose(person, points, confidence, ground),), np.eye(2, 3))
