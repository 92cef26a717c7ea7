"""Whether the engine on this machine fits: is there, speaks our contract, is what the lock file says."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kinemotion_backend import __version__
from kinemotion_backend.analyzer.base import VideoAnalyzer
from kinemotion_backend.contract import CONTRACT_MAJOR, Engine
from kinemotion_backend.errors import EngineUnusable

ENGINE_PACKAGE = "kinemotion"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    well: bool
    what: str

    def __str__(self) -> str:
        return f"{'ok ' if self.well else 'BAD'}  {self.what}"


async def examine(analyzer: VideoAnalyzer, *, lock: str | None) -> list[Finding]:
    """Everything that was looked at, in the order of looking; held against the text of a uv.lock where there is one."""
    found = [Finding(well=True, what=f"service {__version__}, reads contract {CONTRACT_MAJOR}.x")]
    try:
        engine = await analyzer.engine()
        movements = await analyzer.movements()
    except EngineUnusable as problem:
        return [*found, Finding(well=False, what=problem.message)]
    names = ", ".join(movement.name for movement in movements)
    found.append(Finding(well=True, what=f"engine {engine.version}, speaks contract {engine.schema_version}"))
    found.append(Finding(well=bool(movements), what=f"movements: {names or 'none'}"))
    found += [Finding(well=True, what=f"model {name} {digest[:12]}") for name, digest in engine.models.items()]
    if lock is not None:
        found += _compared(engine, _locked_versions(lock))
    return found


def _compared(engine: Engine, locked: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Each version the engine reports, held against the lock file's."""
    installed = {ENGINE_PACKAGE: engine.version, **engine.libraries}
    for name, version in installed.items():
        wanted = locked.get(name, frozenset())
        if version in wanted:
            yield Finding(well=True, what=f"{name} {version}, as locked")
        else:
            yield Finding(well=False, what=f"{name} {version}, but locked is {' or '.join(sorted(wanted)) or 'none'}")


def _locked_versions(lock: str) -> dict[str, frozenset[str]]:
    """Versions of each package in a uv.lock; several where they differ between Pythons."""
    versions: dict[str, frozenset[str]] = {}
    for package in tomllib.loads(lock)["package"]:
        name = package["name"]
        versions[name] = versions.get(name, frozenset()) | {package.get("version", "")}
    return versions
