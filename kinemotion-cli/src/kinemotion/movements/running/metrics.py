"""What is measured of a run, and of one step of it."""

from dataclasses import dataclass

from kinemotion.motion.metrics import Estimate, metric

_MORIN = "Morin et al. 2005, 10.1123/jab.21.2.167"
_ALTMAN = "Altman & Davis 2012, 10.1016/j.gaitpost.2011.09.104"
_NOVACHECK = "Novacheck 1998, 10.1016/S0966-6362(97)00038-6"


@dataclass(frozen=True, slots=True)
class StepMetrics:
    """One step: from a foot's touchdown to the other foot's."""

    cadence: Estimate | None = metric(
        "1/min",
        "Steps per minute, from the rhythm of all filmed steps; a single step would be less exact.",
        plausible=(130, 320),
        source=_NOVACHECK,
        suffix="_spm",
    )
    ground_contact_time: Estimate | None = metric(
        "s", "From touchdown to toe-off of a foot.", plausible=(0.08, 0.4), source=_NOVACHECK
    )
    flight_time: Estimate | None = metric(
        "s", "From toe-off to the other foot's touchdown.", plausible=(0.0, 0.25), source=_NOVACHECK
    )
    step_time: Estimate | None = metric("s", "From touchdown to the other foot's touchdown.", plausible=(0.18, 0.5))
    foot_strike_angle: Estimate | None = metric(
        "deg", "Foot to ground at touchdown, relative to the flat foot; toes up positive.", source=_ALTMAN
    )
    shin_angle_at_contact: Estimate | None = metric(
        "deg", "Shin to the vertical at touchdown; foot ahead of the knee positive."
    )
    overstride: Estimate | None = metric("m", "Ankle ahead of the hip at touchdown.", plausible=(-0.2, 0.7))
    knee_flexion_at_contact: Estimate | None = metric("deg", "Knee flexion at touchdown.")
    knee_flexion_mid_stance: Estimate | None = metric(
        "deg",
        "Largest knee flexion under load, from 30 to 50 % of the stance.",
        title="Knee flexion in mid-stance",
    )
    hip_extension_at_toeoff: Estimate | None = metric(
        "deg", "Thigh to the trunk's line at toe-off; thigh behind the trunk positive."
    )


@dataclass(frozen=True, slots=True)
class RunningMetrics(StepMetrics):
    """A stretch of running: the means over its steps, and what only the stretch has."""

    step_count: Estimate | None = metric("count", "Steps used.", suffix="")
    duty_factor: Estimate | None = metric(
        "1", "Contact time of a foot over its stride time; below 0.5 there is a flight.", plausible=(0.2, 0.5)
    )
    contact_time_asymmetry: Estimate | None = metric("%", "Left minus right contact time over their mean.")
    step_time_asymmetry: Estimate | None = metric("%", "Left minus right step time over their mean.")
    vertical_oscillation: Estimate | None = metric(
        "m", "Rise and fall of the centre of mass within a step.", plausible=(0.02, 0.2), source=_MORIN
    )
    foot_strike: str | None = metric("class", "Rearfoot, midfoot or forefoot.", source=_ALTMAN)
    trunk_lean: Estimate | None = metric("deg", "Trunk to the vertical, mean of the stride; forward positive.")
    speed: Estimate | None = metric("m/s", "Speed over the ground or belt, as given.", plausible=(1.2, 11.0))
    step_length: Estimate | None = metric("m", "Speed times step time.", plausible=(0.4, 2.8))
    vertical_stiffness: Estimate | None = metric(
        "kN/m", "Peak force over the centre of mass's fall in stance.", plausible=(5, 100), source=_MORIN
    )
    leg_stiffness: Estimate | None = metric(
        "kN/m", "Peak force over the shortening of the leg in stance.", plausible=(2, 60), source=_MORIN
    )
