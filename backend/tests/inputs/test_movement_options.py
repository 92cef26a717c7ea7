"""Which movement and options a client means."""

import pytest
from stand_in import DOCUMENTS

from kinemotion_backend.contract.documents import MovementInfo, Movements, OptionInfo
from kinemotion_backend.errors import InvalidOptions, UnknownMovement
from kinemotion_backend.inputs.movement_options import SPELLINGS, check_options, find_movement, write_flags
from kinemotion_backend.inputs.option_faults import FAULTS

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
    with pytest.raises(UnknownMovement, match="Known movements: cmj, dropjump"):
        find_movement(said, among=OFFERED)


def test_a_movement_of_tomorrow_needs_no_change_here() -> None:
    hurdle = MovementInfo(name="hurdle", title="Hurdle hop", command="hurdle-analyze")
    assert find_movement("hurdle_hop", among=[*OFFERED, hurdle]) is hurdle


def test_no_spelling_hides_another_movements_name() -> None:
    assert not SPELLINGS.keys() & set(SPELLINGS.values())


def test_writes_options_as_flags() -> None:
    switch = OptionInfo(name="barefoot", flag="--barefoot", type="bool")
    movement = MovementInfo(name="x", title="X", command="x-analyze", options=(switch,))
    assert write_flags(movement, {"barefoot": True, "mass_kg": 70.5}) == ["--mass=70.5", "--barefoot"]
    assert write_flags(movement, {"barefoot": "no"}) == ["--no-barefoot"]


def test_a_turned_picture_and_a_person_are_options_of_every_movement() -> None:
    movement = find_movement("cmj", among=OFFERED)
    assert write_flags(movement, {"rotate_deg": 180, "person": 1}) == ["--rotate=180", "--person=1"]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("barefoot", "maybe", "true or false"),
        ("barefoot", "", "true or false"),
        ("sex", "male\0", "zero byte"),
        ("sex", "x", "one of female, male"),
        ("mass_kg", "\0", "zero byte"),
        ("mass_kg", "heavy", "a number"),
        ("mass_kg", "nan", "a number"),
        ("mass_kg", "19.9", "from 20 to 300 kg"),
        ("mass_kg", "301", "from 20 to 300 kg"),
        ("hops", "2.5", "a whole number"),
        ("hops", "0", "at least 1"),
        ("hops", "9" * 310, "a whole number"),
        ("share", "1.5", "at most 1"),
        ("shoe_size", "44", "no such option"),
    ],
)
def test_names_the_field_and_what_is_wrong_with_it(name: str, value: str, fault: str) -> None:
    options = (
        OptionInfo(name="barefoot", flag="--barefoot", type="bool"),
        OptionInfo(name="hops", flag="--hops", type="int", minimum=1),
        OptionInfo(name="share", flag="--share", type="float", maximum=1),
    )
    movement = MovementInfo(name="x", title="X", command="x-analyze", options=options)
    with pytest.raises(InvalidOptions, match=fault) as caught:
        write_flags(movement, {name: value, "speed_m_s": "3"})
    [found] = caught.value.fields
    assert found.field == name
    assert found.code in FAULTS


def test_a_fault_gives_its_values_to_programs_that_translate_it() -> None:
    with pytest.raises(InvalidOptions) as caught:
        check_options(find_movement("cmj", among=OFFERED), {"mass_kg": 7})
    [found] = caught.value.fields
    assert (found.code, found.values) == ("out_of_range", {"minimum": 20, "maximum": 300, "unit": "kg"})


def test_names_every_field_that_is_not_valid() -> None:
    with pytest.raises(InvalidOptions) as caught:
        write_flags(find_movement("cmj", among=OFFERED), {"drop_height_m": 0.4, "mass_kg": 0})
    assert {field.field for field in caught.value.fields} == {"drop_height_m", "mass_kg"}


def test_corrected_events_are_handed_on_as_json() -> None:
    movement = MovementInfo(name="x", title="X", command="x-analyze")
    events = '[{"name": "takeoff", "time_s": 1.75}, {"name": "touchdown", "time_s": 2, "side": "left", "trial": 1}]'
    assert write_flags(movement, {"events": events}) == [f"--events={events}"]


@pytest.mark.parametrize(
    "events",
    [
        "/etc/passwd",
        "events.json",
        "[]",
        "[1]",
        '{"events": []}',
        '[{"name": "takeoff"}]',
        '[{"name": "takeoff", "time_s": -1}]',
        '[{"name": "takeoff", "time_s": NaN}]',
        '[{"name": "take off", "time_s": 1}]',
        '[{"name": "takeoff", "time_s": 1, "path": "x"}]',
        "[" + ",".join(['{"name": "takeoff", "time_s": 1}'] * 201) + "]",
    ],
)
def test_no_other_text_reaches_the_engine_as_corrected_events(events: str) -> None:
    """The engine would open a text that is not JSON as a file."""
    with pytest.raises(InvalidOptions, match="events: Must be a JSON list"):
        write_flags(MovementInfo(name="x", title="X", command="x-analyze"), {"events": events})
