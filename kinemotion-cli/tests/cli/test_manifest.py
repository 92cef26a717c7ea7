"""A list of clips: each row as the command line it stands for, and every mistake by row and column."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kinemotion.cli.batch.manifest import read_manifest
from kinemotion.errors import UsageProblem

pytestmark = pytest.mark.usefixtures("toy")


def manifest(folder: Path, text: str | bytes) -> Path:
    (folder / "mon").mkdir(exist_ok=True)
    for name in ("a.mp4", "b.mp4", "mon/a.mp4"):
        (folder / name).touch()
    path = folder / "team.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_row_is_a_command_line(tmp_path: Path):
    text = "file,movement,athlete,mass,height,drop_height,strict,output\nmon/a.mp4,toy,Ana,61.5,1.68,0.4,yes,ana-1\n"
    [order] = read_manifest(manifest(tmp_path, text), defaults=["--quality=fast"])
    request = order.request
    assert (request.movement, request.path, order.result) == ("toy", tmp_path / "mon" / "a.mp4", "ana-1")
    wanted = {
        "name": "Ana",
        "mass_kg": 61.5,
        "height_m": 1.68,
        "drop_height": 0.4,
        "strict": True,
        "quality": "fast",
        "rounds": 3,
        "sex": None,
    }
    found = asdict(request.athlete) | asdict(request.options) | {"quality": request.quality}
    assert {name: found[name] for name in wanted} == wanted


def test_a_table_of_another_country_and_its_titles_are_read(tmp_path: Path):
    text = "\ufeffFile;Movement;Athlete-Height;Capture FPS;Quality\na.mp4;cmj;1,68;240;accurate\n;;;;\n"
    [order] = read_manifest(manifest(tmp_path, text), defaults=["--quality=fast"])
    assert order.request.athlete.height_m == 1.68
    assert order.request.settings.capture_fps == 240
    assert order.request.quality == "accurate"
    assert order.result == "a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "Row 1: the column 'file' is missing."),
        ("file,movement\n", "names no clip"),
        ("file,mass\na.mp4,70\n", "Row 1: the column 'movement' is missing."),
        ("file,movement,wieght\n", "Row 1: there is no column called 'wieght'."),
        ("file,movement,mass,mass\n", "Row 1: the column 'mass' appears 2 times."),
        ("file,movement,overlay\n", "Row 1: there is no column called 'overlay'."),
        ("file,movement\na.mp4,\n", "Row 2, column 'movement': it is empty."),
        ("file,movement\na.mp4,cmj\nb.mp4,moonwalk\n", "Row 3, column 'movement': There is no movement"),
        ("file,movement,mass\na.mp4,cmj,heavy\n", "Row 2, column 'mass': 'heavy' is not a number"),
        ("file,movement,mass\na.mp4,cmj,7\n", "Row 2, column 'mass': 7 is not between 20 and 300"),
        ("file,movement,height\na.mp4,cmj,178\n", "Row 2, column 'athlete_height': 178 is not between 1 and 2.5"),
        ("file,movement,sex\na.mp4,cmj,x\n", "Row 2, column 'sex': 'x' is not one of"),
        ("file,movement,date\na.mp4,cmj,14.3.2026\n", "Row 2, column 'date': '14.3.2026' is not a date"),
        ("file,movement,strict\na.mp4,toy,maybe\n", "Row 2, column 'strict': 'maybe' is neither yes nor no."),
        ("file,movement,rounds\na.mp4,cmj,2\n", "Row 2, column 'rounds': cmj-analyze has no such option."),
        ("file,movement,output\na.mp4,cmj,../x\n", "Row 2, column 'output': '../x' is not a file name."),
        ("file,movement\na.mp4,cmj,70\n", "Row 2 has more cells than there are columns."),
        (b"file,movement\n\xff\xfe,cmj\n", "is not a table in UTF-8"),
        ('file,movement\n"a.mp4,cmj\n', "is not a table in UTF-8"),
        ("file,movement\na\0.mp4,cmj\n", "is not a table in UTF-8"),
    ],
)
def test_mistakes_are_named_by_row_and_column(tmp_path: Path, text: str | bytes, expected: str):
    with pytest.raises(UsageProblem) as caught:
        read_manifest(manifest(tmp_path, text), defaults=[])
    assert expected in caught.value.message


def test_a_typing_error_gets_a_suggestion(kinemotion: Any, tmp_path: Path):
    assert "Did you mean mass?" in kinemotion("analyze", manifest(tmp_path, "file,movement,masss\n")).err
    ended = kinemotion("analyze", manifest(tmp_path, "file,movement\na.mp4,dropjmp\n"))
    assert "Did you mean dropjump?" in ended.err


def test_missing_clips_are_named_before_the_first_is_analysed(kinemotion: Any, tmp_path: Path):
    text = "file,movement\na.mp4,toy\nc.mp4,toy\nd.mp4,toy\n"
    ended = kinemotion("analyze", manifest(tmp_path, text))
    assert ended.status == 2
    assert "2 of 3 clips" in ended.err
    assert "c.mp4" in ended.err
    assert "d.mp4" in ended.err
    assert ended.out == ""


def test_a_line_break_within_a_cell_ends_no_row(tmp_path: Path):
    text = 'file\tmovement\tathlete\r\na.mp4\ttoy\t"Ana\r\nMaria"\r\nb.mp4\ttoy\tBen\u2028Karl\r\n'
    orders = read_manifest(manifest(tmp_path, text), defaults=[])
    assert [order.request.athlete.name for order in orders] == ["Ana\r\nMaria", "Ben\u2028Karl"]


def test_a_name_that_no_disk_takes_is_told_when_it_is_the_clips_turn(
    kinemotion: Any, tmp_path: Path, one_process: None
):
    ended = kinemotion("analyze", manifest(tmp_path, f"file,movement\n{'a' * 300}.mp4,toy\n"))
    assert ended.status == 1
    assert "video_unreadable: The file cannot be read" in ended.out


def test_paths_of_windows_are_understood_everywhere(tmp_path: Path):
    [order] = read_manifest(manifest(tmp_path, "file,movement\nmon\\a.mp4,toy\n"), defaults=[])
    assert order.request.path == tmp_path / "mon" / "a.mp4"
    assert order.result == "a"


def test_a_mistake_ends_the_call_before_any_work(kinemotion: Any, tmp_path: Path):
    ended = kinemotion("analyze", manifest(tmp_path, "file,movement,mass\na.mp4,cmj,\nb.mp4,cmj,x\n"))
    assert ended.status == 2
    assert ended.out == ""
    assert "Error: Row 3, column 'mass'" in ended.err
    assert kinemotion("analyze", tmp_path / "missing.csv").status == 2


def test_the_manifest_is_not_written_over(kinemotion: Any, tmp_path: Path):
    path = manifest(tmp_path, "file,movement\na.mp4,cmj\n")
    ended = kinemotion("analyze", path, "--csv", path)
    assert ended.status == 7
    assert "overwrite 'team.csv'" in ended.err
