"""The fitted numbers of the science, for one pose model. The package ``kinemotion.calibration`` reads them from tables.

Every field is one row of a table. ``value`` is the number in use. ``fit`` is the same number estimated again from the
clips that are kept, with its standard error; it is there to compare and is not used.
An ``_offset_`` is subtracted from what is measured; an ``_error_`` is a standard error that is added to a result's own.
"""

from dataclasses import dataclass, replace
from math import inf

from kinemotion.motion.contact_model import ContactModel


@dataclass(frozen=True, slots=True)
class LandmarkGeometry:
    """Where the model's points lie beside the joints that they are named after."""

    point_error: float
    """Standard error of a point, constant offsets left out, as a share of the body's length."""
    shoulder_above_joint: float
    """The shoulder point lies above the joint by this share of the trunk."""
    hip_below_joint: float
    """The hip point lies below the joint by this share of the trunk."""
    hip_in_front_of_joint: float
    """In a side view the hip point lies in front of the joint by this share of the trunk."""
    folded_from_deg: float
    """Hip flexion from which hip and ankle points slide towards the knee."""
    folded_hip_share: float
    """The hip is bent more than its points show by this share of the flexion beyond ``folded_from_deg``."""
    folded_knee_share: float
    """The same for the knee."""
    ankle_wander: float
    """The ankle point rises by this share of the shank while the foot is flat."""
    ankle_to_ball: float
    """Height that the ankle gains, in shanks, while the foot turns from flat to upright."""


@dataclass(frozen=True, slots=True)
class CentreOfMass:
    """Errors of the centre of mass from the model's points, and of the two sources of scale: free fall and stature."""

    white_error_m: float
    """Standard error that is new in every frame."""
    slow_error_m: float
    """Standard error that drifts with the posture."""
    slow_time_s: float
    """Time over which it drifts (squared-exponential correlation)."""
    apparent_gravity: float
    """Curvature of the measured path in free fall, divided by that of a true fall."""
    apparent_gravity_error: float
    """Standard deviation of it between jumps, errors of the fit left out."""
    chain_share: float
    """Ankle to ear along the body, as a share of the stature."""
    chain_share_error: float
    """Standard deviation of it between people."""


@dataclass(frozen=True, slots=True)
class ContactErrors:
    """Systematic and random errors of the fitted instants of a contact, beyond the error that their own fit states."""

    toeoff_offset_s: float
    toeoff_error_s: float
    touchdown_offset_s: float
    touchdown_error_s: float
    landmarks_offset_s: float
    """Of the instant at which the landmarks of a foot stop sinking."""
    landmarks_error_s: float


@dataclass(frozen=True, slots=True)
class LandmarkContactErrors:
    """Errors of contact times fitted to landmarks of the feet alone, without a silhouette, beyond those of the fit."""

    toeoff_offset_s: float
    toeoff_error_s: float
    touchdown_offset_s: float
    touchdown_error_s: float


@dataclass(frozen=True, slots=True)
class JumpCalibration:
    """The flight of a jump, and heights before it."""

    takeoff_posture_offset_m: float
    """Height of the centre of mass above the soles just after take-off minus at take-off: legs still extend."""
    landing_posture_offset_m: float
    """The same before landing; negative, because the legs bend."""
    posture_error_m: float
    """Standard error of the centre of mass above the soles at one instant."""
    posture_error_by_landmarks_m: float
    """The same where landmarks of the feet stand for the soles."""
    free_fall_start_offset_s: float
    """Found start of free fall minus take-off."""
    free_fall_start_error_s: float
    free_fall_end_offset_s: float
    """Found end of free fall minus landing."""
    free_fall_end_error_s: float
    takeoff_gross_error_s: float
    """Standard error of a take-off by rare gross errors of the silhouette, which no fit of an instant shows.

    It is that of a lateral view. It widens intervals. It does not change how much each measurement of a flight counts.
    """
    landing_gross_error_s: float
    """The same of a landing."""
    oblique_takeoff_offset_s: float
    """Found take-off in an oblique view minus that from the side: the near edge of the sole rises before its tip."""
    oblique_takeoff_gross_error_s: float
    """Standard error of a take-off by gross errors in an oblique view."""
    oblique_landing_gross_error_s: float
    """The same of a landing."""
    coarse_sole_error_m: float
    """Standard error of the height of the soles about a take-off in a coarse picture, common to instant and posture.

    It widens intervals, too, and changes no value.
    """
    com_takeoff_minus_landing_m: float
    """Height of the centre of mass at take-off minus that at landing, where the video does not show it."""
    com_takeoff_minus_landing_error_m: float
    height_difference_error_m: float
    """Standard error of a difference in height between two postures, scale left out."""
    dip_error_m: float
    """The same between two postures that are alike."""


