"""Jumps on a force plate, filmed as a stick figure that moves as the plate says, and the engine's errors on them.

The force gives the acceleration of the centre of mass, its integrals the velocity and the path; the figure's posture
follows from the path. So the engine meets the kinetics of real people with a truth that is known to the millisecond.
Only the way from picture to points is left out: noise takes its place.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Self

import numpy as np
from scipy.integrate import cumulative_trapezoid
from scoring import Case, Error, errors_of, summary
from synthetic_athlete import Camera, Jumper, film

from kinemotion.errors import KinemotionError
from kinemotion.motion.arrays import Floats
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.body import GRAVITY_M_S2 as G
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.pipeline import analyze, find_best_trial
from kinemotion.session import MeasurementSetup

STEP_S = 0.001
"""Time between samples; 1000 Hz."""
FRAME_RATES = (30.0, 60.0, 120.0, 240.0)
SAMPLINGS = 6
"""Films of one trial at one frame rate: each begins a share of a frame later, and has noise of its own."""
NOISE_PX = 1.0
_UNLOADED_N = 25.0
"""Less is nobody on the plate."""
_FLICKER = 20  # samples of less time off the plate are no flight
_QUIET = 1000
"""Samples at the begin of a trial in which the athlete waits for the command, and at its end stands again."""
_ONSET_SD = 5.0
"""Standard deviations of the quiet force beyond which the movement has begun (Owen et al. 2014)."""
_FILMED_AFTER = 1200
"""Samples after the landing that are filmed."""
_FEET_FOLLOW_S = 0.006
"""Time in which the toes take up the body's speed after take-off: chosen, not measured, so that the legs stretch by the
12 mm within 50 ms that the engine knows from rendered people. A millisecond moves the jump height by 2 mm."""
_STEP_DOWN_M, _STEP_DOWN_M_S = 0.04, 0.5
"""How low and how fast the centre of mass is when a drop begins; see ``Jumper.drop``."""


@dataclass(frozen=True)
class PlateJump:
    """One jump on a force plate: *cmj* and *sj* from still to still, *dj* from the empty plate to still."""

    kind: str
    force_n: Floats
    """Vertical force (N,), newtons, positive upward."""

    @cached_property
    def _loaded(self) -> list[int]:
        """Samples at which the plate is loaded or left, in turn; a flicker does not count."""
        edges: list[int] = []
        for edge in np.flatnonzero(np.diff(self.force_n > _UNLOADED_N)) + 1:
            if edges and edge - edges[-1] < _FLICKER and self.force_n[edge] > _UNLOADED_N:
                edges.pop()
            else:
                edges.append(int(edge))
        return edges

    @property
    def touchdown(self) -> int:
        """Sample at which the drop ends; 0 where there is none."""
        return self._loaded[0] if self.kind == "dj" else 0

    @property
    def takeoff(self) -> int:
        """First sample in the air."""
        return self._loaded[-2]

    @property
    def landing(self) -> int:
        """First sample on the ground again."""
        return self._loaded[-1]

    @cached_property
    def acceleration_m_s2(self) -> Floats:
        """Of the centre of mass (N,); free fall in the air, whatever the plate's zero.

        Who is still at first and at last was pushed by the body weight on average; this weight leaves no drift. Of a
        drop only the end is still: its weight is that of the last stand.
        """
        air = slice(self.takeoff, self.landing)
        force = self.force_n - np.mean(self.force_n[self.takeoff + _FLICKER : self.landing - _FLICKER])
        force[air] = 0.0
        weight = np.mean(force[-_QUIET:]) if self.kind == "dj" else np.trapezoid(force) / (len(force) - 1)
        return (force / weight - 1.0) * G

    @cached_property
    def speed_m_s(self) -> Floats:
        """Upward velocity of the centre of mass (N,), 0 at the end."""
        gained = cumulative_trapezoid(self.acceleration_m_s2, dx=STEP_S, initial=0)
        return gained - gained[-1]

    @cached_property
    def height_m(self) -> Floats:
        """Centre of mass (N,) relative to quiet standing: the first of a *cmj*, else the last."""
        path = cumulative_trapezoid(self.speed_m_s, dx=STEP_S, initial=0)
        return path - path[0 if self.kind == "cmj" else -1]

    @cached_property
    def onset(self) -> int:
        """Sample at which the force has left that of the wait."""
        quiet = self.force_n[:_QUIET]
        away = np.abs(self.force_n[_QUIET:] - np.mean(quiet)) > _ONSET_SD * np.std(quiet)
        return _QUIET + int(np.argmax(away))

    @property
    def lowest(self) -> int:
        """Sample of the lowest centre of mass before take-off."""
        return self.touchdown + int(np.argmin(self.height_m[self.touchdown : self.takeoff]))


class Replay(Jumper):
    """A stick figure on the path of a jump on a force plate."""

    @classmethod
    def of(cls, jump: PlateJump) -> Self:
        """The figure from the stand, squat or box to shortly after the landing."""
        path, speed = jump.height_m, jump.speed_m_s
        figure = cls()
        if jump.kind == "dj":
            figure = cls(box_m=_box_m(jump)).stand(0.8)
            figure.drop(landing_posture=figure.posture_of(figure.standing_m + path[jump.touchdown]))
        figure.press(path[jump.touchdown : jump.takeoff + 1])
        figure.soar(path[jump.takeoff : jump.landing + 1], takeoff_m_s=speed[jump.takeoff])
        return figure.press(path[jump.landing : jump.landing + _FILMED_AFTER])

    def press(self, height_m: Floats) -> Self:
        """Stay on the ground while the centre of mass follows a sampled path (N,), m above standing."""
        path, duration_s = self._sampled(height_m)
        self._add(duration_s, path, posture=lambda time_s: self.posture_of(path(time_s)))
        return self

    def soar(self, height_m: Floats, *, takeoff_m_s: float) -> Self:
        """Be in the air along a path (N,) and pass from the posture of take-off to that of landing.

        The toes cannot take up the body's speed at once: the legs go on stretching while they do.
        """
        path, duration_s = self._sampled(height_m)
        first_m, last_m = path(0.0), path(duration_s)

        def posture(time_s: float) -> float:
            share = time_s / duration_s
            changed_m = (last_m - first_m) * share**2 * (3 - 2 * share)
            stretched_m = takeoff_m_s * _FEET_FOLLOW_S * (1 - np.exp(-time_s / _FEET_FOLLOW_S)) * (1 - share)
            return self.posture_of(first_m + changed_m + stretched_m)

        self._add(duration_s, path, posture=posture)
        return self

    def _sampled(self, height_m: Floats) -> tuple[Callable[[float], float], float]:
        """Height above the floor at a time since the first sample, and the duration, s."""
        heights, times = self.standing_m + height_m, STEP_S * np.arange(len(height_m))
        return lambda time_s: float(np.interp(time_s, times, heights)), float(times[-1])


def _box_m(jump: PlateJump) -> float:
    """Height of the box from which one falls to the velocity at touchdown."""
    fallen_m = (jump.speed_m_s[jump.touchdown] ** 2 - _STEP_DOWN_M_S**2) / (2 * G)
    return float(jump.height_m[jump.touchdown] + fallen_m + _STEP_DOWN_M)


def plate_jumps(folder: Path) -> list[PlateJump]:
    """The trials of a folder of columns of newtons, both plates of each summed."""
    return [PlateJump(kind, np.loadtxt(folder / f"Single-{kind.upper()}-Fz.txt")) for kind in ("cmj", "sj", "dj")]


def true_values(jump: PlateJump) -> dict[str, float]:
    """What the force says of the jump, by contract key."""
    velocity = float(jump.speed_m_s[jump.takeoff])
    flight_s = STEP_S * (jump.landing - jump.takeoff)
    found = {
        "jump_height_m": velocity**2 / (2 * G),
        "jump_height_flight_time_m": G * flight_s**2 / 8,
        "flight_time_ms": 1e3 * flight_s,
        "takeoff_velocity_m_s": velocity,
    }
    return found | _PUSH_OFFS[jump.kind](jump, found["jump_height_m"])


def _countermovement(jump: PlateJump, height_m: float) -> dict[str, float]:
    fastest = jump.onset + int(np.argmin(jump.speed_m_s[jump.onset : jump.takeoff]))
    return {
        "jump_height_above_standing_m": height_m + float(jump.height_m[jump.takeoff]),
        "countermovement_depth_m": -float(jump.height_m[jump.lowest]),
        "unweighting_duration_ms": float(fastest - jump.onset),
        "braking_duration_ms": float(jump.lowest - fastest),
        "eccentric_duration_ms": float(jump.lowest - jump.onset),
        "concentric_duration_ms": float(jump.takeoff - jump.lowest),
        "time_to_takeoff_ms": float(jump.takeoff - jump.onset),
        "peak_eccentric_velocity_m_s": float(jump.speed_m_s[fastest]),
        "peak_concentric_velocity_m_s": float(np.max(jump.speed_m_s[: jump.takeoff])),
        "rsi_modified": height_m / (STEP_S * (jump.takeoff - jump.onset)),
    }


def _squat(jump: PlateJump, height_m: float) -> dict[str, float]:
    del height_m
    return {
        "concentric_duration_ms": float(jump.takeoff - jump.onset),
        "peak_concentric_velocity_m_s": float(np.max(jump.speed_m_s[: jump.takeoff])),
    }


def _drop(jump: PlateJump, height_m: float) -> dict[str, float]:
    contact_s = STEP_S * (jump.takeoff - jump.touchdown)
    return {
        "ground_contact_time_ms": 1e3 * contact_s,
        "reactive_strength_index": height_m / contact_s,
        "rsi_flight_contact_ratio": (jump.landing - jump.takeoff) / (jump.takeoff - jump.touchdown),
        "effective_drop_height_m": float(jump.speed_m_s[jump.touchdown] ** 2 / (2 * G)),
        "braking_duration_ms": float(jump.lowest - jump.touchdown),
        "propulsion_duration_ms": float(jump.takeoff - jump.lowest),
    }


_PUSH_OFFS = {"cmj": _countermovement, "sj": _squat, "dj": _drop}


def score(jump: PlateJump, *, fps: float, sampling: int) -> list[Error]:
    """Errors of one film of a jump; None where the engine gives no number."""
    case = Case(
        Path(f"{jump.kind}-{fps:.0f}-{sampling}"), {"motion": {"kind": jump.kind}, "video": {"fps_capture": fps}}
    )
    movement = registry.get(case.movement)
    camera = Camera(fps=fps, noise_px=NOISE_PX, start_s=sampling / SAMPLINGS / fps, seed=sampling)
    setup = MeasurementSetup(movement, BLAZEPOSE, Athlete(), movement.options())
    try:
        best = find_best_trial(analyze(film(Replay.of(jump), camera), setup), movement)
    except KinemotionError:
        best = None
    return errors_of(case, best, model="figure", truth=true_values(jump))


def scored(jumps: Iterable[PlateJump]) -> list[Error]:
    """Errors of all films of the jumps."""
    films = product(jumps, FRAME_RATES, range(SAMPLINGS))
    return [error for jump, fps, sampling in films for error in score(jump, fps=fps, sampling=sampling)]


def table(errors: Iterable[Error]) -> Iterator[str]:
    """Markdown rows: bias, 95 % limits, root mean square error and cover, by metric and frame rate."""
    yield "| movement | metric | frames/s | films | bias | ±95 % limits | RMSE | interval cover |"
    yield "|---|---|---|---|---|---|---|---|"
    groups: dict[tuple[str, str, float], list[Error]] = defaultdict(list)
    for error in errors:
        groups[error.case.movement, error.key, error.case.truth["video"]["fps_capture"]].append(error)
    for (movement, key, fps), members in sorted(groups.items()):
        yield f"| {movement} | `{key}` | {fps:.0f} | {summary(members)} |"


SECTION = """## Jumps on a force plate

