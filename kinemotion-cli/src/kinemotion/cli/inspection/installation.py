"""How this installation is extended or repaired: always from where it came, never by a name on a public index."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from importlib.util import find_spec
from typing import Any

from kinemotion.messages import Message

_EXTRA = re.compile(r"""^(?P<name>[\w.-]+)(?:\[[^\]]*\])?[^;]*;.*\bextra == ["'](?P<extra>\w+)["']""")


def install_command(extra: str = "") -> str:
    """Return the command that installs this version again, with an extra.

    A package called kinemotion on a public index is another project, so the command names the origin of this one. It
    names the Python of this installation too: that on the PATH may be another, and an environment of uv has no pip.
    """
    extras = f"[{extra}]" if extra else ""
    origin: Mapping[str, Any] = json.loads(distribution("kinemotion").read_text("direct_url.json") or "{}")
    if "url" not in origin:
        return Message(
            "install_from_origin",
            "Install kinemotion{extras} again from the wheel or repository that it came from: see the README.",
            extras=extras,
        )
    version_control: Mapping[str, str] = origin.get("vcs_info") or {}
    prefix = f"{version_control['vcs']}+" if version_control else ""
    wanted = f'"kinemotion{extras} @ {prefix}{origin["url"]}"'
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    if find_spec("pip"):
        return f"{python} -m pip install {wanted}"
    return f"uv pip install {wanted} --python {python}"


def find_missing_by_extra() -> Mapping[str, tuple[str, ...]]:
    """Return the packages that each extra would add to this installation."""
    found: dict[str, tuple[str, ...]] = {}
    for extra, name in _list_extras():
        found[extra] = (*found.get(extra, ()), *(() if _is_installed(name) else (name,)))
    return found


def _list_extras() -> Iterator[tuple[str, str]]:
    for requirement in requires("kinemotion") or ():
        match = _EXTRA.match(requirement)
        if match and match["name"] != "kinemotion":
            yield match["extra"], match["name"]


def _is_installed(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True
