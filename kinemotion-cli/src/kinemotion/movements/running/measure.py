"""Numbers of a run from its stances: means over steps with their errors, and every step."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kinemotion.messages import Message
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.events import Phase, measure_elapsed
from kinemotion.motion.metrics import Estimate, average_weighted, combine_errors, divide, multiply
from kinemotion.motion.report import Doubt, Measurement, Repetition
from kinemotion.movements.running import RunningOptions
from kinemotion.movements.running.bounce import doubt_real_time
from kinemotion.movements.running.detect import RunDetection, count_steps
from kinemotion.movements.running.metrics import RunningMetrics, StepMetrics
from kinemotion.movements.running.posture import find_side, measure_step_posture, measure_trunk_lean
from kinemotion.movements.running.symmetry import compare_legs
from kinemotion.movements.spring_mass import estimate_leg_stiffness, estimate_oscillation, estimate_vertical_stiffness
from kinemotion.signals.periodic import Rhythm, build_harmonics

_STEP_AT_MOST = 0.75
"""Engineering limit: longest step as a share of the stride; beyond it a stance between was missed."""
_LEAST_ERROR_S = 1e-3
"""Engineering limit: no instant of a video is known better; keeps one step from outweighing all others."""
_TO_SIGMA = 1.48
"""Source: Huber 1981, Robust Statistics, 5.1: standard deviation of a normal scatter over its median deviation."""
_USUAL_SCATTER_S = 4e-3
"""Engineering limit: steps that scatter less than this all count: no run is more even."""
_TOLERANT, _ROUNDS = 2.0, 10
"""Engineering limit: a step so many standard deviations from the others counts half, and rounds in which the weights
follow the mean."""
_SPEED_ERROR = 0.01
"""Engineering limit: relative standard error of a speed that a treadmill shows or a stopwatch gives."""
_FEW_MISSED, _MISSED_COST = 0.1, 150.0
"""Engineering limit: share of the steps that may be unclear in a good film, and points that all of them would cost: a
fifth of them, in a film at 30 frames a second, leaves medium confidence."""
_CONTACTS_UNCLEAR = Doubt(
    Message(
        "contacts_unclear",
        "The ground contacts of the feet are unclear, so contact and flight times are not measured. Film from the side "
        "at 60 frames per second, with the feet and the floor in bright, even light.",
    ),
    cost=12.0,
)
"""Engineering limit: this cost leaves a film at 30 frames a second medium confidence, for what needs no contacts."""
_REARFOOT_DEG, _FOREFOOT_DEG = 8.0, -1.6
"""Source: Altman & Davis 2012, 10.1016/j.gaitpost.2011.09.104: bounds of the foot-strike classes."""
_MEAN_ANGLES = (
    "shin_angle_at_contact",
    "knee_flexion_at_contact",
    "knee_flexion_mid_stance",
    "hip_extension_at_toeoff",
)


def measure(detection: RunDetection, *, athlete: Athlete, options: RunningOptions) -> Measurement:
    """Means over the steps of the window, and every step."""
    del options
    return (_measure_steps if detection.phases else _measure_rhythm)(detection, athlete=athlete)


def _measure_steps(detection: RunDetection, *, athlete: Athlete) -> Measurement:
    """Measure a run whose contacts are seen."""
    motion, stances, pace = detection.motion, detection.phases, _measure_pace(detection)
    shared = motion.calibration.gait.shared_error
    cadence = pace.frequency_hz.scaled(120.0)
    pairs = [(stance, _find_following(stance, stances, pace=pace)) for stance in stances]
    steps = tuple(_measure_step(motion, stance, following=following, cadence=cadence) for stance, following in pairs)
    followed = [(stance, following) for stance, following in pairs if following]
    asymmetry = compare_legs(motion, stances, followed=followed, shared=shared)
    contact = _average_times(_list_values(steps, "ground_contact_time"), shared=shared)
    step_time = _measure_step_time(pace)
    flight = Estimate(step_time.value - contact.value, combine_errors(step_time.error, contact.error))
    strike = _average(steps, "foot_strike_angle")
    speed = _take_speed(athlete)
    timed, seen = estimate_oscillation(contact, step_time), measure_seen_oscillation(motion, pace)
    missed = _doubt_missed_steps(stances, step_s=step_time.value)
    metrics = RunningMetrics(
        cadence=cadence,
        step_count=Estimate(len(steps), 0.0),
        ground_contact_time=contact,
        flight_time=flight,
        step_time=step_time,
        duty_factor=divide(contact, step_time.scaled(2.0)),
        contact_time_asymmetry=asymmetry.contact_time,
        step_time_asymmetry=asymmetry.step_time,
        vertical_oscillation=_combine_oscillation(timed=timed, seen=seen if motion.scale.measured else None),
        foot_strike_angle=strike,
        foot_strike=None if strike is None else classify_strike(strike),
        trunk_lean=measure_trunk_lean(motion),
        **{name: _average(steps, name) for name in _MEAN_ANGLES},
        overstride=_average(steps, "overstride"),
        speed=speed,
        step_length=speed and multiply(speed, step_time),
        vertical_stiffness=estimate_vertical_stiffness(contact, flight, athlete=athlete),
        leg_stiffness=estimate_leg_stiffness(contact, flight, athlete=athlete),
    )
    return Measurement(
        metrics,
        repetitions=tuple(replace(step, index=index) for index, step in enumerate(steps)),
        warnings=asymmetry.warnings,
        doubts=(*missed, *asymmetry.doubts, *doubt_real_time(timed=timed, seen=seen)),
    )


def _measure_rhythm(detection: RunDetection, *, athlete: Athlete) -> Measurement:
    """Measure what a run shows whose contacts are unclear."""
    motion, pace = detection.motion, _measure_pace(detection)
    step_time, speed = _measure_step_time(pace), _take_speed(athlete)
    metrics = RunningMetrics(
        cadence=pace.frequency_hz.scaled(120.0),
        step_count=Estimate(count_steps(motion, stride_hz=pace.frequency_hz.value), 0.0),
        step_time=step_time,
        vertical_oscillation=measure_seen_oscillation(motion, pace) if motion.scale.measured else None,
        trunk_lean=measure_trunk_lean(motion),
        speed=speed,
        step_length=speed and multiply(speed, step_time),
    )
    return Measurement(metrics, doubts=(_CONTACTS_UNCLEAR,))


def _measure_step_time(pace: Rhythm) -> Estimate:
    """Return the time from one foot's touchdown to the other's, s, by the rhythm."""
    return Estimate(0.5 / pace.frequency_hz.value, 0.5 * pace.frequency_hz.error / pace.frequency_hz.value**2)


def _take_speed(athlete: Athlete) -> Estimate | None:
    """Return the speed that was given, m/s."""
    return None if athlete.speed_m_s is None else Estimate(athlete.speed_m_s, _SPEED_ERROR * athlete.speed_m_s)


def _measure_pace(detection: RunDetection) -> Rhythm:
    """Return the rhythm of the strides, with the error that rendered runs show."""
    found, share = detection.pace.frequency_hz, detection.motion.calibration.gait.rhythm_error_share
    return replace(detection.pace, frequency_hz=Estimate(found.value, share * found.error))


def _doubt_missed_steps(stances: Sequence[Phase], *, step_s: float) -> tuple[Doubt, ...]:
    """A doubt where steps of the run are missing among the stances, which come once a step."""
    expected = round((stances[-1].start_s - stances[0].start_s) / step_s) + 1
    missed = max(1.0 - len(stances) / expected, 0.0)
    if missed < _FEW_MISSED:
        return ()
    return (
        Doubt(
            Message(
                "steps_left_out",
                "The contacts of {share:.0%} of the steps are unclear. They are left out.",
                share=missed,
            ),
            cost=_MISSED_COST * missed,
        ),
    )


def classify_strike(angle_deg: Estimate) -> str | None:
    """Foot-strike class of a foot-strike angle (Altman & Davis 2012); None where its interval holds all of them."""
    low, high = angle_deg.interval
    if low < _FOREFOOT_DEG and high > _REARFOOT_DEG:
        return None
    if angle_deg.value > _REARFOOT_DEG:
        return "rearfoot"
    return "forefoot" if angle_deg.value < _FOREFOOT_DEG else "midfoot"


def _find_following(stance: Phase, stances: Sequence[Phase], *, pace: Rhythm) -> Phase | None:
    """Return the other foot's next stance; None where it was not seen complete."""
    nearest = next((other for other in stances if other.start_s > stance.start_s), None)
    if nearest is None or nearest.name == stance.name:
        return None
    return nearest if (nearest.start_s - stance.start_s) * pace.frequency_hz.value < _STEP_AT_MOST else None


