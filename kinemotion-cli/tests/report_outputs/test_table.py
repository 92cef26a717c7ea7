import csv
from dataclasses import replace
from pathlib import Path

import pytest

from kinemotion.errors import OutputProblem, UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.metrics import Estimate, list_metrics
from kinemotion.motion.report import Problem, Report
from kinemotion.movements import registry
from kinemotion.report.contract.document import make_document
from kinemotion.report.exchange.table import write_trial_table


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_a_trial_with_units_in_the_names(jump_report: Report, tmp_path: Path):
    write_trial_table([make_document(jump_report)], tmp_path / "t.csv")
    [row] = read(tmp_path / "t.csv")
    best = jump_report.headline
    assert best is not None
    height = getattr(best.metrics, "jump_height")  # noqa: B009  (metrics are an open class)
    assert isinstance(height, Estimate)
    assert float(row["jump_height_m"]) == pytest.approx(height.value, rel=1e-3)
    assert float(row["jump_height_m_low"]) == pytest.approx(height.interval[0], rel=1e-3)
    assert float(row["jump_height_m_high"]) == pytest.approx(height.interval[1], rel=1e-3)
    assert row["is_headline"] == "1"
    assert row["peak_power_w"] == ""


def test_columns_stand_in_the_order_of_declaration(jump_report: Report, tmp_path: Path):
    write_trial_table([make_document(jump_report)], tmp_path / "t.csv")
    header = (tmp_path / "t.csv").read_text("utf-8").splitlines()[0].split(",")
    declared = [spec.key for spec in list_metrics(registry.get("cmj").metrics)]
    assert [name for name in header if name in declared] == declared


def test_a_refused_trial_has_a_row_but_no_numbers(jump_report: Report, tmp_path: Path):
    refused = replace(jump_report.trials[0], problem=Problem("slow_motion", Message("slow_motion", "Too slow.")))
    write_trial_table([make_document(replace(jump_report, trials=(refused,), headline=None))], tmp_path / "t.csv")
    [row] = read(tmp_path / "t.csv")
    assert (row["problem"], row["jump_height_m"], row["is_headline"]) == ("slow_motion", "", "0")


def test_movements_share_a_table(jump_report: Report, toy_report: Report, tmp_path: Path):
    write_trial_table([make_document(jump_report), make_document(toy_report)], tmp_path / "t.csv")
    rows = read(tmp_path / "t.csv")
    assert [row["movement"] for row in rows] == ["cmj", "toy", "toy"]
    assert float(rows[1]["height_m"]) == 0.5
    assert rows[1]["jump_height_m"] == ""
    assert "hops_count_low" not in rows[1]


def test_a_file_name_is_not_a_formula(jump_report: Report, tmp_path: Path):
    video = replace(jump_report.video, source="=HYPERLINK(1)")
    write_trial_table([make_document(replace(jump_report, video=video))], tmp_path / "t.csv")
    assert read(tmp_path / "t.csv")[0]["file"] == "'=HYPERLINK(1)"


def test_refusals(jump_report: Report, tmp_path: Path):
    with pytest.raises(UsageProblem):
        write_trial_table([make_document(jump_report)], tmp_path / "t.xlsx")
    with pytest.raises(OutputProblem):
        write_trial_table([make_document(jump_report)], tmp_path / "missing" / "t.csv")
