"""A movement in a package written against the names of another version ended with an AttributeError."""

import sys
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kinemotion.errors import ExitStatus, MovementOutdated
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.skeleton import BLAZEPOSE
from kinemotion.movements import registry
from kinemotion.movements.per_person import PerPersonSegmenter
from kinemotion.session import MeasurementSetup, Session


class OldSegmenter:
    """Has the names of an earlier version."""

    def see(self, _frame: FramePoses) -> tuple[()]:
        return ()

    def close(self) -> tuple[()]:
        return ()


class OldToy:
    """The toy movement, but for a name of an earlier version: it makes its segmenter by ``segmenter``."""

    segmenter = OldSegmenter

    def __init__(self, toy: Any) -> None:
        self._toy = toy

    def __getattr__(self, name: str) -> Any:
        if name == "make_segmenter":
            raise AttributeError(name)
        return getattr(self._toy, name)


@pytest.fixture
def old(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old movement, installed."""
    module: Any = ModuleType("old_toys")
    module.TOY = OldToy(toy)
    monkeypatch.setitem(sys.modules, "old_toys", module)
    install("old_toys:TOY", monkeypatch)


def install(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kinemotion.movements.registry._find_entries", lambda: {"toy": where})


@pytest.mark.usefixtures("old")
def test_an_old_movement_is_refused_with_what_it_lacks(kinemotion: Any, clip: Any):
    with pytest.raises(MovementOutdated, match=r"'toy' of the package old_toys .* lacks: make_segmenter"):
        registry.get("toy")
    ended = kinemotion("toy-analyze", clip)
    assert ended.status == ExitStatus.MODEL_PROBLEM
    assert (
        "of the package old_toys is written for another version of Kinemotion. It lacks: make_segmenter." in ended.err
    )
    assert "update the package" in ended.err


@pytest.mark.usefixtures("old")
def test_the_doctor_says_in_any_language_which_movement_is_old(kinemotion: Any):
    ended = kinemotion("doctor", "--lang", "es")
    assert ended.status == ExitStatus.MODEL_PROBLEM
    assert "Le falta: make_segmenter." in ended.out


@pytest.mark.parametrize("where", ["old_toys:TOY", "kinemotion.session:Analysis"])
def test_a_movement_that_cannot_be_loaded_is_named(where: str, monkeypatch: pytest.MonkeyPatch):
    install(where, monkeypatch)
    with pytest.raises(MovementOutdated, match=r"'toy' of the package \w+ cannot be loaded: .*(old_toys|Analysis)"):
        registry.get("toy")


def test_an_old_segmenter_is_refused_with_what_it_lacks(toy: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type(toy), "make_segmenter", lambda _toy, _skeleton: OldSegmenter())  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    setup = MeasurementSetup(toy, BLAZEPOSE, Athlete(), toy.options())
    with pytest.raises(
        MovementOutdated, match=r"'OldSegmenter' .* lacks: push, list_states, list_provisional_trials\."
    ):
        Session(setup)


def test_an_old_segmenter_of_one_person_is_refused_with_what_it_lacks():
    segmenter = PerPersonSegmenter(OldSegmenter)  # pyright: ignore[reportArgumentType]  (that is what is tested)
    somebody = Pose(0, np.zeros((33, 2)), np.ones(33), np.zeros((2, 2)))
    frame = FramePoses(0, 0.0, (somebody,), np.eye(2, 3))
    with pytest.raises(
        MovementOutdated, match=r"'OldSegmenter' .* lacks: push, describe_state, find_provisional_trial\."
    ):
        segmenter.push(frame)
