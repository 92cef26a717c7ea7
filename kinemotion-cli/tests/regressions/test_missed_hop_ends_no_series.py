"""Low hops that the feet do not show split a series of skips into five: the athlete was taken to stand still."""

from dataclasses import replace

from cut_stream import trials_in
from synthetic_athlete import Camera, Jumper, film

from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements.rj import REPEATED_JUMPS, RepeatedJumpOptions
from kinemotion.pipeline import analyze
from kinemotion.session import MeasurementSetup

HEIGHT_M = 0.06
CONTACT_S = 0.3
MISSED = (5,)
"""This flight is hidden: the soles seem to rest on the floor, for less than the second that ends every series."""


def skip(contact_s: float = CONTACT_S) -> Jumper:
    """Skip ten times, low and slowly."""
    jumper = Jumper().stand(0.6).sink(0.1, 0.3).push(HEIGHT_M).fly(lower_m=0.01)
    for _ in range(9):
        jumper.bounce(contact_s, HEIGHT_M).fly(lower_m=0.01)
    return jumper.absorb(0.1).rise(0.5).stand(1.2)


def rest_soles(frames: list[FramePoses], jumper: Jumper) -> list[FramePoses]:
    """Return frames whose soles stay on the floor in the missed flights."""
    hidden = [(jumper.flights[number].takeoff_s, jumper.flights[number].landing_s) for number in MISSED]
    floor_px = frames[0].people[0].ground
    return [
        replace(frame, people=tuple(replace(pose, ground=floor_px) for pose in frame.people))
        if any(takeoff_s <= frame.time_s <= landing_s for takeoff_s, landing_s in hidden)
        else frame
        for frame in frames
    ]


def test_hops_that_the_feet_do_not_show_end_no_series():
    jumper = skip()
    frames = rest_soles(film(jumper, Camera(fps=30.0, noise_px=0.5)), jumper)
    trials = list(analyze(iter(frames), MeasurementSetup(REPEATED_JUMPS, BLAZEPOSE, Athlete(), RepeatedJumpOptions())))
    assert len(trials) == 1
    assert trials[0].end_s > jumper.flights[-1].landing_s


def test_an_athlete_who_rises_in_a_slow_hop_does_not_stand_up():
    frames = film(skip(contact_s=0.45), Camera(fps=30.0, noise_px=0.7))
    assert len(trials_in(REPEATED_JUMPS, frames)) == 1
