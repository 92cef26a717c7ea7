"""The tables of fitted numbers: complete, with an error and an origin, and apart from the clips that score them."""

from dataclasses import asdict
from pathlib import Path

import pytest
from fits.jumps import fit_jumps

from kinemotion.calibration import Row, Table, find_calibration, get_default_calibration, read_tables
from kinemotion.motion.calibration import Calibration
from kinemotion.motion.contact_model import ContactModel

ROOT = Path(__file__).parents[3]
TABLES = read_tables()


def name_of(table: Table) -> str:
    return f"{table.estimator}-{table.model}"


def all_rows() -> list[tuple[Table, str, Row]]:
    return [(table, name, row) for table in TABLES for name, row in table.rows.items()]


def values_of(calibration: Calibration) -> dict[str, float]:
    """Every number of a calibration by the name of its row."""
    groups: dict[str, dict[str, float]] = asdict(calibration)
    return {f"{group}.{name}": value for group, values in groups.items() for name, value in values.items()}


NAMES = set(values_of(get_default_calibration()))


def test_the_default_table_has_every_row():
    assert set(TABLES[0].rows) == NAMES


def test_the_default_table_comes_first():
    assert name_of(TABLES[0]) == "litert-pose_landmarks_full"


@pytest.mark.parametrize("table", TABLES, ids=name_of)
def test_the_rows_of_a_table_are_those_of_its_estimator_and_model(table: Table):
    found = values_of(find_calibration(table.estimator, table.model))
    assert {name: found[name] for name in table.rows} == {name: row.value for name, row in table.rows.items()}


def test_the_fits_of_jumps_are_named_as_their_rows():
    assert set(fit_jumps([])) <= NAMES


@pytest.mark.parametrize("table", TABLES, ids=name_of)
def test_a_table_has_no_row_that_nobody_reads(table: Table):
    assert set(table.rows) <= NAMES


@pytest.mark.parametrize("table", TABLES, ids=name_of)
def test_a_clip_that_scores_is_never_fitted(table: Table):
    for data in table.data.values():
        assert not set(data.training) & set(data.held_out)


@pytest.mark.parametrize(("table", "name", "row"), all_rows())
def test_a_row_says_where_its_value_comes_from(table: Table, name: str, row: Row):
    assert row.data in table.data, name
    assert row.n > 0
    if row.fit is not None:
        assert (ROOT / row.fit.script).is_file()
        assert table.data[row.fit.data].training
        assert row.fit.standard_error >= 0


def test_a_model_takes_from_the_default_what_its_own_table_does_not_hold():
    for table in TABLES:
        own = {name: row.value for name, row in table.rows.items()}
        expected = values_of(get_default_calibration()) | own
        assert values_of(find_calibration(table.estimator, table.model)) == expected


def test_an_unknown_estimator_is_measured_by_the_default():
    assert find_calibration("nobody", "knows") == get_default_calibration()


def test_each_contact_model_has_its_own_errors():
    calibration = get_default_calibration()
    assert calibration.contact_errors(ContactModel.RUNNING) is calibration.running
    assert calibration.contact_errors(ContactModel.JUMPING) is calibration.jumping
