"""Commands that show what is installed: version, movements, contract."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING

import click

from kinemotion.cli.command import STDOUT, Call, Command
from kinemotion.cli.documents import write_document
from kinemotion.cli.flags import write_flag_name
from kinemotion.cli.parameters import language_option
from kinemotion.i18n.texts import load_texts
from kinemotion.motion.metrics import MetricSpec, list_metrics
from kinemotion.motion.options import OptionSpec, list_options
from kinemotion.movements import registry
from kinemotion.movements.base import Movement
from kinemotion.movements.registry import list_leading_metrics
from kinemotion.opencv import find_opencv_distributions
from kinemotion.report.contract.encode import SCHEMA_VERSION

if TYPE_CHECKING:
    from kinemotion.report.contract.command_types import (
        MetricEntry,
        MovementEntry,
        MovementsDocument,
        OptionEntry,
        VersionDocument,
    )

LIBRARIES = ("ai-edge-litert", "av", "numpy", "pillow")
"""Packages whose versions could change a result."""


@click.command(cls=Command, short_help="Show the versions of all parts that affect results.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@language_option
@click.pass_obj
def version(call: Call, /, *, as_json: bool) -> None:
    """Print the versions of everything that could change a result."""
    found = make_version_document()
    if as_json:
        write_document(found, STDOUT, environment=call.environment)
        return
    head = load_texts(call.lang)(
        "version",
        name=found["name"],
        version=found["version"],
        contract=found["schema_version"],
        python=found["python"],
    )
    parts = [*found["libraries"].items(), *((name, digest[:12]) for name, digest in found["models"].items())]
    call.environment.show("\n".join([head, *(f"  {name} {part}" for name, part in parts)]) + "\n")


@click.command(cls=Command, short_help="List what can be measured.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
@language_option
@click.pass_obj
def movements(call: Call, /, *, as_json: bool) -> None:
    """List the movements that can be measured, their metrics and options."""
    if as_json:
        write_document(make_movements_document(), STDOUT, environment=call.environment)
        return
    language = load_texts(call.lang)
    for movement in map(registry.get, registry.list_names()):
        count = language.count("metrics", len(list_metrics(movement.metrics)))
        found = language("named", name=language.movement_title(movement.title), text=count)
        call.environment.show(f"{f'{movement.name}-analyze':<18}{found}\n")


def make_version_document() -> VersionDocument:
    """What could explain a difference between two machines."""
    from kinemotion.pose.model_files import DETECTOR, LANDMARKS, load_model  # noqa: PLC0415  (listing commands shall not wait)

    return {
        "schema_version": SCHEMA_VERSION,
        "name": "kinemotion",
        "version": version_of("kinemotion"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": dict(_find_versions()),
        "models": {f"{name}.tflite": load_model(name).sha256 for name in (DETECTOR, *LANDMARKS.values())},
    }


def _find_versions() -> Iterator[tuple[str, str]]:
    """Yield name and version of every installed library that could change a result."""
    for name in (*LIBRARIES, *find_opencv_distributions()):
        with suppress(PackageNotFoundError):  # LiteRT has no package for some systems
            yield name, version_of(name)


def make_movements_document() -> MovementsDocument:
    """Every installed movement with all that it declares."""
    return {
        "schema_version": SCHEMA_VERSION,
        "movements": [_describe_movement(registry.get(name)) for name in registry.list_names()],
    }


def _describe_movement(movement: Movement) -> MovementEntry:
    repetition = movement.repetition_metrics
    return {
        "name": movement.name,
        "title": movement.title,
        "command": f"{movement.name}-analyze",
        "headline": next(spec.key for spec in list_metrics(movement.metrics) if spec.name == movement.headline),
        "headlines": [spec.key for spec in list_leading_metrics(movement)],
        "metrics": [_describe_metric(spec) for spec in list_metrics(movement.metrics)],
        "repetition_metrics": [_describe_metric(spec) for spec in list_metrics(repetition)] if repetition else [],
        "options": [_describe_option(spec) for spec in list_options(movement.options)],
    }


def _describe_metric(spec: MetricSpec) -> MetricEntry:
    """Return the declaration as the contract sees it: key and range in the key's unit."""
    return {
        "key": spec.key,
        "title": spec.title,
        "unit": spec.key_unit,
        "meaning": spec.meaning,
        "plausible": [bound * spec.factor for bound in spec.plausible] if spec.plausible else None,
        "source": spec.source or None,
    }


def _describe_option(spec: OptionSpec) -> OptionEntry:
    return {
        "name": spec.name,
        "flag": write_flag_name(spec),
        "type": spec.type.__name__,
        "default": spec.default,
        "choices": list(spec.choices) if spec.choices else None,
        "minimum": spec.minimum,
        "maximum": spec.maximum,
        "unit": spec.unit,
        "meaning": spec.meaning,
    }
