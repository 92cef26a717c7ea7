"""Situations in which a clip is refused: what is filmed, the command that is given, and how it must be refused."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from change_frames import change_people
from other_movements import film_climbing, film_jumping_jacks, film_somersault, hop, turn_to_front
from synthetic_athlete import Camera, Jumper, film
from synthetic_runner import Runner, film_run

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.signals.affine import apply_affine

Frames = Callable[[], list[FramePoses]]
CAMERA = Camera(noise_px=0.5)
FAST = Camera(noise_px=0.5, fps=120.0)
LYING = {
    90: np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 1000.0]]),
    180: np.array([[-1.0, 0.0, 1000.0], [0.0, -1.0, 1000.0]]),
    270: np.array([[0.0, -1.0, 1000.0], [1.0, 0.0, 0.0]]),
}
"""Maps to the picture that the named clockwise turn would make upright again."""


def stand() -> Jumper:
    return Jumper().stand(0.6)


def cmj() -> Jumper:
    return stand().sink(0.3, 0.5).push(0.35).fly().absorb(0.2).rise(0.6)


def squat_jump() -> Jumper:
    return stand().sink(0.3, 0.5, brake_m_s2=0).stand(0.8).push(0.3).fly().absorb(0.2).rise(0.6)


def drop() -> Jumper:
    return Jumper(box_m=0.4).stand(0.8).drop()


def drop_jump() -> Jumper:
    return drop().bounce(0.25, 0.3).fly().absorb(0.3).rise(0.6)


def rope_hops() -> Jumper:
    return hop(stand().sink(0.12, 0.35).push(0.1).fly(), 0.1, 0.1, 0.1, 0.1)


def onto_box(jumper: Jumper, box_m: float) -> Jumper:
    return jumper.push(box_m + 0.2).fly(lower_m=0.05 - box_m, onto_m=box_m).absorb(0.2).rise(0.6)


def off_box(box_m: float) -> Jumper:
    jumper = Jumper(box_m=box_m).stand(0.6).sink(0.3, 0.5).push(0.3)
    return jumper.fly(lower_m=box_m + 0.05, onto_m=0.0).absorb(0.3).rise(0.6)


def without_people() -> list[FramePoses]:
    return [replace(frame, people=()) for frame in film(cmj(), CAMERA)]


def lie(turn_deg: int) -> list[FramePoses]:
    turned = LYING[turn_deg]
    return change_people(
        film(cmj(), CAMERA),
        lambda pose: replace(pose, points=apply_affine(turned, pose.points), ground=apply_affine(turned, pose.ground)),
    )


def freeze() -> list[FramePoses]:
    """A jump whose pictures are repeated from before the take-off until after the landing."""
    jumper = cmj()
    flight, frames = jumper.flights[0], film(jumper, CAMERA)
    last = next(frame for frame in reversed(frames) if frame.time_s < flight.takeoff_s - 0.05)
    still = tuple(replace(pose, change=0.01) for pose in last.people)
    return [
        replace(frame, people=still) if last.time_s < frame.time_s < flight.landing_s + 0.05 else frame
        for frame in frames
    ]


def cut(jumper: Jumper, *, from_takeoff_s: float = -9.0, from_landing_s: float = 9.0) -> list[FramePoses]:
    """The frames from that long after the take-off, until that long after the landing."""
    flight = jumper.flights[-1]
    first_s, last_s = flight.takeoff_s + from_takeoff_s, flight.landing_s + from_landing_s
    return [frame for frame in film(jumper, CAMERA) if first_s < frame.time_s < last_s]


def slow(frames: list[FramePoses], times: float) -> list[FramePoses]:
    return [replace(frame, time_s=times * frame.time_s) for frame in frames]


WALKER = Runner(cadence_spm=115.0, contact_s=0.62, speed_m_s=1.3, lift_m=0.12, duration_s=4.0)
RUNNER = Runner(duration_s=4.0)


@dataclass(frozen=True)
class Refusal:
    """A situation, and how it is refused."""

    movement: str
    frames: Frames
    code: str
    message: str
    """Code of the message: the cause."""
    hint: str
    """Words of the hint: what to do."""
    athlete: Athlete | None = None
    height_px: int = 2000
    """Height of the picture."""


TABLE = {
    "nobody": Refusal("cmj", without_people, "nobody_visible", "nobody_visible", "Film the whole athlete"),
    "feet below the picture": Refusal(
        "cmj", lambda: film(cmj(), CAMERA), "feet_outside", "feet_outside", "the feet and the floor", height_px=780
    ),
    "upside down": Refusal("cmj", lambda: lie(180), "picture_turned", "picture_upside_down", "--rotate 180"),
    "on its side": Refusal("cmj", lambda: lie(90), "picture_turned", "picture_sideways", "--rotate 90"),
    "on its other side": Refusal("cmj", lambda: lie(270), "picture_turned", "picture_sideways", "--rotate 270"),
    "frozen pictures": Refusal("cmj", freeze, "pictures_repeated", "pictures_repeated", "original file"),
    "slow motion": Refusal(
        "cmj", lambda: film(cmj(), replace(FAST, slowed=4.0)), "slow_motion", "slow_motion", "--capture-fps 240"
    ),
    "twice too fast": Refusal(
        "cmj", lambda: film(cmj(), replace(CAMERA, slowed=0.5)), "slow_motion", "sped_up", "at normal speed"
    ),
    "run in slow motion": Refusal(
        "running",
        lambda: slow(film_run(replace(RUNNER, duration_s=2.5), FAST), 2.0),
        "slow_motion",
        "cadence_too_low",
        "--capture-fps",
    ),
    "given height and fall disagree": Refusal(
        "cmj",
        lambda: film(cmj(), replace(CAMERA, slowed=0.8)),
        "slow_motion",
        "rulers_disagree",
        "Check --athlete-height",
        athlete=Athlete(height_m=1.75),
    ),
    "box jump": Refusal(
        "cmj",
        lambda: film(onto_box(stand().sink(0.3, 0.5), 0.4), CAMERA),
        "phases_not_found",
        "lands_higher",
        "the same level ground",
    ),
    "low box": Refusal(
        "cmj",
        lambda: film(onto_box(stand().sink(0.3, 0.5), 0.2), CAMERA),
        "phases_not_found",
        "lands_higher",
        "the same level ground",
    ),
    "box jump from a squat": Refusal(
        "sj",
        lambda: film(onto_box(stand().sink(0.3, 0.5, brake_m_s2=0).stand(0.8), 0.3), CAMERA),
        "phases_not_found",
        "lands_higher",
        "the same level ground",
    ),
    "rebound onto a box": Refusal(
        "dropjump",
        lambda: film(drop().bounce(0.25, 0.5).fly(lower_m=-0.25, onto_m=0.3).absorb(0.2).rise(0.6), CAMERA),
        "landed_on_box",
        "landed_on_box",
        "Land on the ground",
    ),
    "jump down from a box": Refusal(
        "cmj", lambda: film(off_box(0.3), CAMERA), "phases_not_found", "lands_lower", "the same level ground"
    ),
    "jumping jacks as a jump": Refusal(
        "cmj", lambda: film_jumping_jacks(CAMERA), "phases_not_found", "jumping_jacks", "Jump straight up"
    ),
    "jumping jacks as a series": Refusal(
        "rj", lambda: film_jumping_jacks(CAMERA), "phases_not_found", "jumping_jacks", "Jump straight up"
    ),
    "somersault as a jump": Refusal(
        "cmj", lambda: film_somersault(cmj(), CAMERA), "phases_not_found", "somersault", "stays upright"
    ),
    "somersault as a series": Refusal(
        "rj", lambda: film_somersault(rope_hops(), CAMERA), "phases_not_found", "somersault", "stays upright"
    ),
    "somersault after a box": Refusal(
        "dropjump", lambda: film_somersault(drop_jump(), CAMERA), "phases_not_found", "somersault", "stays upright"
    ),
    "frontal run": Refusal(
        "running",
        lambda: turn_to_front(film_run(RUNNER, CAMERA)),
        "phases_not_found",
        "not_from_side",
        "camera at the side",
    ),
    "walk as a run": Refusal(
        "running", lambda: film_run(WALKER, CAMERA), "phases_not_found", "walking", "both feet leave the ground"
    ),
    "walk as a jump": Refusal(
        "cmj", lambda: film_run(WALKER, CAMERA), "movement_not_found", "movement_not_found", "the right command"
    ),
    "short run": Refusal(
        "running",
        lambda: film_run(replace(RUNNER, duration_s=1.2), CAMERA),
        "phases_not_found",
        "too_few_steps",
        "at least four seconds",
    ),
    "run as a jump": Refusal(
        "cmj", lambda: film_run(RUNNER, CAMERA), "phases_not_found", "feet_land_in_turn", "Use running-analyze"
    ),
    "run as a drop jump": Refusal(
        "dropjump", lambda: film_run(RUNNER, CAMERA), "phases_not_found", "feet_land_in_turn", "Use running-analyze"
    ),
    "run as a squat jump": Refusal(
        "sj", lambda: film_run(RUNNER, CAMERA), "phases_not_found", "feet_land_in_turn", "Use running-analyze"
    ),
    "run as a series": Refusal(
        "rj", lambda: film_run(RUNNER, CAMERA), "phases_not_found", "feet_land_in_turn", "Use running-analyze"
    ),
    "rope hops as a jump": Refusal(
        "cmj", lambda: film(rope_hops(), CAMERA), "phases_not_found", "repeated_flights", "Use another command"
    ),
    "rope hops as a drop jump": Refusal(
        "dropjump", lambda: film(rope_hops(), CAMERA), "phases_not_found", "no_drop_from_box", "stands on the box"
    ),
    "drop jump as a jump": Refusal(
        "cmj", lambda: film(drop_jump(), CAMERA), "phases_not_found", "came_from_box", "Use dropjump-analyze"
    ),
    "drop jump as a squat jump": Refusal(
        "sj", lambda: film(drop_jump(), CAMERA), "phases_not_found", "came_from_box", "Use dropjump-analyze"
    ),
    "drop jump as a series": Refusal(
        "rj", lambda: film(drop_jump(), CAMERA), "phases_not_found", "too_few_jumps", "use another command"
    ),
    "landing from a box without a jump": Refusal(
        "dropjump",
        lambda: film(drop().absorb(0.3).rise(1.0).sink(0.3, 0.5).push(0.3).fly().absorb(0.2).rise(0.5), CAMERA),
        "phases_not_found",
        "no_rebound",
        "as soon as the feet touch the ground",
    ),
    "jump as a drop jump": Refusal(
        "dropjump", lambda: film(cmj(), CAMERA), "phases_not_found", "no_drop_from_box", "stands on the box"
    ),
    "jump as a squat jump": Refusal(
        "sj", lambda: film(cmj(), CAMERA), "phases_not_found", "squat_not_held_cmj", "use cmj-analyze"
    ),
    "squat jump as a jump": Refusal(
        "cmj", lambda: film(squat_jump(), CAMERA), "phases_not_found", "held_squat", "Use sj-analyze"
    ),
    "film ends in the air": Refusal(
        "cmj", lambda: cut(cmj(), from_landing_s=-0.1), "phases_not_found", "landing_not_filmed", "stands still again"
    ),
    "jump to a rope": Refusal(
        "cmj", lambda: film_climbing(cmj(), CAMERA), "phases_not_found", "feet_stay_up", "Land on the ground"
    ),
    "jump from a squat to a rope": Refusal(
        "sj", lambda: film_climbing(squat_jump(), CAMERA), "phases_not_found", "feet_stay_up", "Land on the ground"
    ),
    "rebound to a rope": Refusal(
        "dropjump", lambda: film_climbing(drop_jump(), CAMERA), "phases_not_found", "feet_stay_up", "Land on the ground"
    ),
    "film begins in the air": Refusal(
        "cmj", lambda: cut(cmj(), from_takeoff_s=0.1), "phases_not_found", "takeoff_not_filmed", "stands still"
    ),
    "film begins in the push-off": Refusal(
        "cmj", lambda: cut(cmj(), from_takeoff_s=-0.1), "phases_not_found", "push_off_not_filmed", "stands still"
    ),
    "only standing": Refusal(
        "cmj", lambda: film(stand().stand(2.0), CAMERA), "movement_not_found", "movement_not_found", "whole movement"
    ),
}
