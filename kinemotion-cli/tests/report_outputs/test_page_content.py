"""What a coach finds on the page: who and when, what comes first, one colour a phase, models drawn as models."""

from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from kinemotion.i18n.texts import load_texts
from kinemotion.motion.body import Contact, Motion
from kinemotion.motion.events import Event, Phase
from kinemotion.motion.metrics import list_metrics
from kinemotion.motion.report import Report
from kinemotion.movements import registry
from kinemotion.report.figures.charts import make_charts
from kinemotion.report.figures.strides import average_angles, find_strides
from kinemotion.report.page.html import write_report
from kinemotion.report.palette import PHASES, choose_phase_colours
from kinemotion.report.series import compute_joint_angles


def page(report: Report, folder: Path, *, lang: str = "en") -> str:
    path = folder / "page.html"
    write_report(report, path, lang=lang)
    return unescape(path.read_text("utf-8"))


@pytest.mark.parametrize(("lang", "day", "mass"), [("en", "March 14, 2026", "62.5"), ("fr", "14 mars 2026", "62,5")])
def test_the_page_says_who_was_tested_and_when(jump_report: Report, tmp_path: Path, lang: str, day: str, mass: str):
    settings = {"athlete": {"name": "Ana <b>", "mass_kg": 62.5, "height_m": 1.7}, "date": "2026-03-14"}
    dated = replace(jump_report, provenance=replace(jump_report.provenance, settings=settings))
    shown = page(dated, tmp_path, lang=lang)
    assert all(f"<dd>{value}</dd>" in shown for value in ("Ana <b>", day, f"{mass}\u00a0kg"))


@pytest.mark.parametrize(
    ("lang", "written"),
    [
        ("en", "November 28, 2026, 5:24"),
        ("es", "28 de noviembre de 2026, 5:24 UTC"),
        ("fr", "28 novembre 2026, 05:24 UTC"),
    ],
)
def test_the_instant_of_the_analysis_is_written_for_people(
    jump_report: Report, tmp_path: Path, lang: str, written: str
):
    made = replace(jump_report, provenance=replace(jump_report.provenance, timestamp="2026-11-28T05:24:50Z"))
    shown = page(made, tmp_path, lang=lang)
    assert f"<dd>{written}" in shown
    assert "T05:24" not in shown


def test_a_coach_reads_height_rsi_depth_and_time_first(jump_report: Report, tmp_path: Path):
    shown = page(jump_report, tmp_path)
    cards = shown[shown.index('class="cards"') : shown.index('class="note"')]
    first = ("Jump height", "Reactive strength index, modified", "Countermovement depth", "Time to take-off")
    places = [cards.index(f">{title}<") for title in first]
    assert places == sorted(places)


@pytest.mark.parametrize("name", registry.list_names())
def test_every_movement_names_what_is_read_first(name: str):
    movement = registry.get(name)
    assert len(registry.list_leading_metrics(movement)) >= 3
    assert set(registry.list_leading_metrics(movement)) <= set(list_metrics(movement.metrics))


def test_what_nobody_said_of_the_athlete_is_left_out(jump_report: Report, tmp_path: Path):
    assert 'class="facts"' not in page(jump_report, tmp_path)


def test_the_day_of_the_camera_is_shown_where_none_was_given(jump_report: Report, tmp_path: Path):
    filmed = replace(jump_report, video=replace(jump_report.video, recorded_at="2026-05-02T10:00:00Z"))
    assert "<dd>May 2, 2026</dd>" in page(filmed, tmp_path)


def phase(name: str) -> Phase:
    return Phase(name, Event("a", 0.0), Event("b", 1.0))


def test_a_phase_has_the_same_colour_in_every_movement_and_order():
    jump = tuple(map(phase, ("unweighting", "braking", "propulsion", "flight", "landing")))
    short = tuple(map(phase, ("propulsion", "flight", "landing")))
    assert {name: choose_phase_colours(jump)[name] for name in choose_phase_colours(short)} == choose_phase_colours(
        short
    )
    assert (
        choose_phase_colours((phase("skid"), *short))["skid"] == choose_phase_colours((*short, phase("skid")))["skid"]
    )


@pytest.mark.parametrize(
    "names",
    [
        ("unweighting", "braking", "propulsion", "flight", "landing"),
        ("box", "fall", "braking", "propulsion", "flight", "landing"),
        ("hold", "propulsion", "flight", "landing"),
        ("contact", "flight"),
        ("stance_left", "stance_right"),
    ],
)
def test_the_phases_of_one_movement_differ_in_colour(names: tuple[str, ...]):
    assert len({PHASES[name] for name in names}) == len(names)


def test_the_velocity_in_flight_is_drawn_as_a_model(jump_report: Report):
    [trial] = jump_report.trials
    assert trial.motion is not None
    [height, *_] = make_charts(trial, trial.motion, texts=load_texts("en"))
    measured, modelled = height.panels[1].curves
    [flight] = [flight for flight in trial.motion.flights if flight.arc]
    assert flight.takeoff is not None
    assert flight.landing is not None
    inside = (trial.motion.time_s > flight.takeoff.time_s) & (trial.motion.time_s < flight.landing.time_s)
    assert np.isnan(measured.values[inside]).all()
    assert np.isfinite(modelled.values[inside]).all()
    assert (measured.dashes, modelled.dashes) == ("solid", "dashed")


def running_in_place(motion: Motion, *, steps: int, stride_s: float) -> Motion:
    """The motion with touchdowns of the left foot at even times."""
    start_s = float(motion.time_s[0])
    downs = [Event("touchdown", start_s + number * stride_s) for number in range(steps)]
    contacts = tuple(Contact("left", down, Event("toeoff", down.time_s + 0.2)) for down in downs)
    return replace(motion, contacts=contacts)


def test_angles_over_the_stride_are_means_of_the_strides(jump_report: Report):
    motion = jump_report.trials[0].motion
    assert motion is not None
    stride_s = 0.5
    motion = running_in_place(motion, steps=5, stride_s=stride_s)
    assert len(find_strides(motion, "left")) == 4
    curves = dict(average_angles(motion, "left"))
    knee = curves["knee_flexion"]
    assert (knee.count, len(knee.mean)) == (4, 101)
    angle = compute_joint_angles(motion)["left_knee_flexion"]
    starts = [float(motion.time_s[0]) + number * stride_s for number in range(4)]
    middle = [float(np.interp(start + stride_s / 2, motion.time_s, angle)) for start in starts]
    assert knee.mean[50] == pytest.approx(np.mean(middle), abs=1e-6)
    assert knee.deviation[50] == pytest.approx(np.std(middle, ddof=1), abs=1e-6)
    assert not dict(average_angles(motion, "right"))


def test_a_stride_with_a_missed_contact_is_left_out(jump_report: Report):
    motion = jump_report.trials[0].motion
    assert motion is not None
    motion = running_in_place(motion, steps=6, stride_s=0.4)
    gappy = replace(motion, contacts=motion.contacts[:2] + motion.contacts[3:])
    assert len(find_strides(gappy, "left")) == 3
