"""Keys of records: UUIDv7, fresh, or those of an operation, which come out the same each time it
is applied."""

from __future__ import annotations

import contextlib
import contextvars
import uuid
from collections.abc import Iterator

import uuid_utils

_COUNTED_BITS = 32
_COUNTED = (1 << _COUNTED_BITS) - 1


class KeySeries:
    """The keys an operation gives to what it makes: its own key, whose last 32 bits are 0, and one
    more each time.  They sort after the operation's key in the order they were given."""

    def __init__(self, first: str) -> None:
        self._first = uuid.UUID(first).int
        self._given = 0

    def following(self) -> str:
        """The next key."""
        self._given += 1
        return str(uuid.UUID(int=self._first + self._given))


_series: contextvars.ContextVar[KeySeries | None] = contextvars.ContextVar("series", default=None)


def new_key() -> str:
    """A UUIDv7: later keys sort after earlier ones, and two laptops never make the same.  While an
    operation is applied, the next key of its series."""
    series = _series.get()
    return str(uuid_utils.uuid7()) if series is None else series.following()


def first_key() -> str:
    """A fresh key that can begin a `KeySeries`."""
    return str(uuid.UUID(int=uuid_utils.uuid7().int & ~_COUNTED))


@contextlib.contextmanager
def keys_of(first: str) -> Iterator[None]:
    """`new_key` gives the keys that follow `first` while inside, in this thread."""
    token = _series.set(KeySeries(first))
    try:
        yield
    finally:
        _series.reset(token)
