"""The command that says what is wrong with an installation and how to mend it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import click

from kinemotion.cli.command import STDOUT, Call, Command
from kinemotion.cli.documents import write_document
from kinemotion.cli.inspection.about import LIBRARIES
from kinemotion.cli.inspection.installation import find_missing_by_extra, install_command
from kinemotion.cli.parameters import language_option
from kinemotion.errors import ExitStatus, ModelProblem, MovementOutdated
from kinemotion.i18n.texts import Texts, load_texts
from kinemotion.messages import Message
from kinemotion.movements import registry
from kinemotion.opencv import find_opencv_distributions, load_opencv
from kinemotion.report.contract.encode import SCHEMA_VERSION

if TYPE_CHECKING:
    from kinemotion.report.contract.command_types import DoctorDocument, FindingEntry

DECODERS = ("h264", "hevc", "vp9", "av1", "mpeg4", "mjpeg")
"""What phones and the web deliver."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    ok: bool
    found: str
    mend: str = ""


@click.command(cls=Command, short_help="Say what is wrong with this installation.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@language_option
@click.pass_obj
def doctor(call: Call, /, *, as_json: bool) -> None:
    """Say what is wrong with this installation, and how to mend it."""
    findings = list(examine())
    if as_json:
        write_document(make_doctor_document(findings), STDOUT, environment=call.environment)
    else:
        lines = [_describe(finding, load_texts(call.lang)) for finding in findings]
        call.environment.show("".join([*lines, f"\n{load_texts(call.lang).sentence(_judge(findings))}\n"]))
    if not all(finding.ok for finding in findings):
        raise SystemExit(ExitStatus.MODEL_PROBLEM)


def _describe(finding: Finding, language: Texts) -> str:
    """Return a finding as a line, with what to do below it."""
    verdict = language("good") if finding.ok else language("bad")
    found = language("named", name=language.sentence(finding.name), text=language.sentence(finding.found))
    line = f"{verdict:<4} {found}\n"
    return f"{line}     {language.sentence(finding.mend)}\n" if finding.mend else line


def _judge(findings: Sequence[Finding]) -> Message:
    """Return the verdict on all findings."""
    faults = sum(not finding.ok for finding in findings)
    if faults:
        return Message(
            "installation_broken", "Kinemotion cannot work well here. Things to mend: {count}.", count=faults
        )
    return Message("installation_works", "Kinemotion works here.")


def make_doctor_document(findings: Iterable[Finding]) -> DoctorDocument:
    """Return what was found as JSON values."""
    return {"schema_version": SCHEMA_VERSION, "findings": [_describe_finding(finding) for finding in findings]}


def _describe_finding(finding: Finding) -> FindingEntry:
    return {"name": finding.name, "ok": finding.ok, "found": finding.found, "mend": finding.mend}


def examine() -> Iterator[Finding]:
    """Check all that an analysis needs; return one finding for each part."""
    # Imported here: listing the commands shall not wait for it.
    from kinemotion.pose.estimators import choose_default_estimator  # noqa: PLC0415
    from kinemotion.pose.model_files import DETECTOR, LANDMARKS  # noqa: PLC0415

    yield Finding(
        Message("machine", "machine"),
        ok=True,
        found=Message(
            "python_and_threads",
            "Python {version}, threads: {count}",
            version=platform.python_version(),
            count=os.cpu_count() or 1,
        ),
    )
    runtime = _find_runtime(choose_default_estimator())
    yield from (_check_library(runtime if name == "ai-edge-litert" else name) for name in LIBRARIES)
    yield from (_check_model(name) for name in (DETECTOR, *LANDMARKS.values()))
    yield from (_check_decoder(name) for name in DECODERS)
    yield from (_check_movement(name) for name in registry.list_names())
    yield _check_one_opencv()
    yield from (_check_extra(name, missing) for name, missing in find_missing_by_extra().items())


def _find_runtime(estimator: str) -> str:
    """Return the package that runs the models of an estimator."""
    from kinemotion.pose.onnx.devices import find_distribution  # noqa: PLC0415

    if estimator == "onnx":
        return (find_distribution() or "onnxruntime").split()[0]
    return "mediapipe" if estimator == "mediapipe" else "ai-edge-litert"


def _check_library(name: str) -> Finding:
    try:
        return Finding(name, ok=True, found=version(name))
    except PackageNotFoundError:
        return Finding(name, ok=False, found=_MISSING, mend=install_command())


def _check_model(name: str) -> Finding:
    from kinemotion.pose.model_files import load_model  # noqa: PLC0415

    try:
        digest = load_model(name).sha256[:12]
        return Finding(_name_model(name), ok=True, found=Message("model_present", "present ({digest})", digest=digest))
    except ModelProblem as problem:
        return Finding(_name_model(name), ok=False, found=problem.message, mend=_install_again())


def _check_decoder(name: str) -> Finding:
    import av  # noqa: PLC0415

    if name in av.codecs_available:
        return Finding(_name_decoder(name), ok=True, found=Message("present", "present"))
    return Finding(_name_decoder(name), ok=False, found=_MISSING, mend=_install_again())


def _check_movement(name: str) -> Finding:
    try:
        registry.get(name)
        return Finding(_name_movement(name), ok=True, found=_INSTALLED)
    except Exception as problem:  # noqa: BLE001  (a foreign package may fail in any way)
        found = problem.message if isinstance(problem, MovementOutdated) else str(problem)
        return Finding(_name_movement(name), ok=False, found=found, mend=MovementOutdated.default_hint)


def _check_extra(name: str, missing: Sequence[str]) -> Finding:
    """An extra is a choice: one that is missing breaks nothing."""
    if missing:
        return Finding(
            _name_extra(name),
            ok=True,
            found=Message("extra_missing", "not installed ({names})", names=", ".join(missing)),
            mend=install_command(name),
        )
    return Finding(_name_extra(name), ok=True, found=_INSTALLED)


def _check_one_opencv() -> Finding:
    owners = find_opencv_distributions()
    if len(owners) > 1:
        found = ", ".join(owners)
        mend = Message("remove_one_opencv", "They overwrite each other: pip uninstall {name}", name=owners[-1])
        return Finding("OpenCV", ok=False, found=found, mend=mend)
    try:
        load_opencv()
    except ModelProblem as problem:
        return Finding("OpenCV", ok=False, found=problem.message, mend=problem.hint)
    return Finding("OpenCV", ok=True, found=", ".join(f"{owner} {version(owner)}" for owner in owners))


_MISSING = Message("missing", "missing")
_INSTALLED = Message("installed", "installed")


def _install_again() -> Message:
    return Message("install_again", "Install kinemotion again: {command}", command=install_command())


def _name_model(name: str) -> Message:
    return Message("model", "model {name}", name=name)


def _name_decoder(name: str) -> Message:
    return Message("decoder", "decoder {name}", name=name)


def _name_movement(name: str) -> Message:
    return Message("movement", "movement {name}", name=name)


def _name_extra(name: str) -> Message:
    return Message("extra", "extra {name}", name=name)
