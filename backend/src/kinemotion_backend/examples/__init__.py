"""The contract's examples as data: copies of ``docs/contract/examples``, so that the service works without them."""

from functools import cache
from importlib.resources import files


@cache
def load_example(name: str) -> str:
    """Text of the example of that name."""
    return files(__name__).joinpath(f"{name}.json").read_text("utf-8")


def list_names() -> frozenset[str]:
    """Names of all examples; that of a movement's analysis is the movement's own."""
    return frozenset(
        file.name.removesuffix(".json") for file in files(__name__).iterdir() if file.name.endswith(".json")
    )