Real jumps, one of each kind, whose force at 1000 Hz drives a stick figure: the centre of mass follows the force's
double integral, the posture follows the centre of mass. Each is filmed {samplings} times a frame rate, beginning at
other parts of a frame, with {noise:.0f} px of noise on every point. Truth is what force plates report: impulse height,
take-off and landing at {unloaded:.0f} N, onset where the force leaves that of quiet standing by {onset:.0f} standard
deviations. With one athlete and one jump of each kind, bias means that jump's, and limits those of sampling and noise.

How fast the toes follow the body after take-off is not in the force. The figure's do so within {follow:.0f} ms, so that
its legs stretch as much as the engine expects: the bias of heights, flight and contact times is no evidence of its own.
With toes that followed at once, heights came out 8 to 13 mm too high, flights 3 to 6 ms too long and contacts 4 to 5 ms
too short.

The engine's ruler takes out what BlazePose's points add to a fall; the figure's points are true, so its lengths come
out 2 % long.

{table}
"""


def sections(folders: Iterable[Path]) -> Iterator[str]:
    """The page's section on force plates, Markdown, for each folder that holds ``forces/``."""
    for folder in folders:
        if (folder / "forces").is_dir():
            yield section(plate_jumps(folder / "forces"))


def section(jumps: Iterable[PlateJump]) -> str:
    """The section of these jumps."""
    rows = "\n".join(table(scored(jumps)))
    return SECTION.format(
        samplings=SAMPLINGS,
        noise=NOISE_PX,
        unloaded=_UNLOADED_N,
        onset=_ONSET_SD,
        follow=1e3 * _FEET_FOLLOW_S,
        table=rows,
    )