@dataclass(frozen=True, slots=True)
class PushOffCalibration:
    """Instants and velocities of a push-off."""

    extension_time_s: float
    """Last part of the push-off in which the path bends into the parabola."""
    extension_power: float
    """Power of the time to take-off by which the path leaves the parabola there."""
    peak_velocity_error_m_s: float
    """Standard error of the peak upward velocity beyond that of the take-off velocity."""
    smoothed_peak_error_m_s: float
    """Standard error of a peak upward velocity that was found by smoothing."""
    sinking_velocity_error_m_s: float
    """Standard error of the peak downward velocity, scale left out."""
    lowest_error_s: float
    """Standard error of the instant of the lowest centre of mass."""
    fastest_sinking_error_s: float
    """Standard error of the instant of the peak downward velocity."""
    onset_lead_s: float
    onset_lead_share: float
    """The onset lies before 20 % of the depth by ``onset_lead_s`` and this share of the time from 20 to 50 %."""
    onset_relative_error: float
    """Standard error of the onset as a share of the extrapolated time."""
    squat_start_factor: float
    """The push-off from a squat starts before 15 % of its rise by this multiple of the time from 15 to 50 %."""
    squat_start_error_s: float
    hold_error_s: float
    """Standard error of either end of a held squat."""


@dataclass(frozen=True, slots=True)
class ReboundCalibration:
    """Short contacts: drop jumps and repeated jumps."""

    contact_error_s: float
    """Standard error of a contact time beyond that of its ends: soles bend and roll between them."""
    lowest_error_s: float
    """Standard error of the instant of the lowest centre of mass in the contact."""
    com_touchdown_minus_standing_m: float
    """Height of the centre of mass above the soles at touchdown minus in quiet standing."""
    com_touchdown_minus_standing_error_m: float
    shared_error: float
    """Share of one jump's error that all jumps of a clip have in common."""


@dataclass(frozen=True, slots=True)
class AngleErrors:
    """Standard errors of joint angles in a side view, beyond those of the points."""

    hip_error_deg: float
    knee_error_deg: float
    ankle_error_deg: float
    trunk_error_deg: float
    pitch_error: float
    """Standard error of a foot's pitch as a share of the pitch."""


@dataclass(frozen=True, slots=True)
class RunningCalibration:
    """Posture and means of a run."""

    angle_error_deg: float
    length_error_m: float
    """Standard error of a distance between two landmarks."""
    oscillation_error_m: float
    """Standard error of the seen rise and fall of the centre of mass, scale left out."""
    rhythm_error_share: float
    """Error of the frequency of the strides, as a share of what its fit states."""
    shared_error: float
    """Share of one instant's error that all instants of a clip have in common."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """All fitted numbers of one pose model."""

    landmarks: LandmarkGeometry
    com: CentreOfMass
    jumping: ContactErrors
    running: ContactErrors
    jumping_by_landmarks: LandmarkContactErrors
    running_by_landmarks: LandmarkContactErrors
    jump: JumpCalibration
    push_off: PushOffCalibration
    rebound: ReboundCalibration
    angles: AngleErrors
    gait: RunningCalibration

    def by_landmarks(self) -> "Calibration":
        """Return the numbers for poses in which landmarks of the feet stand for the soles."""
        jump = replace(
            self.jump,
            posture_error_m=self.jump.posture_error_by_landmarks_m,
            takeoff_gross_error_s=0.0,
            landing_gross_error_s=0.0,
            oblique_takeoff_gross_error_s=0.0,
            oblique_landing_gross_error_s=0.0,
            coarse_sole_error_m=0.0,
        )
        return replace(self, jump=jump)

    def seen_from(self, obliqueness: float) -> "Calibration":
        """Return the numbers for the silhouettes of a view: 0 from the side, 1 oblique."""
        offset_s = self.jumping.toeoff_offset_s + obliqueness * self.jump.oblique_takeoff_offset_s
        return replace(self, jumping=replace(self.jumping, toeoff_offset_s=offset_s))

    def contact_errors(self, contact_model: ContactModel, *, by_landmarks: bool = False) -> ContactErrors:
        """Return the errors of contact times for a contact model.

        ``by_landmarks`` says that landmarks stand for the silhouette: then they are no second measurement.
        """
        runs = contact_model is ContactModel.RUNNING
        if not by_landmarks:
            return self.running if runs else self.jumping
        errors = self.running_by_landmarks if runs else self.jumping_by_landmarks
        return ContactErrors(
            toeoff_offset_s=errors.toeoff_offset_s,
            toeoff_error_s=errors.toeoff_error_s,
            touchdown_offset_s=errors.touchdown_offset_s,
            touchdown_error_s=errors.touchdown_error_s,
            landmarks_offset_s=0.0,
            landmarks_error_s=inf,
        )