def _measure_step(motion: Motion, stance: Phase, *, following: Phase | None, cadence: Estimate) -> Repetition:
    """One step: its stance, and what follows until the other foot's touchdown."""
    return Repetition(
        index=0,
        start_s=stance.start_s,
        end_s=following.start_s if following else stance.end_s,
        side=find_side(stance),
        metrics=StepMetrics(
            cadence=cadence,
            ground_contact_time=stance.duration,
            flight_time=following and measure_elapsed(stance.end, following.start),
            step_time=following and measure_elapsed(stance.start, following.start),
            **measure_step_posture(motion, stance),
        ),
    )


def _list_values(steps: Sequence[Repetition], name: str) -> list[Estimate]:
    found = [getattr(step.metrics, name) for step in steps]
    return [value for value in found if value is not None]


def _average_times(values: Sequence[Estimate], *, shared: float) -> Estimate:
    """Mean of durations: scatter between steps averages out, what all events share does not.

    A silhouette misleads in single steps, so steps that differ from most count less (Cauchy weights).
    """
    numbers = np.array([value.value for value in values])
    weights = np.array([1.0 / max(value.error, _LEAST_ERROR_S) ** 2 for value in values])
    mean = float(np.median(numbers))
    usual_s = max(_TO_SIGMA * float(np.median(np.abs(numbers - mean))), _USUAL_SCATTER_S)
    trusted = weights
    for _ in range(_ROUNDS):
        trusted = weights / (1.0 + ((numbers - mean) / (_TOLERANT * usual_s)) ** 2)
        mean = float(np.average(numbers, weights=trusted))
    scatter = float(np.sqrt(np.average((numbers - mean) ** 2, weights=trusted) / len(values)))
    common = shared / float(np.sqrt(weights.mean()))
    return Estimate(mean, combine_errors(scatter, common))


