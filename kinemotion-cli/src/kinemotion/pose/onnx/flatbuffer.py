"""Read FlatBuffers: tables of numbered fields, each a number, a list, or another table."""

from collections.abc import Sequence
from dataclasses import dataclass
from struct import calcsize, unpack_from
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_VTABLE_HEADER = 4
"""Bytes of a table of fields before the place of the first field."""
_FIELD = 2
"""Bytes of each place."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a FlatBuffer."""

    content: bytes
    place: int

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Return the outermost table of a file."""
        return cls(content, _follow(content, 0))

    def read_number(self, field: int, kind: str = "i", *, default: int = 0) -> int:
        """Return the integer in a field; ``kind`` is its type as in `struct`."""
        place = self._find(field)
        return default if place is None else int(unpack_from(f"<{kind}", self.content, place)[0])

    def read_numbers(self, field: int, kind: str = "i") -> tuple[int, ...]:
        """Return the integers in a field."""
        found = self._find_list(field)
        return () if found is None else unpack_from(f"<{found[1]}{kind}", self.content, found[0])

    def read_array(self, field: int, dtype: str) -> NDArray[Any]:
        """Return the bytes in a field as an array of numbers; it is empty where the field is missing."""
        place, length = self._find_list(field) or (0, 0)
        return np.frombuffer(self.content, dtype, count=length // np.dtype(dtype).itemsize, offset=place)

    def read_table(self, field: int) -> "Table | None":
        """Return the table in a field; None where it is missing."""
        place = self._find(field)
        return None if place is None else Table(self.content, _follow(self.content, place))

    def read_tables(self, field: int) -> "Sequence[Table]":
        """Return the tables in a field."""
        place, length = self._find_list(field) or (0, 0)
        step = calcsize("<I")
        return [Table(self.content, _follow(self.content, place + step * item)) for item in range(length)]

    def _find(self, field: int) -> int | None:
        """Return where a field begins; None where it is missing."""
        [to_fields] = unpack_from("<i", self.content, self.place)
        fields = self.place - to_fields
        [size] = unpack_from("<H", self.content, fields)
        place = _VTABLE_HEADER + _FIELD * field
        if place >= size:
            return None
        [offset] = unpack_from("<H", self.content, fields + place)
        return self.place + offset if offset else None

    def _find_list(self, field: int) -> tuple[int, int] | None:
        """Return where the items of a list begin, and their number; None where the field is missing."""
        place = self._find(field)
        if place is None:
            return None
        begin = _follow(self.content, place)
        return begin + calcsize("<I"), unpack_from("<I", self.content, begin)[0]


def _follow(content: bytes, place: int) -> int:
    """Return where the distance that is stored at a place leads."""
    [distance] = unpack_from("<I", content, place)
    return place + distance
