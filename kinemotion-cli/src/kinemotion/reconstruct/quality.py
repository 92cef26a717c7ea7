"""How far a trial can be trusted, from physics and visibility, with warnings that a coach understands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from kinemotion.messages import Message, Names
from kinemotion.motion.arrays import Floats
from kinemotion.motion.body import Motion
from kinemotion.motion.metrics import MetricSpec
from kinemotion.motion.poses import PoseSequence
from kinemotion.motion.report import Confidence, Measurement, Quality
from kinemotion.motion.skeleton import SIDES
from kinemotion.reconstruct.repairs import measure_recovered_share
from kinemotion.reconstruct.scale import measure_chain_px
from kinemotion.signals.affine import apply_affine
from kinemotion.signals.sliding_window import gather_neighbours
from kinemotion.signals.sole_scatter import find_sole_scatter

_NEIGHBOURS_S = 0.1
"""Engineering limit: a frame is compared with frames this near; a moving body does not stand still for one frame."""
_REPEATED = 0.2
"""Engineering limit: a change below this share of the neighbours' largest is a repeated frame."""
_MOVING = 1.0
"""Engineering limit: grey levels of change above which a body moves; compression alone stays below."""
_SEEN = 0.5
"""Engineering limit: confidence from which a landmark counts as seen."""
_LEGS = tuple(f"{side}_{part}" for side in SIDES for part in ("hip", "knee", "ankle"))
_IMPLAUSIBLE_SCORE = 30
"""Engineering limit: highest score of a trial with values outside the human range; it gives low confidence."""


@dataclass(frozen=True, slots=True)
class Check:
    """One indicator, the values between which it costs no points and all points, and the warning when it costs some."""

    indicator: str
    fine: float
    poor: float
    cost: int
    """Points taken from 100 where the indicator is poor."""
    warning: Callable[[float], Message]
    """Makes the warning from the value of the indicator."""

    def severity(self, value: float) -> float:
        """0 where fine, 1 where poor."""
        return float(np.clip((value - self.fine) / (self.poor - self.fine), 0.0, 1.0))


def describe_no_free_fall(distance_m: float) -> Message:
    """Say how far the path of the body in the air is from that of a free fall."""
    return Message(
        "not_free_fall",
        "The path of the body in the air is not that of a real jump: it is {distance_m:.1cm} off. The video may be "
        "cut or slowed in parts, or another person was followed. Use the original file and film one athlete.",
        distance_m=distance_m,
    )


CHECKS = (
    Check(
        "frame_rate_hz",
        50,
        15,
        30,
        lambda value: Message(
            "low_frame_rate",
            "The video has only {rate_hz:.0f} frames per second. Film at 60 or more.",
            rate_hz=value,
        ),
    ),
    Check(
        "new_picture_rate_hz",
        22,
        12,
        60,
        lambda value: Message(
            "repeated_frames",
            "Only about {rate_hz:.0f} frames per second are new. The file repeats frames. "
            "Use the original file from the camera.",
            rate_hz=value,
        ),
    ),
    Check(
        "visible_share",
        0.9,
        0.5,
        40,
        lambda value: Message(
            "legs_hidden",
            "The legs are hidden in {share:.0%} of the frames. Keep the whole body in view.",
            share=1 - value,
        ),
    ),
    Check(
        "feet_visible_share",
        0.9,
        0.5,
        50,
        lambda value: Message(
            "feet_hidden",
            "The feet are hidden in {share:.0%} of the frames. Keep the feet and the floor in view.",
            share=1 - value,
        ),
    ),
    Check(
        "stray_leg_share",
        0.0,
        0.5,
        45,
        lambda value: Message(
            "person_close_by",
            "Another person is close to the athlete. In {share:.0%} of the frames one leg was estimated from the "
            "other leg. Film the athlete alone.",
            share=value,
        ),
    ),
    Check(
        "body_height_px",
        300,
        150,
        40,
        lambda value: Message(
            "athlete_small",
            "The athlete is only {height_px:.0f} pixels tall. Move the camera closer, or film in portrait format.",
            height_px=value,
        ),
    ),
    Check(
        "gravity_residual_m",
        0.012,
        0.05,
        70,
        describe_no_free_fall,
    ),
    Check(
        "sole_scatter_m",
        0.008,
        0.022,
        60,
        lambda value: Message(
            "soles_unclear",
            "The feet are not clear in the picture: the soles jump by {scatter_m:.1cm} from frame to frame. Use the "
            "original file from the camera. Film in more light, and closer to the athlete.",
            scatter_m=value,
        ),
    ),
    Check(
        "scale_relative_uncertainty",
        0.03,
        0.12,
        30,
        lambda value: Message(
            "scale_uncertain",
            "Lengths are uncertain by {share:.0%}. Give the height of the athlete with --athlete-height.",
            share=value,
        ),
    ),
    Check(
        "camera_motion_share",
        0.05,
        2.0,
        20,
        lambda value: Message("camera_moved", "The camera moved. Put the camera on a tripod.", share=value),
    ),
)
"""Engineering limit: what lowers the score, and how much. Good rendered clips are fine; the worst usable are poor."""

