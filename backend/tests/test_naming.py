"""Which movement and options a client means."""

import pytest
from stand_in import DOCUMENTS

from kinemotion_backend.contract import MovementInfo, Movements, OptionInfo
from kinemotion_backend.errors import InvalidOption, UnknownMovement
from kinemotion_backend.naming import SPELLINGS, find_movement, flags

OFFERED = Movements.model_validate_json((DOCUMENTS / "movements.json").read_text("utf-8")).movements


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("cmj", "cmj"),
        ("CMJ", "cmj"),
        ("countermovement_jump", "cmj"),
        ("Countermovement jump", "cmj"),
        ("counter-movement-jump", "cmj"),
        ("dropjump", "dropjump"),
        ("drop_jump", "dropjump"),
        (" Drop Jump ", "dropjump"),
        ("depth jump", "dropjump"),
    ],
)
def test_understands_names_titles_and_spellings(said: str, meant: str) -> None:
    assert find_movement(said, among=OFFERED).name == meant


@pytest.mark.parametrize("said", ["", "jump", "--help", "sj"])
def test_guesses_nothing(said: str) -> None:
    with pytest.raises(UnknownMovement, match="known are cmj, dropjump"):
        find_movement(said, among=OFFERED)


def test_a_movement_of_tomorrow_needs_no_change_here() -> None:
    hurdle = MovementInfo(name="hurdle", title="Hurdle hop", command="hurdle-analyze")
    assert find_movement("hurdle_hop", among=[*OFFERED, hurdle]) is hurdle


def test_no_spelling_hides_another_movements_name() -> None:
    assert not SPELLINGS.keys() & set(SPELLINGS.values())


def test_writes_options_as_flags() -> None:
    switch = OptionInfo(name="barefoot", flag="--barefoot", type="bool")
    movement = MovementInfo(name="x", title="X", command="x-analyze", options=(switch,))
    assert flags(movement, {"barefoot": True, "mass_kg": 70.5}) == ["--mass=70.5", "--barefoot"]
    assert flags(movement, {"barefoot": "no"}) == ["--no-barefoot"]


@pytest.mark.parametrize("options", [{"barefoot": "maybe"}, {"barefoot": ""}, {"sex": "male\0"}, {"mass_kg": "\0"}])
def test_refuses_values_no_flag_can_carry(options: dict[str, str]) -> None:
    switch = OptionInfo(name="barefoot", flag="--barefoot", type="bool")
    movement = MovementInfo(name="x", title="X", command="x-analyze", options=(switch,))
    with pytest.raises(InvalidOption, match="not valid"):
        flags(movement, options)


def test_refuses_options_the_movement_has_not() -> None:
    with pytest.raises(InvalidOption, match="'drop_height_m'; known are mass_kg"):
        flags(find_movement("cmj", among=OFFERED), {"drop_height_m": 0.4})
