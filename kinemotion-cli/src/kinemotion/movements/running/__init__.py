"""Running: cadence, contact and flight of each foot, posture at contact, from a side view."""

from dataclasses import dataclass

from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.options import option
from kinemotion.movements.lazy import LazyMovement
from kinemotion.movements.running.metrics import RunningMetrics, StepMetrics


@dataclass(frozen=True, slots=True)
class RunningOptions:
    """What a user may set for a run."""

    minimum_steps: int = option(4, "Fewest steps worth a mean.", minimum=2, maximum=100)


RUNNING = LazyMovement(
    name="running",
    title="Running",
    metrics=RunningMetrics,
    options=RunningOptions,
    headline="step_count",
    leading_metrics=("cadence", "ground_contact_time", "flight_time", "vertical_oscillation", "duty_factor"),
    repetition_metrics=StepMetrics,
    contact_model=ContactModel.RUNNING,
    package=__name__,
)
