"""The house rules that no linter knows: budgets, words, doubled and dead code, one lock, links that lead somewhere."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("kinemotion-cli", "backend", "sdk/python")
GENERATED = ("uv.lock", "package-lock.json")
GENERATED_PYTHON = re.compile(r"kinemotion_client/(?:models\.py|synchronous/)")
"""Written by `make contract`: no budget holds for it."""

LINES_A_FILE = 300
LINES_A_BODY = 40
FILES_A_FOLDER = 15
DOUBLED_PERCENT = 3.0
DOUBLED_RUN = 6
"""Lines that must agree, imports, signatures, comments and docstrings aside, before they count as doubled."""
LARGEST_SAMPLE = 400_000

FORBIDDEN = re.compile(
    r"/work/|\b(?:TODO|FIXME|XXX|HACK)\b|pypi\.org|pythonhosted\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|deb\.debian\.org"
)
NAMED_FOR_OTHERS = re.compile(r"command|group|route|contextmanager|overload|[.](?:get|post|put|patch|delete)\b")
DECLARING = {"metric", "option", "main", "trials_to_pandas"}
"""``metric`` and ``option`` declare a field, as the standard library's ``field`` does."""
SCRIPT_ENDS = (".ts", ".tsx", "/index.ts")
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "core", "common", "misc"}


def tracked(*patterns: str) -> list[Path]:
    """Files under version control that still exist, as paths below the root."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(line) for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def python(*parts: str) -> list[Path]:
    written = [path for path in tracked("*.py") if not GENERATED_PYTHON.search(path.as_posix())]
    return [path for path in written if not parts or any(part in path.parts for part in parts)]


def text_files() -> Iterator[tuple[Path, str]]:
    own = Path(__file__).relative_to(ROOT)
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if path != own and path.name not in GENERATED and b"\0" not in content:
            yield path, content.decode()


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function below its signature and docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def project(package: str) -> dict[str, Any]:
    """The ``[project]`` table of a package."""
    return tomllib.loads((ROOT / package / "pyproject.toml").read_text())["project"]


def test_there_is_one_lock_file():
    assert [str(path) for path in tracked("*uv.lock", "*poetry.lock", "*requirements*.txt")] == ["uv.lock"]


def test_files_keep_their_budget():
    lengths = {str(path): len((ROOT / path).read_text().splitlines()) for path in python()}
    assert {path: lines for path, lines in lengths.items() if lines > LINES_A_FILE} == {}


def test_function_bodies_keep_their_budget():
    long = {
        f"{path}:{node.lineno} {node.name}": body_lines(node)
        for path in python()
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > LINES_A_BODY
    }
    assert long == {}


def test_source_folders_keep_their_budget():
    """An ``__init__`` is the table of contents of its folder and does not count."""
    modules = [path for path in tracked("*.py", "*.ts") if "src" in path.parts and path.name != "__init__.py"]
    counts = Counter(str(path.parent) for path in modules)
    assert {folder: count for folder, count in counts.items() if count > FILES_A_FOLDER} == {}


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions of a module whose names are the author's: not those of a command, a route or a Python hook."""
    for node in ast.parse((ROOT / path).read_text()).body:
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("__")
            and not any(NAMED_FOR_OTHERS.search(ast.unparse(decorator)) for decorator in node.decorator_list)
        ):
            yield node


def test_functions_begin_with_a_verb():
    """A new verb is added to ``verbs.txt``; a noun names a class, a property or a context manager."""
    verbs = set((ROOT / "tests" / "verbs.txt").read_text().split())
    nouns = [
        f"{path}:{node.lineno} {node.name}"
        for path in python("src")
        if "versions" not in path.parts and path.name != "__main__.py"
        for node in functions_of(path)
        if node.name.strip("_").partition("_")[0] not in verbs and node.name not in DECLARING
    ]
    assert nouns == []


def test_names_say_what_is_inside():
    assert [str(path) for path in python() if EMPTY_NAMES & {path.stem, *path.parent.parts}] == []


def test_no_word_speaks_of_a_machine_or_of_unfinished_work():
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, content in text_files()
        for number, line in enumerate(content.splitlines(), start=1)
        if FORBIDDEN.search(line)
    ]
    assert found == []


def test_clips_are_small():
    assert {str(path) for path in tracked("*.mp4", "*.mov") if (ROOT / path).stat().st_size > LARGEST_SAMPLE} == set()


def test_little_is_written_twice():
    ignore = [f"--ignore-{what}" for what in ("comments", "docstrings", "imports", "signatures")]
    command = [
        sys.executable,
        "-m",
        "pylint.checkers.symilar",
        "--duplicates",
        str(DOUBLED_RUN),
        *ignore,
        *map(str, python("src")),
    ]
    output = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    share = re.search(r"percent=([\d.]+)", output)
    assert share, output
    assert float(share[1]) < DOUBLED_PERCENT, output


def test_no_code_is_dead():
    output = subprocess.run([sys.executable, "-m", "vulture"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert output.stderr == ""
    # Fields are read through fields(), attributes by the libraries they are set on: variables are left to ruff.
    assert [line for line in output.stdout.splitlines() if not re.search("unused (variable|attribute)", line)] == []


def imported_scripts(script: Path) -> Iterator[Path]:
    """The TypeScript files that one imports by a relative path, for their values or their types."""
    for target in re.findall(r"""(?:from|import) ?\(?['"](\.[^'"]+)['"]""", (ROOT / script).read_text()):
        path = Path(os.path.normpath(script.parent / target.removesuffix(".js")))  # how Node.js names a compiled file
        yield from (
            found for found in (path, *(Path(f"{path}{end}") for end in SCRIPT_ENDS)) if (ROOT / found).is_file()
        )


@pytest.mark.parametrize("source", ["web/src", "sdk/js/src"])
def test_scripts_import_one_way(source: str):
    """No circle, neither of files nor of folders; a file beside the folders stands for itself."""
    files: dict[str, set[str]] = {}
    rooms: dict[str, set[str]] = {}
    for script in tracked(f"{source}/*.ts", f"{source}/*.tsx"):
        room = script.relative_to(source).parts[0]
        for target in imported_scripts(script):
            files.setdefault(str(script), set()).add(str(target))
            rooms.setdefault(room, set()).update({target.relative_to(source).parts[0]} - {room})
    assert files
    TopologicalSorter(files).prepare()
    TopologicalSorter(rooms).prepare()


def test_the_service_does_not_require_the_engine():
    assert [name for name in project("backend")["dependencies"] if re.match(r"kinemotion\b", name)] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_the_changelog_knows_the_version(package: str):
    assert f"## {project(package)['version']}" in (ROOT / package / "CHANGELOG.md").read_text()


def test_links_between_files_lead_somewhere():
    broken = [
        f"{path}: {target}"
        for path in tracked("*.md")
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", (ROOT / path).read_text())
        if not (ROOT / path.parent / target).exists()
    ]
    assert broken == []
