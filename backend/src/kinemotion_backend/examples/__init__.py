"""The contract's examples as data: copies of ``docs/contract/examples``, so that the service works without them.

Beside them lies an example of each file that an engine can make of a video.
"""

from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path


@cache
def load_example(name: str) -> str:
    """Text of the example of that name."""
    return files(__name__).joinpath(f"{name}.json").read_text("utf-8")


def open_example(file_name: str) -> AbstractContextManager[Path]:
    """Return the example of the file of that name; its path is good inside the ``with`` block."""
    return as_file(files(__name__).joinpath(file_name))


def list_names() -> frozenset[str]:
    """Names of all examples; that of a movement's analysis is the movement's own."""
    return frozenset(
        file.name.removesuffix(".json") for file in files(__name__).iterdir() if file.name.endswith(".json")
    )
