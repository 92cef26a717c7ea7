"""With VIDEO forgotten, `--json jump.mp4` wrote its error over the film. No command line may destroy a file."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinemotion.cli.analyze import make_command
from kinemotion.cli.main import kinemotion as program


def list_commands(group: click.Group) -> Iterator[str]:
    """Every command of the program, also one that is added later; the test fails if a group has groups below it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        assert not isinstance(group.get_command(context, name), click.Group), f"{name} has commands of its own"
        yield name


COMMANDS = (*list_commands(program), "toy-analyze")

KEPT: Mapping[str, bytes] = {
    "jump.mp4": b"the only film of her record",
    "jump.MOV": b"another film",
    "jump": b"a film without an extension",
    "athlete.json": b'{"name": "Ana"}',
    "team.csv": b"file,movement\njump.mp4,cmj\n",
    "page.html": b"<!doctype html><title>Club</title>",
    "photo.png": b"\x89PNG\r\n\x1a\n a photo",
    "lab.c3d": b"\x02\x50 a laboratory's motion",
    "lab.trc": b"PathFileType\t4\t(X/Y/Z)\twalk.trc",
    "lab.nc": b"\x89HDF another program's",
    "lab.parquet": b"PAR1 another program's PAR1",
}
"""Files of the user, none of them written by the program."""


def spellings(name: str) -> Iterator[tuple[str, ...]]:
    """Every option of the command, with and without a file of the user, in each way that it can be typed."""
    for parameter in [*options(name), click.Option(["--json", "-j"])]:
        for flag in (*parameter.opts, *parameter.secondary_opts):
            yield (flag,)
            for file in KEPT:
                yield (flag, file)
                yield (f"{flag}={file}",) if flag.startswith("--") else (f"{flag}{file}",)


def options(name: str) -> Iterable[click.Option]:
    known = make_command("cmj") if name == "toy-analyze" else program.get_command(click.Context(program), name)
    return [parameter for parameter in known.params if isinstance(parameter, click.Option)] if known else ()


def command_lines(*names: str) -> st.SearchStrategy[list[str]]:
    """One of the commands with up to three options and up to two files, in any order, with or without a double dash."""
    return st.sampled_from(names).flatmap(arguments)


def arguments(name: str) -> st.SearchStrategy[list[str]]:
    typed = st.lists(st.sampled_from(list(spellings(name))), max_size=3)
    files = st.lists(st.sampled_from([(file,) for file in KEPT]), max_size=2)
    dashes = st.sampled_from([[], [], [], [("--",)]])
    parts = st.tuples(typed, files, dashes).flatmap(lambda found: st.permutations(found[0] + found[1] + found[2]))
    return parts.map(lambda found: [name, *(word for part in found for word in part)])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the user's files in it."""
    monkeypatch.chdir(tmp_path)
    fill(tmp_path)
    return tmp_path


def fill(folder: Path) -> None:
    for name, content in KEPT.items():
        (folder / name).write_bytes(content)


def assert_kept(folder: Path) -> None:
    found = {name: (folder / name).read_bytes() for name in KEPT}
    assert found == dict(KEPT)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("flag", ["--json jump.mp4", "--json=jump.mp4", "-jjump.mp4", "-j jump.mp4", "-jump.mp4"])
def test_the_film_of_a_call_that_names_it_as_an_output(kinemotion: Any, folder: Path, name: str, flag: str, toy: Any):
    before = sorted(folder.iterdir())
    assert kinemotion(name, *flag.split()).status == 2
    assert_kept(folder)
    assert sorted(folder.iterdir()) == before


PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Each example begins with the same folder: that the files in it are still the same is what is tested."""


@settings(PROPERTY, max_examples=150)
@given(line=command_lines(*COMMANDS))
def test_no_command_line_changes_a_file_of_the_user(
    kinemotion: Any, folder: Path, toy: Any, one_process: None, line: list[str]
):
    kinemotion(*line)
    assert_kept(folder)


@settings(PROPERTY, max_examples=150)
@given(line=command_lines("toy-analyze"))
def test_no_output_of_a_successful_analysis_replaces_a_file_of_the_user(
    kinemotion: Any, folder: Path, clip: Path, measured: None, one_process: None, line: list[str]
):
    film = folder / "film.mp4"
    film.write_bytes(clip.read_bytes())
    kinemotion(*line, "film.mp4")
    assert_kept(folder)
    assert film.read_bytes() == clip.read_bytes()


OUTPUTS = {
    "--json": "out.json",
    "--overlay": "out.mp4",
    "--report": "out.html",
    "--csv": "out.csv",
    "--plots": "plots",
    "--trajectories": "out.parquet",
    "--exchange": "out.c3d",
}


@pytest.mark.parametrize("flag", OUTPUTS)
def test_an_output_of_ours_is_replaced_and_a_file_of_the_user_is_not(
    kinemotion: Any, sample: Path, tmp_path: Path, flag: str
):
    recorded = f"recorded:{sample.parents[2] / 'kinemotion-cli' / 'tests' / 'data' / 'cmj.npz'}"
    line = ["cmj-analyze", sample, "--estimator", recorded, flag, tmp_path / OUTPUTS[flag]]
    assert kinemotion(*line).status == 0
    [path, *_] = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert kinemotion("cmj-analyze", tmp_path / "missing.mp4", flag, tmp_path / OUTPUTS[flag]).status == 3
    path.write_bytes(b"something else")
    ended = kinemotion(*line)
    assert ended.status == 7
    assert "was not written by kinemotion" in ended.err
    assert path.read_bytes() == b"something else"
