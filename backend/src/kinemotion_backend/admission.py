"""How many requests the service works on at once; the rest are told to come back."""

from collections.abc import Generator
from contextlib import contextmanager

from kinemotion_backend.errors import Saturated


class Admission:
    """A fixed number of places, taken and given back."""

    def __init__(self, places: int) -> None:
        self._free = places

    @contextmanager
    def place(self) -> Generator[None]:
        """Hold a place; Saturated at once where none is free."""
        if self._free == 0:
            raise Saturated("All places are taken.")
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
