"""Check the engine on this machine: it is there, has our contract, and is what the lock file says."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kinemotion_backend import __version__
from kinemotion_backend.contract.documents import CONTRACT_MAJOR, Engine, MovementInfo
from kinemotion_backend.errors import EngineUnusable
from kinemotion_backend.video_analyzer import VideoAnalyzer, run_blocking

ENGINE_PACKAGE = "kinemotion"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    is_good: bool
    what: str

    def __str__(self) -> str:
        return f"{'ok ' if self.is_good else 'BAD'}  {self.what}"


def examine(make_analyzer: Callable[[], VideoAnalyzer], *, lock: str | None) -> list[Finding]:
    """Return what was checked, in order; versions are compared with the text of a uv.lock when there is one."""
    found = [Finding(is_good=True, what=f"service {__version__}, reads contract {CONTRACT_MAJOR}.x")]
    try:
        engine, movements = run_blocking(_ask(make_analyzer()))
    except EngineUnusable as problem:
        return [*found, Finding(is_good=False, what=problem.message)]
    names = ", ".join(movement.name for movement in movements)
    found.append(Finding(is_good=True, what=f"engine {engine.version}, has contract {engine.schema_version}"))
    found.append(Finding(is_good=bool(movements), what=f"movements: {names or 'none'}"))
    found += [Finding(is_good=True, what=f"model {name} {digest[:12]}") for name, digest in engine.models.items()]
    if lock is not None:
        found += _compare(engine, _read_locked_versions(lock))
    return found


async def _ask(analyzer: VideoAnalyzer) -> tuple[Engine, tuple[MovementInfo, ...]]:
    return await analyzer.get_engine(), await analyzer.list_movements()


def _compare(engine: Engine, locked: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Compare each version that the engine reports with the lock file's."""
    installed = {ENGINE_PACKAGE: engine.version, **engine.libraries}
    for name, version in installed.items():
        wanted = locked.get(_find_program(name), frozenset())
        if version in wanted:
            yield Finding(is_good=True, what=f"{name} {version}, as locked")
        else:
            yield Finding(
                is_good=False, what=f"{name} {version}, but locked is {' or '.join(sorted(wanted)) or 'none'}"
            )


def _read_locked_versions(lock: str) -> dict[str, frozenset[str]]:
    """Return the versions of each program in a uv.lock; several when they differ between Pythons."""
    versions: dict[str, frozenset[str]] = {}
    for package in tomllib.loads(lock)["package"]:
        name = _find_program(package["name"])
        versions[name] = versions.get(name, frozenset()) | {package.get("version", "")}
    return versions


def _find_program(distribution: str) -> str:
    """Return what a distribution holds: OpenCV is published as several, and an image has the one without windows."""
    return "opencv" if distribution.startswith("opencv-") else distribution
