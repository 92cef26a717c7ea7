"""A body moving in metres: y up, floor at 0."""

from dataclasses import dataclass
from typing import Literal

from kinemotion.motion.arrays import Floats
from kinemotion.motion.calibration import Calibration
from kinemotion.motion.correction import Correction
from kinemotion.motion.events import Event
from kinemotion.motion.metrics import Estimate
from kinemotion.motion.poses import Repair
from kinemotion.motion.skeleton import Side, Skeleton

GRAVITY_M_S2 = 9.81
"""Acceleration of free fall; varies by 0.5 % over the Earth, below every other error here."""

ScaleSource = Literal["gravity", "stature", "gravity+stature", "assumed"]


@dataclass(frozen=True, slots=True)
class Scale:
    """Metres per pixel at the athlete, and how well it is known."""

    source: ScaleSource
    m_per_px: float
    relative_uncertainty: float
    """Standard error of the scale divided by the scale."""

    @property
    def measured(self) -> bool:
        """Whether lengths may be reported; an assumed scale serves thresholds only."""
        return self.source != "assumed"


@dataclass(frozen=True, slots=True)
class Contact:
    """One foot on the ground, from touchdown to toe-off; None where it began or ended outside the sequence."""

    side: Side
    touchdown: Event | None
    toeoff: Event | None

    @property
    def start_s(self) -> float:
        """First instant on the ground; minus infinity where it lies outside the sequence."""
        return float("-inf") if self.touchdown is None else self.touchdown.time_s

    @property
    def end_s(self) -> float:
        """Last instant on the ground; infinity where it lies outside the sequence."""
        return float("inf") if self.toeoff is None else self.toeoff.time_s


@dataclass(frozen=True, slots=True)
class Arc:
    """Ballistic path of the centre of mass in one flight: a parabola of curvature -g fitted to raw points."""

    reference_s: float
    """Instant the coefficients refer to."""
    height_m: Estimate
    """Height of the centre of mass above the floor at the reference instant."""
    velocity_m_s: Estimate
    """Vertical velocity at the reference instant."""
    covariance: float
    """Covariance of height and velocity errors, m²/s."""
    residual_m: float
    """Root mean square distance of the raw points from the parabola."""

    def height_at(self, time_s: float) -> float:
        """Return the height on the parabola, m."""
        dt = time_s - self.reference_s
        return self.height_m.value + self.velocity_m_s.value * dt - 0.5 * GRAVITY_M_S2 * dt * dt

    def velocity_at(self, time_s: float) -> float:
        """Vertical velocity on the parabola, m/s."""
        return self.velocity_m_s.value - GRAVITY_M_S2 * (time_s - self.reference_s)


@dataclass(frozen=True, slots=True)
class Flight:
    """Both feet in the air. A fall from a box begins with ``takeoff`` None or the step off the box."""

    takeoff: Event | None
    landing: Event | None
    arc: Arc | None
    """None where there are too few frames, or no scale."""


@dataclass(frozen=True, slots=True)
class PixelToMetres:
    """Maps pixels to metres.

    Pixel p of frame t is camera(t)(p) in the first picture, and that is origin + (x, -y) / m_per_px.
    """

    origin_px: tuple[float, float]
    """Pixel of the point x = 0 on the floor, in the first picture."""
    m_per_px: float
    camera: Floats | None = None
    """Affine map from each picture to the first one (T, 2, 3), px, that was applied; None for a stationary camera."""


@dataclass(frozen=True, slots=True)
class Motion:
    """One person over T frames in metres. y up, floor at y = 0, x along the picture; K points of the skeleton.

    Joints and centre of mass are raw (unsmoothed) measurements with gaps filled; fits choose their own smoothing.
    """

    skeleton: Skeleton
    time_s: Floats
    """(T,), seconds since the first frame of the file; rises strictly."""
    joints: Floats
    """(T, K, 2), m."""
    joint_error: Floats
    """(T, K), m: standard error of a joint's position; grows in gaps."""
    com: Floats
    """Whole-body centre of mass (T, 2), m."""
    com_error: Floats
    """(T,), m."""
    sole: Floats
    """Lowest point of each foot's silhouette (T, 2, 2): left and right, x and y, m; NaN where unseen."""
    contacts: tuple[Contact, ...]
    """Every ground contact of each foot, in time order."""
    flights: tuple[Flight, ...]
    """Every interval with both feet in the air, in time order."""
    scale: Scale
    pixels: PixelToMetres
    """How to draw metres back onto the picture."""
    calibration: Calibration
    """The fitted numbers of the pose model that saw it."""
    repairs: tuple[Repair, ...] = ()
    """What was changed in the poses on the way here."""
    corrections: tuple[Correction, ...] = ()
    """Instants that a person gives for events of this trial."""

    def joint(self, name: str) -> Floats:
        """Path of one joint (T, 2), m."""
        return self.joints[:, self.skeleton.index[name]]
