"""What was found in results, written where it was asked for: text for people, a document, a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kinemotion.cli.command import STDOUT
from kinemotion.cli.documents import DOCUMENT, check_distinct, is_same_file, write_document
from kinemotion.cli.environment import Environment
from kinemotion.errors import OutputProblem
from kinemotion.messages import Message
from kinemotion.report.exchange.table import Row, write_table
from kinemotion.report.files import check_target


@dataclass(frozen=True, slots=True)
class Findings:
    """One thing said in three ways."""

    text: str
    document: Mapping[str, Any]
    rows: Sequence[Row]


def check_findings(
    json: str | None, table: Path | None, *, formats: Mapping[str, bytes], inputs: Sequence[Path]
) -> None:
    """Check that document and table can be written; ``formats`` are those of the table.

    Raises
    ------
    UsageProblem, OutputProblem
        If a path cannot be written, is asked for twice or is a result that is read.
    """
    targets = {Path(json): DOCUMENT} if json and json != STDOUT else {}
    check_distinct([*targets, *([table] if table else [])])
    if table:
        targets[table] = formats
    for target, known in targets.items():
        check_target(target, known)
        if any(is_same_file(target, path) for path in inputs):
            raise OutputProblem(
                Message("output_over_input", "The output would overwrite an input."),
                hint=Message("choose_other_name", "Choose another name."),
            )


def write_findings(found: Findings, environment: Environment, *, json: str | None, table: Path | None) -> None:
    """Write document and table where they were asked for; words for people go beside a document to standard error."""
    environment.show(found.text, aside=json == STDOUT)  # first: a full disk shall not cost it
    if table:
        # Every row has the same columns.
        write_table(found.rows, table, columns=list(found.rows[0]) if found.rows else [])
    if json:
        write_document(found.document, json, environment=environment)
