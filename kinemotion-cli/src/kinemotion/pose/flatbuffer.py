"""Read FlatBuffers, of which model files are made: tables of numbered fields, each a number, a list, or a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import unpack_from
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_VTABLE_HEADER = 4
"""Bytes of a table of fields before the place of the first field."""
_FIELD = 2
"""Bytes of each place."""
_DISTANCE = _LENGTH = 4
"""Bytes of the distance to a table or a list, and of a list's length."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a FlatBuffer."""

    content: bytes = field(repr=False, compare=False)
    place: int
    """Where it begins in the content."""

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Return the outermost table of a file."""
        return cls(content, _follow(content, 0))

    def read_number(self, number: int, kind: str = "i", *, default: int = 0) -> int:
        """Return the integer in the field of that number; ``kind`` is its type as in `struct`."""
        place = self.find(number)
        return int(unpack_from(f"<{kind}", self.content, place)[0]) if place else default

    def read_numbers(self, number: int, kind: str = "i") -> tuple[int, ...]:
        """Return the integers in a field."""
        place, length = self.find_list(number)
        return unpack_from(f"<{length}{kind}", self.content, place)

    def read_array(self, number: int, dtype: str) -> NDArray[Any]:
        """Return the bytes in a field as an array of numbers; it is empty where the field is missing."""
        place, length = self.find_list(number)
        return np.frombuffer(self.content, dtype, count=length // np.dtype(dtype).itemsize, offset=place)

    def read_table(self, number: int) -> "Table | None":
        """Return the table in a field; None where it is missing."""
        place = self.find(number)
        return Table(self.content, _follow(self.content, place)) if place else None

    def read_tables(self, number: int) -> "Sequence[Table]":
        """Return the tables in a field."""
        place, length = self.find_list(number)
        return [Table(self.content, _follow(self.content, place + _DISTANCE * item)) for item in range(length)]

    def find(self, number: int) -> int:
        """Return where a field begins; 0, where no field can begin, if the table has no such field."""
        [to_fields] = unpack_from("<i", self.content, self.place)
        fields = self.place - to_fields
        [size] = unpack_from("<H", self.content, fields)
        place = _VTABLE_HEADER + _FIELD * number
        if place >= size:
            return 0
        [offset] = unpack_from("<H", self.content, fields + place)
        return self.place + offset if offset else 0

    def find_list(self, number: int) -> tuple[int, int]:
        """Return where the items of a list begin, behind their number, and that number; (0, 0) without the list."""
        place = self.find(number)
        if not place:
            return 0, 0
        begin = _follow(self.content, place)
        return begin + _LENGTH, unpack_from("<I", self.content, begin)[0]


def _follow(content: bytes, place: int) -> int:
    """Return where the distance that is stored at a place leads."""
    [distance] = unpack_from("<I", content, place)
    return place + distance