def _average(steps: Sequence[Repetition], name: str) -> Estimate | None:
    """Mean over steps, with its scatter and with the error of a single one, which no mean removes; None of nothing."""
    values = _list_values(steps, name)
    if not values:
        return None
    numbers = np.array([value.value for value in values])
    scatter = float(numbers.std()) / np.sqrt(numbers.size)
    return Estimate(float(numbers.mean()), combine_errors(scatter, float(np.median([value.error for value in values]))))


def _combine_oscillation(*, timed: Estimate | None, seen: Estimate | None) -> Estimate | None:
    """Rise and fall of the centre of mass: seen, where lengths are known; else from the times and gravity alone."""
    if seen is None or timed is None:
        return timed if seen is None else seen
    return average_weighted((seen, timed))


def measure_seen_oscillation(motion: Motion, pace: Rhythm) -> Estimate:
    """Mean peak-to-peak height of the periodic part of the centre of mass's path within a step."""
    design = build_harmonics(motion.time_s, pace.frequency_hz.value, count=4)
    coefficients = np.linalg.lstsq(design, motion.com[:, 1], rcond=None)[0]
    stride = np.linspace(-0.5, 0.5, 200) / pace.frequency_hz.value  # symmetric, so that its mean is the fit's origin
    curve = build_harmonics(stride, pace.frequency_hz.value, count=4)[:, 2:] @ coefficients[2:]
    half = len(curve) // 2
    height = float(np.ptp(curve[:half]) + np.ptp(curve[half:])) / 2
    return Estimate(
        height, combine_errors(height * motion.scale.relative_uncertainty, motion.calibration.gait.oscillation_error_m)
    )
