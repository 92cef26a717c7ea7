"""The command that measures a shipped clip and compares the numbers with those that this version gives elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from kinemotion.cli.command import Call, Command
from kinemotion.cli.parameters import language_option
from kinemotion.errors import ExitStatus
from kinemotion.i18n.texts import load_texts

GOLDEN = Path(__file__).with_name("golden")
CLIP = GOLDEN / "cmj.mp4"
EXPECTED = GOLDEN / "cmj.json"
MOVEMENT, QUALITY = "cmj", "fast"
ALLOWED_SHARE = 0.1
"""Of a metric's interval, by which two machines may differ: rounding on another processor stays far below."""


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """The pose model or a metric of the clip: what is expected, what was found, and whether they agree."""

    name: str
    expected: float | str | None
    found: float | str | None
    agrees: bool


@click.command(cls=Command, short_help="Check that this machine measures what it should.")
@click.option("--write", is_flag=True, help="Write what is measured here as what is expected from now on.")
@language_option
@click.pass_obj
def selftest(call: Call, /, *, write: bool) -> None:
    """Measure a clip that comes with the engine, and compare each number with that of the same version elsewhere."""
    measured = measure()
    if write:
        EXPECTED.write_text(f"{json.dumps(measured, indent=1)}\n", "utf-8")
        return
    compared = list(compare(json.loads(EXPECTED.read_text("utf-8")), measured))
    language = load_texts(call.lang)
    for one in compared:
        verdict = language("good") if one.agrees else language("bad")
        text = language("compared", name=one.name, found=one.found, expected=one.expected)
        call.environment.show(f"{verdict:<4} {text}\n")
    if not all(one.agrees for one in compared):
        call.environment.show(language("other_numbers") + "\n", aside=True)
        raise SystemExit(ExitStatus.MODEL_PROBLEM)


def measure() -> dict[str, Any]:
    """Return the numbers and intervals of the clip, with the model that found them."""
    from kinemotion.api import analyze_video  # noqa: PLC0415  (listing the commands shall not wait for it)
    from kinemotion.report.contract.document import make_document  # noqa: PLC0415

    found: Any = make_document(analyze_video(CLIP, MOVEMENT, quality=QUALITY))
    model = found["metadata"]["algorithm"]["estimator"]["model_sha256"]
    return {"model_sha256": model, "data": found["data"], "intervals": found["intervals"]}


def compare(expected: dict[str, Any], measured: dict[str, Any]) -> Iterator[ComparedValue]:
    """Compare the model, then each metric; a tenth of its interval may lie between two machines."""
    models = expected["model_sha256"], measured["model_sha256"]
    yield ComparedValue("pose model", *models, agrees=models[0] == models[1])
    for name in sorted(expected["data"].keys() | measured["data"].keys()):
        theirs, ours = expected["data"].get(name), measured["data"].get(name)
        yield ComparedValue(
            name, theirs, ours, agrees=_is_close(theirs, ours, interval=expected["intervals"].get(name))
        )


def _is_close(expected: float | None, found: float | None, *, interval: tuple[float, float] | None) -> bool:
    if expected is None or found is None:
        return expected is found
    low, high = interval or (expected, expected)
    return abs(found - expected) <= ALLOWED_SHARE * (high - low)
