"""The documentation holds: its Python runs, its commands exist, and what it shows is what is printed today."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kinemotion.cli.main import kinemotion

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(kinemotion|make) (\S.*)$", re.MULTILINE)
INSTALL = re.compile(r"\b(?:pip|uv tool|npm) install ([^\n`]+)")
TARGET = re.compile(r"(?P<what>[\w./-]+?)(?:\[(?P<extras>.+)\])?(?: @ \./\S+\.whl)?")
WHEEL = re.compile(r"\./(?P<project>\w+)-(?P<version>OLD|[\d.]+)-py3-none-any\.whl")
SHOWN = "Countermovement jump · cmj.mp4"
FIGURES = {
    "countermovement jump: height": ("Countermovement jump", "jump_height_m", 100),
    "flight time": ("Countermovement jump", "flight_time_ms", 1),
    "countermovement depth": ("Countermovement jump", "countermovement_depth_m", 100),
    "time to take-off": ("Countermovement jump", "time_to_takeoff_ms", 1),
    "drop jump: contact time": ("Drop jump", "ground_contact_time_ms", 1),
    "running: contact time, mean of a clip": ("Running", "ground_contact_time_ms", 1),
    "running: cadence": ("Running", "cadence_spm", 1),
}
"""Rows of the README's table of accuracy: movement, metric, and factor from the metric's unit."""
NUMBER = re.compile(r"−?\d+(?:\.\d+)?")


def pages() -> Iterator[Path]:
    for folder in (".", "kinemotion-cli", "backend"):
        yield from sorted((ROOT / folder).glob("*.md"))
    yield from sorted((ROOT / "docs").glob("**/*.md"))


def installing_pages() -> Iterator[Path]:
    yield from pages()
    yield from sorted((ROOT / "sdk").glob("*/README.md"))


def blocks(page: Path, *languages: str) -> list[str]:
    """Contents of the page's blocks of code in these languages, in the order they are read."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [content for language, content in found if language in languages]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.engine
