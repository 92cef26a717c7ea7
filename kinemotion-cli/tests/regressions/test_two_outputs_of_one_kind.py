"""Of `--exchange a.trc --exchange a.mot` only the last was written; an overlay on a full disk lost the numbers, too."""

import csv
import errno
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from kinemotion.cli import outputs
from kinemotion.cli.batch import run
from kinemotion.cli.batch.cluster import Delivery
from kinemotion.errors import OutputProblem
from kinemotion.pose import recorded as saved
from kinemotion.report.overlay import writer


@pytest.fixture
def recorded(sample: Path) -> list[Any]:
    """The sample clip with its recorded poses."""
    poses = sample.parents[2] / "kinemotion-cli" / "tests" / "data" / "cmj.npz"
    return ["cmj-analyze", sample, "--estimator", f"recorded:{poses}"]


def test_two_outputs_of_one_kind_are_both_written(kinemotion: Any, recorded: list[Any], tmp_path: Path):
    names = ("a.trc", "a.mot", "a.csv", "a.parquet", "a.json", "b.json")
    paths = [tmp_path / name for name in names]
    flags = ("--exchange", "--exchange", "--trajectories", "--trajectories", "--json", "-j")
    typed = [word for pair in zip(flags, paths, strict=True) for word in pair]
    assert kinemotion(*recorded, *typed).status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_failing_output_costs_neither_the_numbers_nor_another_output(
    kinemotion: Any, recorded: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    document, table, overlay = tmp_path / "out.json", tmp_path / "out.csv", tmp_path / "out.mp4"

    class FullDisk:
        def __init__(self, *_: Any, **__: Any) -> None:
            assert json.loads(document.read_text())["data"]["jump_height_m"]
            raise OutputProblem("No space left on device.")

    monkeypatch.setattr(writer, "OverlayPainter", FullDisk)
    ended = kinemotion(*recorded, "--json", document, "--overlay", overlay, "--csv", table)
    assert ended.status == 7
    assert "Error: No space left on device." in ended.err
    assert "Jump height" in ended.err
    assert json.loads(document.read_text())["data"]["jump_height_m"]
    assert table.exists()
    assert not overlay.exists()


def test_documents_and_poses_that_fail_cost_no_other_output(
    kinemotion: Any, recorded: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    full, document, table = tmp_path / "full.json", tmp_path / "out.json", tmp_path / "out.csv"
    write_document = outputs.write_document

    def write(found: Any, target: str, **details: Any) -> None:
        if target == str(full):
            raise OutputProblem("The first disk is full.")
        write_document(found, target, **details)

    def save(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(outputs, "write_document", write)
    monkeypatch.setattr(saved.np, "savez_compressed", save)
    flags = ("--json", full, "--json", document, "--save-poses", tmp_path / "poses.npz", "--csv", table)
    ended = kinemotion(*recorded, *flags)
    assert ended.status == 7
    assert "Error: The first disk is full." in ended.err
    assert "'poses.npz' could not be written: \"No space left on device\".\nHint: Make room" in ended.err
    assert "Jump height" in ended.err
    assert json.loads(full.read_text())["error"]["code"] == "output_not_writable"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full.json", "out.csv", "out.json"]


class NearCluster:
    """A cluster whose workers are this process, and whose files cannot be written here."""

    def __init__(self, work: Any, *_: object) -> None:
        self._work = work

    def outcomes(self, orders: Any) -> Generator[Any]:
        for order in orders:
            yield Delivery(self._work(order, lambda _share: None), [(Path("/nowhere/overlay.mp4"), b"")])  # pyright: ignore[reportUnknownLambdaType]


def test_a_document_that_fails_here_costs_no_numbers_of_a_cluster(
    kinemotion: Any, recorded: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    table = tmp_path / "out.csv"
    monkeypatch.setattr(run, "ClusterPool", NearCluster)
    ended = kinemotion(*recorded, "--json-dir", tmp_path, "--cluster", "near", "--csv", table)
    assert ended.status == 1
    assert "output_not_writable: There is no folder '/nowhere'" in ended.out
    [row] = csv.DictReader(table.read_text("utf-8-sig").splitlines())
    assert float(row["jump_height_m"]) > 0
