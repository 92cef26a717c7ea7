"""Squats, counted and timed: a movement for Kinemotion."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kinemotion.errors import PhasesNotFound
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import Motion
from kinemotion.motion.contact_model import ContactModel
from kinemotion.motion.detection import Detection
from kinemotion.motion.events import Event, Phase
from kinemotion.motion.metrics import Estimate, metric
from kinemotion.motion.options import option
from kinemotion.motion.report import Measurement
from kinemotion.motion.skeleton import Skeleton
from kinemotion.movements.per_person import PerPersonSegmenter
from kinemotion.movements.window_segmenter import WindowSegmenter
from kinemotion.reconstruct.angles import compute_angle
from kinemotion.signals.crossings import find_crossings
from kinemotion.signals.smooth import fit_local

SMOOTHING_S = 0.3
"""Squats last seconds: this keeps a trembling landmark from being counted."""
LONGEST_S = 60.0
"""A set that lasts longer is returned in parts, so that memory is bounded."""


@dataclass(frozen=True, slots=True)
class SquatMetrics:
    """What is measured of a set of squats."""

    squat_count: Estimate | None = metric("count", "Complete squats.", suffix="")
    mean_squat_time: Estimate | None = metric("s", "From bending past the threshold to standing up past it.")
    deepest_knee_flexion: Estimate | None = metric("deg", "Largest knee flexion of the set.", plausible=(30, 170))


@dataclass(frozen=True, slots=True)
class SquatOptions:
    """What a user may set."""

    bent: float = option(60.0, "Knee flexion from which a squat counts.", unit="deg", minimum=20, maximum=120)


class Squats:
    """All squats of one person in the clip are one trial."""

    name = "squats"
    title = "Squats"
    metrics = SquatMetrics
    options = SquatOptions
    repetition_metrics = None
    headline = "squat_count"
    leading_metrics = ()
    contact_model = ContactModel.JUMPING

    def make_segmenter(self, skeleton: Skeleton) -> PerPersonSegmenter:
        """Make what returns the set of each person."""
        return PerPersonSegmenter(lambda: WindowSegmenter(skeleton, window_s=LONGEST_S, provisional_s=LONGEST_S))

    def detect(self, motion: Motion, options: SquatOptions) -> Detection:
        """Find the squats: one phase each, named "squat"."""
        knee = fit_local(
            compute_angle(motion, "knee_flexion", side="left"), motion.time_s, at_s=motion.time_s, window_s=SMOOTHING_S
        ).value
        bends = find_crossings(knee, motion.time_s, level=options.bent)
        rises = find_crossings(knee, motion.time_s, level=options.bent, direction="falling")
        instants = sorted([(t, "bend") for t in bends] + [(t, "rise") for t in rises])
        found = tuple(
            Phase("squat", Event("bend", first), Event("rise", last))
            for (first, kind), (last, _) in pairwise(instants)
            if kind == "bend"
        )
        if not found:
            raise PhasesNotFound("The knees never bend and straighten again.")
        return Detection(motion, found)

    def measure(self, detection: Detection, *, athlete: Athlete, options: SquatOptions) -> Measurement:
        """Count, mean time and depth."""
        del athlete, options
        times = np.array([part.duration_s for part in detection.phases])
        deepest = float(np.max(compute_angle(detection.motion, "knee_flexion", side="left")))
        return Measurement(
            SquatMetrics(
                squat_count=Estimate(len(times), 0.0),
                mean_squat_time=Estimate(float(times.mean()), float(times.std() / np.sqrt(len(times)))),
                deepest_knee_flexion=Estimate(deepest, 4.0),
            )
        )


SQUATS = Squats()
