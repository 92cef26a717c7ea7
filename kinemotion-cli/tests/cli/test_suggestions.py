"""A slip of the keyboard is answered with what was meant, a value in another unit with the unit."""

from typing import Any

import pytest

from kinemotion.errors import ExitStatus


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cmj", "Did you mean cmj-analyze? "),
        ("run", "Did you mean running-analyze? "),
        ("histroy", "Did you mean history? "),
        ("swim", ""),
    ],
)
def test_a_command_that_is_none_names_the_nearest(kinemotion: Any, typed: str, meant: str):
    ended = kinemotion(typed, "a.mp4")
    expected = f"Error: There is no command called {typed!r}.\nHint: {meant}See kinemotion --help.\n"
    assert (ended.status, ended.err) == (ExitStatus.USAGE, expected)


@pytest.mark.parametrize(
    ("typed", "meant"), [("--qualty", "--quality"), ("--heigth", "--athlete-height"), ("--fps", "--capture-fps")]
)
def test_an_option_that_is_none_names_the_nearest_once(kinemotion: Any, typed: str, meant: str):
    ended = kinemotion("cmj-analyze", "a.mp4", typed, "1.8")
    assert f"Did you mean {meant}? See" in ended.err


@pytest.mark.parametrize(
    ("option", "given", "what", "hint"),
    [
        ("--athlete-height", "180", "180 is not between 1 and 2.5", "Give the height in metres, for example 1.80."),
        ("--mass", "70kg", "'70kg' is not a number", "Give the mass in kilograms, for example 72.5."),
    ],
)
def test_a_fact_about_the_athlete_says_its_unit(kinemotion: Any, option: str, given: str, what: str, hint: str):
    ended = kinemotion("cmj-analyze", "a.mp4", option, given)
    assert ended.err == f"Error: Invalid value for {option}: {what}.\nHint: {hint}\n"