_TELLING = 0.25
"""Engineering limit: severity from which a warning is worth reading."""


def rate_unusable(reason: Message) -> Quality:
    """Quality of a trial that could not be measured."""
    return Quality(score=0, confidence="low", warnings=(reason,))


def assess(
    sequence: PoseSequence, motion: Motion, *, measured: Measurement, implausible: tuple[MetricSpec, ...]
) -> Quality:
    """Score, confidence and warnings of a measured trial.

    ``measured`` brings the sport's own remarks and doubts; ``implausible`` holds the metrics outside the human range.
    """
    indicators = _measure_indicators(sequence, motion, takes_steps=_is_of_steps(measured))
    score = 100.0 - sum(doubt.cost for doubt in measured.doubts)
    found = [*measured.warnings, *(doubt.message for doubt in measured.doubts)]
    for check in CHECKS:
        value = indicators[check.indicator]
        severity = 0.0 if value is None else check.severity(value)
        score -= severity * check.cost
        if value is not None and severity > _TELLING:
            found.append(check.warning(value))
    if "soles_from_landmarks" in sequence.repairs:
        found.append(
            Message("no_ground_points", "The stream has no ground points. Contact and flight times are less exact.")
        )
    if implausible:
        score = min(score, _IMPLAUSIBLE_SCORE)
        named = Names("metric", {spec.key: spec.title for spec in implausible})
        found.append(
            Message(
                "implausible_values",
                "These values are outside the human range: {metrics}. Check that the video is in real time and whole.",
                metrics=named,
            )
        )
    rounded = max(0, round(score))
    return Quality(rounded, _choose_confidence(rounded), tuple(found), indicators)


def _is_of_steps(measured: Measurement) -> bool:
    """Return whether the trial is one of steps, each of one foot."""
    return any(repetition.side for repetition in measured.repetitions)


def _choose_confidence(score: int) -> Confidence:
    """Return the word for a score."""
    return "high" if score >= 75 else "medium" if score >= 50 else "low"


def _measure_indicators(sequence: PoseSequence, motion: Motion, *, takes_steps: bool) -> Mapping[str, float | None]:
    """Every indicator by name; None where the trial has none. The feet of a runner swing in the air."""
    legs = [sequence.skeleton.index[name] for name in _LEGS]
    body_px = measure_chain_px(motion.joints, motion.skeleton) / motion.scale.m_per_px
    seen_legs: Floats = sequence.confidence[:, legs].max(axis=1)
    residuals = [flight.arc.residual_m for flight in motion.flights if flight.arc]
    rate_hz = 1.0 / float(np.median(np.diff(sequence.time_s)))
    return {
        "frame_rate_hz": rate_hz,
        "new_picture_rate_hz": rate_hz * (1.0 - _measure_repeated_share(sequence, rate_hz)),
        "visible_share": float(np.mean(seen_legs > _SEEN)),
        "feet_visible_share": float(np.isfinite(sequence.ground[:, :, 1]).any(axis=1).mean()),
        "stray_leg_share": measure_recovered_share(sequence),
        "body_height_px": body_px,
        "gravity_residual_m": max(residuals, default=None),
        "sole_scatter_m": None if takes_steps else find_sole_scatter(motion),
        "scale_relative_uncertainty": motion.scale.relative_uncertainty if motion.scale.measured else None,
        "camera_motion_share": _measure_camera_motion(sequence) / body_px,
    }


def _measure_camera_motion(sequence: PoseSequence) -> float:
    """Return the largest distance, px, by which the camera has moved the picture at the body since the first frame."""
    middle = np.nanmean(sequence.points, axis=1)
    shift = apply_affine(sequence.camera, middle[:, None])[:, 0] - middle
    return float(np.nanmax(np.abs(shift - shift[0])))


def _measure_repeated_share(sequence: PoseSequence, rate_hz: float) -> float:
    """Share of the pictures of a moving body that show the one before again."""
    reach = max(2, round(_NEIGHBOURS_S * rate_hz))
    nearby: Floats = gather_neighbours(sequence.change, reach=reach).max(axis=1)
    moving = nearby > _MOVING
    return float(np.mean(sequence.change[moving] < _REPEATED * nearby[moving])) if moving.any() else 0.0
