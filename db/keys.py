"""Keys of records: UUIDv7, fresh, or those of an operation, which come out the same each time it
is applied; and UUIDv8 for what is the same wherever it is made."""

from __future__ import annotations

import contextlib
import contextvars
import hashlib
import uuid
from collections.abc import Iterator

import uuid_utils

_COUNTED_BITS = 32
_COUNTED = (1 << _COUNTED_BITS) - 1
_KEY_LENGTH = 36


class KeySeries:
    """The keys an operation gives to what it makes: its own key, whose last 32 bits are 0, and one
    more each time.  They sort after the operation's key in the order they were given."""

    def __init__(self, first: str) -> None:
        self._first = uuid.UUID(first).int
        self._given = 0

    @property
    def first(self) -> str:
        """The first key it gives."""
        return _text(self._first + 1)

    def following(self) -> str:
        """The next key."""
        self._given += 1
        return _text(self._first + self._given)


_series: contextvars.ContextVar[KeySeries | None] = contextvars.ContextVar("series", default=None)


def new_key() -> str:
    """A UUIDv7: later keys sort after earlier ones, and two laptops never make the same.  While an
    operation is applied, the next key of its series."""
    series = _series.get()
    return str(uuid_utils.uuid7()) if series is None else series.following()


def is_key(value: object) -> bool:
    """Whether a value is a key as it is stored."""
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


def first_drawn() -> str:
    """The first key `new_key` gives, or gave, while the operation under way is applied."""
    series = _series.get()
    assert series is not None, "no operation is under way"
    return series.first


def first_key() -> str:
    """A fresh key that can begin a `KeySeries`."""
    return str(uuid.UUID(int=uuid_utils.uuid7().int & ~_COUNTED))


def series_of(key: str) -> str:
    """The first key of the series a key is from: that of the operation which gave it."""
    return str(uuid.UUID(int=uuid.UUID(key).int & ~_COUNTED))


def derived_key(*names: str) -> str:
    """The key of what is the same wherever it is made, from the names that make it so: a UUIDv8 of
    their SHA-256 (RFC 9562, B.2)."""
    return _version_8(_hashed(names, 122))


def derived_key_after(n: int, record: str, *names: str) -> str:
    """As `derived_key`, but they sort by the number `n`, then as the UUIDv7 of `record` does among
    its kind, so that what is made together lies together.  40 bits are left for the names: of what
    has the same number and record, only a few are meant to be made."""
    known = int(record.replace("-", ""), 16) if len(record) == _KEY_LENGTH else 0
    milliseconds, counted = known >> 80, known & _COUNTED
    order = min(n, 0xFFFF) << 66
    order |= (milliseconds & (1 << 44) - 1) << 22 | counted & (1 << 22) - 1
    return _version_8(order << 40 | _hashed(names, 40))


def _hashed(names: tuple[str, ...], bits: int) -> int:
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return int.from_bytes(digest) >> 256 - bits


def _version_8(value: int) -> str:
    """A UUID of 122 bits of one's own."""
    high, middle, low = value >> 74, value >> 62 & 0xFFF, value & (1 << 62) - 1
    return _text(high << 80 | 8 << 76 | middle << 64 | 2 << 62 | low)


def _text(value: int) -> str:
    """The 36 characters of a key, without the checks `uuid.UUID` makes: hundreds of thousands are
    made at a time."""
    plain = f"{value:032x}"
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


@contextlib.contextmanager
def keys_of(first: str) -> Iterator[None]:
    """`new_key` gives the keys that follow `first` while inside, in this thread."""
    token = _series.set(KeySeries(first))
    try:
        yield
    finally:
        _series.reset(token)
