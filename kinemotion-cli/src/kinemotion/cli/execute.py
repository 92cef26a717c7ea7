"""One analysis as it was asked for on the command line: checked, carried out, written."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import click

from kinemotion.api import Listener, Request, Settings, run
from kinemotion.cli.command import STDOUT
from kinemotion.cli.output import complain, write_document, write_line
from kinemotion.cli.progress import progress
from kinemotion.cli.writers import check_targets, write_all
from kinemotion.errors import ExitStatus, UsageProblem
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.report import Report, Trial
from kinemotion.movements.base import Movement
from kinemotion.report.contract.document import document, refusal, report_event, trial_event
from kinemotion.report.i18n import texts
from kinemotion.report.text.summary import summary


def execute(movement: Movement, given: Mapping[str, Any]) -> None:
    """Carry out what the parameters ask for; a clip without numbers ends the process with its status."""
    check(given)
    request = request_of(movement, given)

    def found(trial: Trial) -> None:
        if given["jsonl"]:
            write_line(trial_event(trial, movement))

    with progress(given["progress"]) as tell:
        report = run(request, listener=Listener(progress=tell, trial=found))
    if report.headline:
        write_all(report, given, request=request)
    _write(report, given)


def check(given: Mapping[str, Any]) -> None:
    """Say before the work what would fail after it.

    Raises
    ------
    UsageProblem, OutputProblem
        Where an output cannot be written as it was asked for.
    """
    target: str | None = given["json"]
    if given["jsonl"] and target == STDOUT:
        raise UsageProblem("--jsonl and --json - both write to standard output.", hint="Give --json a file.")
    check_targets(given, documents=() if target is None or target == STDOUT else (Path(target),))


def request_of(movement: Movement, given: Mapping[str, Any]) -> Request:
    """The request that the parameters make."""

    def chosen(kind: type) -> dict[str, Any]:
        return {item.name: given[item.name] for item in fields(kind) if item.name in given}

    return Request(
        path=given["video"],
        movement=movement.name,
        quality=given["quality"],
        athlete=Athlete(**chosen(Athlete)),
        settings=Settings(options=movement.options(**chosen(movement.options)), **chosen(Settings)),
    )


def _write(report: Report, given: Mapping[str, Any]) -> None:
    """Documents to where they were asked for, words to people."""
    if given["json"]:
        write_document(document(report), given["json"])
    if given["jsonl"]:
        write_line(report_event(report))
    told = summary(report, verbose=given["verbose"], lang=given["lang"])
    click.echo(told, nl=False, err=bool(given["json"] or given["jsonl"]))
    if refused := refusal(report):
        complain(texts(given["lang"]).sentence(refused.message), texts(given["lang"]).sentence(refused.hint))
        raise SystemExit(ExitStatus.MOVEMENT_NOT_FOUND)
