"""Column types that mean the same on SQLite and PostgreSQL.

SQLite tables are STRICT, which knows only INTEGER, REAL, TEXT and BLOB; PostgreSQL gets its native
types.  In Python a key is a string, a moment an aware UTC `datetime`, a day a `date`.
"""

import functools
import json
import re
import zlib
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.domain.cardguard import holds_secret
from app.domain.errors import DamagedValue, InvalidInput
from app.domain.operations.operation import canonical


class Key(TypeDecorator[str]):
    """A UUIDv7 in its 36-character form: sortable by age and unique without a server."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            # A server's dialect is loaded only where there is a server.
            from sqlalchemy.dialects import postgresql

            return dialect.type_descriptor(postgresql.UUID(as_uuid=False))
        return dialect.type_descriptor(sa.Text())


# Few moments, written again and again: an import's rows all bear the same.
@functools.lru_cache(maxsize=1024)
def _moment(value: datetime) -> str:
    plain = value.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds") + "Z"


def _check_aware(value: datetime) -> None:
    if value.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {value!r}")


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    _check_aware(value)
    return _moment(value)


class Moment(TypeDecorator[datetime]):
    """An instant, aware and in UTC; text of fixed width on SQLite so that it sorts."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        return dialect.type_descriptor(sa.Text())

    def bind_processor(self, dialect: Dialect) -> Any:
        """On a file the conversion alone, without the layers around it."""
        return super().bind_processor(dialect) if dialect.name == "postgresql" else _as_text

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "postgresql":
            return _as_text(value)
        _check_aware(value)
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        try:
            if isinstance(value, str):
                return datetime.fromisoformat(value)
            return value.astimezone(UTC)  # type: ignore[no-any-return]
        except (ValueError, AttributeError) as failure:
            raise DamagedValue from failure


# Few days, read again and again: a schedule reads tens of thousands.
_day = functools.lru_cache(maxsize=16_384)(date.fromisoformat)


class DayText(TypeDecorator[date]):
    """A calendar day where the work happens; no zone."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Date())
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        try:
            return _day(value) if isinstance(value, str) else value
        except ValueError as failure:
            raise DamagedValue from failure


class Flag(TypeDecorator[bool]):
    """True or false; 1 and 0 on SQLite, whose STRICT tables know no booleans."""

    impl = sa.Boolean
    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[bool]):  # noqa: N801 - SQLAlchemy's name
        """``IS`` takes no parameter on PostgreSQL, so a flag is compared by ``=``."""

        def is_(self, other: Any) -> Any:
            return super().is_(None) if other is None else self == other

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Boolean())
        return dialect.type_descriptor(sa.Integer())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Real(TypeDecorator[float]):
    """A number with a fraction, double precision."""

    impl = sa.REAL
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.Double())
        return dialect.type_descriptor(sa.REAL())


_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")
"""Half characters, which no encoding knows, and NUL, which PostgreSQL does not take."""


# The same words come again and again: codes, names, the actor of every row of an import.
@functools.lru_cache(maxsize=16_384)
def _checked(field: str, text: str) -> str:
    if _NOT_STORABLE.search(text):
        raise InvalidInput.of(field, "text.not_storable")
    if holds_secret(field, text):
        raise InvalidInput.of(field, "text.card_number")
    return text


class Guarded(TypeDecorator[Any]):
    """Text on its way into the database: here, and nowhere else, it passes the card guard.

    `field` is the column's name (`db.models.shape` fills it in): the refusal stands beside the
    field, and `cardguard.OWN_FORM` knows numbers that are long by nature.  Raises `InvalidInput`
    ``text.card_number`` for whoever writes, row by row or many at once.
    """

    impl = sa.Text
    cache_ok = True

    def __init__(self, field: str = "") -> None:
        super().__init__()
        self.field = field

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """What is only compared is not stored: a search may be for anything."""
        return sa.Text()


class TextColumn(Guarded):
    """Text."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Any:
        """On a file nothing but the guard, without the layers around it: a save writes some fifty
        texts, most of them empty."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        field = self.field

        def guarded(value: str | None) -> Any:
            if not value:
                return value
            return _checked(field, value.value if isinstance(value, StrEnum) else value)

        return guarded

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return _checked(self.field, value.value if isinstance(value, StrEnum) else value)


class JsonText(Guarded):
    """A JSON document whose inside no query looks at."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        check_inside(self.field, value)
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        try:
            return None if value is None else json.loads(value)
        except (ValueError, TypeError, RecursionError) as failure:
            raise DamagedValue from failure


class Digest(TypeDecorator[bytes]):
    """A hash: 32 bytes."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes(value)


class BigNumber(TypeDecorator[int]):
    """A whole number of up to 63 bits."""

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        wide = dialect.name == "postgresql"
        return dialect.type_descriptor(sa.BigInteger() if wide else sa.Integer())


_PACKED_FROM = 512
"""Bytes; shorter documents do not get smaller."""
_PACKED = b"z"


class Payload(TypeDecorator[Any]):
    """A JSON document as its canonical bytes, compressed when that is shorter.  Like all text it
    passes the card guard."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes:
        check_inside("payload", value)
        plain = canonical(value)
        if len(plain) < _PACKED_FROM:
            return plain
        return min(plain, _PACKED + zlib.compress(plain, 6), key=len)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        try:
            return json.loads(plain_payload(value))
        except (ValueError, TypeError, RecursionError, zlib.error) as failure:
            raise DamagedValue from failure


def plain_payload(stored: bytes | memoryview) -> bytes:
    """The canonical bytes of a document as a `Payload` column stores it."""
    found = bytes(stored)
    return zlib.decompress(found[1:]) if found[:1] == _PACKED else found


def check_inside(field: str, value: Any) -> None:
    """Raise `InvalidInput` for a document that holds what must not or cannot be stored anywhere
    inside: ``text.card_number``, ``text.not_storable``."""
    if isinstance(value, str):
        _checked(field, value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _checked(field, str(name))
            if isinstance(inner, _WITH_WORDS):
                check_inside(str(name), inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            if isinstance(inner, _WITH_WORDS):
                check_inside(field, inner)


_WITH_WORDS = (str, dict, list, tuple)
"""JSON values that are or hold words."""
