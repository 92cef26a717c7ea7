"""The committed contract: written by today's engine, and read by every reader, the examples of the future included."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "docs" / "contract"
EXAMPLES = sorted((CONTRACT / "examples").iterdir())
VECTOR = "landmarks-record.json"
"""Bytes and their meaning: no document, so no schema."""
DOCUMENTS = [path for path in EXAMPLES if path.name != VECTOR]


def documents(path: Path) -> Iterator[Any]:
    """The documents of a file: one, or one a line."""
    text = path.read_text()
    yield from map(json.loads, text.splitlines() if path.suffix == ".ndjson" else [text])


MARKS = {
    "trials": "analysis-1",
    "error": "error-1",
    "libraries": "version-1",
    "movements": "movements-1",
    "findings": "doctor-1",
    "video": "probe-1",
    "comparisons": "comparison-1",
    "trends": "history-1",
}
"""The key by which each document is known."""


def schema_for(document: dict[str, Any]) -> str:
    """Return the name of the schema that a document keeps."""
    if "event" in document:
        return "progress-1" if document["event"] == "progress" else "stream-1"
    return next(name for mark, name in MARKS.items() if mark in document)


def faults(document: dict[str, Any], name: str) -> list[str]:
    # The validator is half typed.
    validator: Any = jsonschema.Draft202012Validator
    schema = json.loads((CONTRACT / f"{name}.schema.json").read_text())
    return [fault.message for fault in validator(schema).iter_errors(document)]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_examples_keep_their_schema(path: Path):
    for document in documents(path):
        assert faults(document, schema_for(document)) == []


def test_every_schema_has_an_example():
    kept = {schema_for(document) for path in DOCUMENTS for document in documents(path)}
    assert kept == {path.name.removesuffix(".schema.json") for path in CONTRACT.glob("*.schema.json")}


def test_a_broken_document_does_not_keep_the_schema():
    document = json.loads((CONTRACT / "examples" / "cmj.json").read_text())
    document["data"]["jump_height_m"] = "high"
    assert faults(document, "analysis-1") == ["'high' is not of type 'number', 'null'"]


def test_a_foreign_major_does_not_keep_the_schema():
    document = json.loads((CONTRACT / "examples" / "cmj.json").read_text())
    assert faults({**document, "schema_version": "2.0"}, "analysis-1") != []


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The examples that today's engine writes."""
    folder = tmp_path_factory.mktemp("examples")
    subprocess.run([sys.executable, ROOT / "docs" / "contract_examples.py", folder], check=True)
    return folder


def same(ours: Any, committed: Any) -> bool:
    """Whether both agree, numbers to a thousandth: the last digit may differ between machines."""
    match ours:
        case dict():
            mine, theirs = cast("dict[str, Any]", ours), cast("dict[str, Any]", committed)
            return mine.keys() == theirs.keys() and all(same(mine[name], theirs[name]) for name in mine)
        case list():
            parts, others = cast("list[Any]", ours), cast("list[Any]", committed)
            return len(parts) == len(others) and all(map(same, parts, others))
        case float():
            return ours == pytest.approx(committed, rel=1e-3, abs=1e-4)
        case _:
            return ours == committed


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_committed_examples_are_what_the_engine_writes(path: Path, written: Path):
    ours, committed = list(documents(written / path.name)), list(documents(path))
    assert same(ours, committed), "run `make contract`"


def test_no_example_is_left_over(written: Path):
    assert {path.name for path in written.iterdir()} == {path.name for path in EXAMPLES}


@pytest.mark.parametrize("name", ["analysis-1", "stream-1", "error-1"])
def test_committed_schemas_are_those_of_the_engine(name: str):
    printed = subprocess.run([sys.executable, "-m", "kinemotion", "schema", name], capture_output=True, check=True)
    assert json.loads(printed.stdout) == json.loads((CONTRACT / f"{name}.schema.json").read_text()), (
        "run `make contract`"
    )
