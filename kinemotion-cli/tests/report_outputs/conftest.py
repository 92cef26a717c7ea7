"""A jump of a stick figure through the real engine: the report that every output is made of."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from change_frames import shifted
from measured_trials import measure_trials
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.report import Provenance, Report
from kinemotion.movements import registry
from kinemotion.pipeline import find_best_trial

WIDTH, HEIGHT, FPS = 400, 600, 50.0
HOSTILE_NAME = "=<script>alert('1')</script>&\"é.mp4"


@pytest.fixture(scope="session")
def jump() -> Jumper:
    """35 cm high, from a dip of 30 cm."""
    return Jumper(stature_m=1.80).stand(0.8).sink(0.30, 0.5).push(0.35).fly(lower_m=0.05).absorb(0.2).rise(0.6)


@pytest.fixture
def jump_report(jump: Jumper, provenance: Provenance) -> Report:
    """The jump filmed from the side, person and floor well inside the picture."""
    movement = registry.get("cmj")
    poses = film(jump, Camera(fps=FPS, noise_px=0.3, m_per_px=0.005))
    # The film's floor is 800 px down; the picture ends above it.
    move = np.array([-100.0, -250.0])
    poses = [shifted(frame, move) for frame in poses]
    info = VideoInfo(
        source=f"clips/{HOSTILE_NAME}",
        sha256="0" * 64,
        width=WIDTH,
        height=HEIGHT,
        rotation_deg=0,
        codec="h264",
        fps=FPS,
        frame_count=len(poses),
        duration_s=len(poses) / FPS,
        variable_frame_rate=False,
    )
    trials = tuple(measure_trials(movement, poses))
    best = find_best_trial(trials, movement)
    assert best is not None
    return Report("cmj", trials, best, best.quality, info, provenance)


@pytest.fixture
def footage(jump_report: Report) -> Callable[[], Iterator[Frame]]:
    """Plain grey frames at the times of the report's video."""

    def frames() -> Iterator[Frame]:
        for index in range(jump_report.video.frame_count):
            yield Frame(index, index / FPS, np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8))

    return frames
