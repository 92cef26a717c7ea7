"""What was found in results, written where it was asked for: text for people, a document, a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kinemotion.cli.output import STDOUT, refuse_one_place, same_file, write_document
from kinemotion.errors import OutputProblem
from kinemotion.report.exchange.table import EXTENSIONS, Row, write_table
from kinemotion.report.files import check_writable, known_extension


@dataclass(frozen=True, slots=True)
class Findings:
    """One thing said in three ways."""

    text: str
    document: Mapping[str, Any]
    rows: Sequence[Row]


def check_findings(json: str | None, table: Path | None, *, inputs: Sequence[Path]) -> None:
    """Nothing, where all that was asked for can be written.

    Raises
    ------
    UsageProblem, OutputProblem
        Where a path cannot be written, is asked for twice or is a result that is read.
    """
    if table:
        known_extension(table, EXTENSIONS)
    targets = [Path(target) for target in (json, table) if target and target != STDOUT]
    refuse_one_place(targets)
    for target in targets:
        check_writable(target)
        if any(same_file(target, path) for path in inputs):
            raise OutputProblem("What is written would overwrite what is read.", hint="Choose another name.")


def write_findings(found: Findings, *, json: str | None, table: Path | None) -> None:
    """Write document and table where they were asked for; words for people go beside a document to standard error."""
    if table:
        # Every row has the same columns.
        write_table(found.rows, table, columns=list(found.rows[0]) if found.rows else [])
    if json:
        write_document(found.document, json)
    click.echo(found.text, nl=False, err=json == STDOUT)
