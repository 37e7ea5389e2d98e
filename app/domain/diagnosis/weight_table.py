"""A table of small whole numbers, a row for each name, that is read as it lies in a file: nothing
is decoded before the first use, and a name that is not there finds nothing."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

MARK = 2
"""Bytes of a row that tell which name it belongs to; the numbers follow.  Zeros: no name."""
_EMPTY = bytes(MARK)


@dataclass(frozen=True, slots=True)
class WeightTable:
    """Rows found by a checksum of the name; behind one that belongs to another name the search
    goes on until an empty row.  `step` is what a one stands for."""

    step: float
    width: int
    table: bytes

    def row(self, name: str) -> int | None:
        """The row of a name; None when it has none."""
        table, size = self.table, self.size
        rows = len(table) // size
        row, mark = row_of(name, rows)
        for _ in range(rows):
            at = row * size
            here = table[at : at + MARK]
            if here == mark:
                return row
            if here == _EMPTY:
                break
            row = row + 1 if row + 1 < rows else 0
        return None

    @property
    def size(self) -> int:
        """The bytes of a row."""
        return MARK + self.width

    def sums(self, rows: Sequence[int]) -> list[float]:
        """The numbers of these rows added up, one sum a column."""
        numbers, size, width = memoryview(self.table).cast("b"), self.size, self.width
        starts = [row * size + MARK for row in rows]
        if not starts:
            return [0.0] * width
        columns = zip(*(numbers[at : at + width] for at in starts), strict=True)
        return [self.step * sum(column) for column in columns]


def row_of(name: str, rows: int) -> tuple[int, bytes]:
    """The row a name belongs in when that is free, and the mark of the name."""
    checksum = zlib.crc32(name.encode())
    return checksum % rows, (checksum >> 16 or 1).to_bytes(MARK)
