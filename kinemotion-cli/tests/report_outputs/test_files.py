import os
import stat
from pathlib import Path

import pytest

from kinemotion.errors import OutputProblem, UsageProblem
from kinemotion.report.files import atomic, check_writable, import_library, read_extension


def test_a_finished_file_replaces_the_old_one(tmp_path: Path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    with atomic(path) as beside:
        assert beside.suffix == ".csv"
        beside.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_nothing_behind(tmp_path: Path):
    path = tmp_path / "out.csv"

    def fail() -> None:
        with atomic(path) as beside:
            beside.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_an_output_problem(tmp_path: Path):
    def fail() -> None:
        with atomic(tmp_path / "out.csv"):
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputProblem, match="No space left"):
        fail()


@pytest.mark.parametrize("path", ["missing/out.csv", "folder"])
def test_unwritable_is_said_before_the_work(tmp_path: Path, path: str):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputProblem):
        check_writable(tmp_path / path)


def test_an_unknown_extension_lists_the_known_ones():
    assert read_extension(Path("a.TRC"), {".trc", ".c3d"}) == ".trc"
    with pytest.raises(UsageProblem) as caught:
        read_extension(Path("a.doc"), {".trc", ".c3d"})
    assert ".c3d, .trc" in caught.value.hint


def test_a_missing_library_names_the_extra():
    with pytest.raises(UsageProblem) as caught:
        import_library("no_such_library.part", extra="plots")
    assert "extra 'plots'" in caught.value.hint
    assert "pip" not in caught.value.hint, "a project of this name on a public index is not ours"
    assert "no_such_library," in caught.value.message


@pytest.mark.posix
def test_a_pipe_is_not_replaced_by_a_file(tmp_path: Path):
    os.mkfifo(tmp_path / "out.json")
    with pytest.raises(OutputProblem, match="a device or a pipe"), atomic(tmp_path / "out.json"):
        pytest.fail("it was opened")
    assert stat.S_ISFIFO((tmp_path / "out.json").stat().st_mode)


def test_a_link_goes_on_leading_to_the_file(tmp_path: Path):
    (tmp_path / "results").mkdir()
    link = tmp_path / "latest.csv"
    link.symlink_to(tmp_path / "results" / "march.csv")
    with atomic(link) as beside:
        beside.write_text("new")
    assert link.is_symlink()
    assert [path.read_text() for path in (tmp_path / "results").iterdir()] == ["new"]


def test_a_link_that_leads_nowhere_is_said_before_the_work(tmp_path: Path):
    link = tmp_path / "latest.csv"
    link.symlink_to(tmp_path / "missing" / "march.csv")
    with pytest.raises(OutputProblem, match="no folder"):
        check_writable(link)


def test_a_name_that_no_disk_takes_is_an_output_problem(tmp_path: Path):
    with pytest.raises(OutputProblem, match="name too long"):
        check_writable(tmp_path / f"{'a' * 300}.json")
