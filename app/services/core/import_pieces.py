"""A file is taken in piece by piece, each an operation of its own.

Whoever saves meanwhile waits for one piece, the log holds no operation that is too large to send,
and an import that was stopped goes on where it stood when the same file is imported again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar

from app.domain.errors import Cancelled

PIECE = 400
"""Rows of a piece: about 100 ms of writing, where a save should wait 200 ms at most."""

T = TypeVar("T")
R = TypeVar("R")
Piece = TypeVar("Piece", bound=Sequence[Any])


def in_pieces(
    pieces: Iterable[Piece],
    total: int,
    take: Callable[[Piece], R],
    step: Callable[[int, int], None],
) -> tuple[list[R], int]:
    """What `take` gave for each piece, and how many of `total` rows were left when somebody
    stopped.  Raises `Cancelled` when nothing was taken yet."""
    results: list[R] = []
    done = 0
    for piece in pieces:
        try:
            step(done, total)
        except Cancelled:
            if not results:
                raise
            return results, total - done
        results.append(take(piece))
        done += len(piece)
    # Everything is in; it is too late to stop.
    with contextlib.suppress(Cancelled):
        step(total, total)
    return results, 0


def pieces_together(
    items: Sequence[T], bonds: Callable[[T], Iterable[Hashable]], most: int = PIECE
) -> list[list[T]]:
    """The items in pieces of about `most`, those that share a bond in the same piece, in the order
    they came within a piece.  What depends on each other is larger than `most` if it has to be."""
    groups = _Groups(len(items))
    first: dict[Hashable, int] = {}
    for place, item in enumerate(items):
        for bond in bonds(item):
            groups.join(first.setdefault(bond, place), place)
    members: dict[int, list[int]] = {}
    for place in range(len(items)):
        members.setdefault(groups.of(place), []).append(place)
    pieces: list[list[int]] = [[]]
    for group in members.values():
        if pieces[-1] and len(pieces[-1]) + len(group) > most:
            pieces.append([])
        pieces[-1] += group
    return [[items[place] for place in sorted(piece)] for piece in pieces if piece]


class _Groups:
    """Places joined into groups, each named by its first place."""

    def __init__(self, count: int) -> None:
        self._before = list(range(count))

    def of(self, place: int) -> int:
        """The first place of the group."""
        while self._before[place] != place:
            self._before[place] = self._before[self._before[place]]
            place = self._before[place]
        return place

    def join(self, one: int, other: int) -> None:
        """Make one group of two."""
        first, second = sorted((self.of(one), self.of(other)))
        self._before[second] = first