@pytest.mark.parametrize("page", [page for page in pages() if blocks(page, "python")], ids=name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Page by page, in the order it is read."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / "jump.mp4").symlink_to(ROOT / "docs" / "samples" / "cmj.mp4")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "documentation"}
    for block in blocks(page, "python"):
        exec(compile(block, str(page), "exec"), names)  # noqa: S102  (our own pages)


def commands(page: Path) -> list[tuple[str, str]]:
    """Programs and arguments that the page tells to run; the generated pages are told by the commands themselves."""
    return [
        found for block in blocks(page, "", "bash") for found in COMMAND.findall(block) if "reference" not in page.parts
    ]


@pytest.mark.parametrize("page", [page for page in pages() if commands(page)], ids=name)
def test_the_commands_of_a_page_exist(page: Path):
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for program, rest in commands(page):
        first, *arguments = shlex.split(rest, comments=True)
        if program == "make":
            assert first in targets
            continue
        context = click.Context(kinemotion)
        command = kinemotion.get_command(context, first)
        assert command, first
        command.make_parser(context).parse_args(arguments)  # refuses an option that is not there


def installs(page: Path) -> list[list[str]]:
    """What each command of the page installs, in blocks and within sentences."""
    return [
        [word for word in shlex.split(rest.replace("\\", "/"), comments=True) if not word.startswith("-")]
        for rest in INSTALL.findall(page.read_text(encoding="utf-8"))
    ]


def read_project(folder: Path) -> tuple[str, str, set[str]]:
    """Name, version and extras of the package in the folder."""
    declared = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return declared["name"], declared.get("version", ""), set(declared.get("optional-dependencies", {}))


@pytest.mark.parametrize("page", [page for page in installing_pages() if installs(page)], ids=name)
def test_what_a_page_tells_to_install_is_there(page: Path):
    """A path names a package of this repository, with the extras it declares; a name alone would be a stranger's."""
    ours = {read_project(ROOT / folder)[0]: ROOT / folder for folder in ("kinemotion-cli", "backend", "sdk/python")}
    for words in installs(page):
        assert words
        for word in words:
            if wheel := WHEEL.fullmatch(word):
                assert wheel["project"].replace("_", "-") in ours
                continue
            found = TARGET.fullmatch(word)
            assert found, word
            what, extras = found["what"].removeprefix("PATH"), found["extras"] or ""
            assert "/" in what or " @ " in word, f"{word} is on a public index another project, or none"
            if what == "/sdk/js":
                continue
            folder = (ROOT / what) if "/" in what else ours[what]
            project, version, known = read_project(folder)
            assert set(extras.split(",")) - {""} <= known, word
            if " @ " in word:
                assert word.endswith(f" @ ./{project.replace('-', '_')}-{version}-py3-none-any.whl")


@pytest.mark.parametrize("package", ["kinemotion-cli", "backend", "sdk/python"])
def test_no_hint_installs_a_package_of_our_name_from_a_public_index(package: str):
    """The project of that name there is another one; a hint names the extra, and doctor the origin."""
    files = [path for path in (ROOT / package / "src").rglob("*.p[oy]") if path.is_file()]
    named = re.compile(r"install ['\"]?kinemotion(?:-client|-backend)?\[")
    assert [path for path in files if named.search(path.read_text(encoding="utf-8"))] == []
    assert len(files) > 10


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What the command of `make demo` prints, line by line after its label."""
    command = [sys.executable, "-m", "kinemotion", "cmj-analyze", str(ROOT / "docs" / "samples" / "cmj.mp4")]
    output = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    return dict(labelled(output))


def labelled(text: str) -> Iterator[tuple[str, str]]:
    """Label and values of each line."""
    for line in filter(None, map(str.strip, text.splitlines())):
        label, _, values = line.partition("  ")
        yield label, values


def near(shown: str, printed_now: str) -> bool:
    """Whether the texts differ by no more than two units of the last digit shown: so much may lie between machines."""
    ours, theirs = NUMBER.findall(shown), NUMBER.findall(printed_now)
    units = [10.0 ** -len(number.partition(".")[2]) for number in ours]
    values = [[float(number.replace("−", "-")) for number in numbers] for numbers in (ours, theirs)]
    return len(ours) == len(theirs) and all(abs(a - b) < 2.5 * unit for a, b, unit in zip(*values, units, strict=True))


@pytest.mark.engine
@pytest.mark.parametrize("page", [page for page in pages() if SHOWN in page.read_text(encoding="utf-8")], ids=name)
def test_the_output_a_page_shows_is_printed(page: Path, printed: dict[str, str]):
    [shown] = [block for block in blocks(page, "") if block.startswith(SHOWN)]
    lines = [(label, values) for label, values in labelled(shown) if label != "…"]
    stale = {
        label: (values, printed.get(label)) for label, values in lines if not near(values, printed.get(label, "?"))
    }
    assert stale == {}
    assert len(lines) > 5


def rows(page: Path) -> Iterator[list[str]]:
    """Cells of the rows of all tables on a page."""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            yield [cell.strip(" `") for cell in line.strip("|").split("|")]


def validation() -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Rows of the page of validation: movement, metric, model and part, then the figures."""
    movement = metric = ""
    for line in (ROOT / "docs" / "science" / "validation.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            movement = line.removeprefix("## ")
        elif line.startswith("### "):
            metric = line.removeprefix("### ").strip("`")
        elif line.startswith("| "):
            model, part, *figures = [cell.strip() for cell in line.strip("|").split("|")]
            yield (movement, metric, model, part), figures


def test_the_readme_has_the_figures_of_the_validation():
    measured = dict(validation())
    table = {cells[0]: cells[1:] for cells in rows(ROOT / "README.md") if cells[0] in FIGURES}
    assert table.keys() == FIGURES.keys()
    for label, (movement, metric, factor) in FIGURES.items():
        for shown, part in zip(table[label], ("24–30 /s", "24–30 /s", "50–60 /s", "50–60 /s"), strict=True):
            _, bias, limits, _, cover = measured[movement, metric, "balanced", part]
            scaled = " ± ".join(f"{factor * float(number):.4f}".replace("-", "−") for number in (bias, limits))
            assert near(shown, cover if shown.endswith("%") else scaled), label
