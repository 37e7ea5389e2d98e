"""Column and constraint helpers of all tables: names, STRICT storage, keys, limits.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from app.domain.text import LINE_LIMIT, NOTE_LIMIT
from db.keys import new_key
from db.types import DayText, Flag, Guarded, JsonText, Key, Moment, Real, TextColumn

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@sa.event.listens_for(sa.Column, "after_parent_attach")
def _name_guard(column: Any, _table: Any) -> None:
    """Tell the card guard in front of a column whose field it guards."""
    if isinstance(column.type, Guarded) and not column.type.field:
        column.type = type(column.type)(column.key)


class Row(SQLModel):
    """A table row.  Rows never leave the services; callers get frozen values.

    Nothing is validated by a row, so no table waits for pydantic to build its validator.
    """

    model_config = {"defer_build": True}

    id: str = Field(default_factory=new_key, primary_key=True, sa_type=Key)


class Versioned(Row):
    """A row that several people may edit: a stale writer gets `Conflict`, not a lost update."""

    version: int = Field(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


def reference(target: str, **options: Any) -> Any:
    """A required foreign key; children never vanish with their parent (no cascades)."""
    return Field(foreign_key=target, sa_type=Key, index=options.pop("index", True), **options)


def optional_reference(target: str, **options: Any) -> Any:
    """A foreign key that may be empty."""
    return Field(
        default=None,
        foreign_key=target,
        sa_type=Key,
        nullable=True,
        index=options.pop("index", True),
        **options,
    )


def words(default: str | None = "", **options: Any) -> Any:
    """Text, empty by default."""
    return Field(default=default, sa_type=TextColumn, **options)


def required_words(**options: Any) -> Any:
    """Text that must be given."""
    return Field(sa_type=TextColumn, **options)


def optional_words(**options: Any) -> Any:
    """Text that may be unknown (NULL), as the word of an optional enumeration."""
    return Field(default=None, sa_type=TextColumn, nullable=True, **options)


def moment(**options: Any) -> Any:
    """An instant that must be given."""
    return Field(sa_type=Moment, **options)


def optional_moment(**options: Any) -> Any:
    """An instant that may be open."""
    return Field(default=None, sa_type=Moment, nullable=True, **options)


def day(**options: Any) -> Any:
    """A calendar day that must be given."""
    return Field(sa_type=DayText, **options)


def optional_day(**options: Any) -> Any:
    """A calendar day that may be open."""
    return Field(default=None, sa_type=DayText, nullable=True, **options)


def flag(default: bool = False, **options: Any) -> Any:
    """True or false."""
    return Field(default=default, sa_type=Flag, **options)


def optional_real(**options: Any) -> Any:
    """A measured number that may be unknown."""
    return Field(default=None, sa_type=Real, nullable=True, **options)


def document(**options: Any) -> Any:
    """A JSON document."""
    return Field(sa_type=JsonText, **options)


def one_of(column: str, words: type[StrEnum], *, optional: bool = False) -> sa.CheckConstraint:
    """The column holds one of the words of an enumeration."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    condition = f"{column} IN ({listed})"
    return sa.CheckConstraint(
        f"{column} IS NULL OR {condition}" if optional else condition, name=column
    )


def lines(*columns: str, limit: int = LINE_LIMIT) -> list[sa.CheckConstraint]:
    """The columns hold at most `limit` characters."""
    return [
        sa.CheckConstraint(f"length({column}) <= {limit}", name=f"{column}_length")
        for column in columns
    ]


def notes(*columns: str) -> list[sa.CheckConstraint]:
    """The columns hold free text of at most `NOTE_LIMIT` characters."""
    return lines(*columns, limit=NOTE_LIMIT)


class EventRow(Row):
    """A row of an event log: who and when, the field that changed, why, and what it refers to.

    `reason` is a code, `remark` what a person wrote; `ref_id` is the key of a record of `ref_kind`,
    whatever table that is in.  Never changed, never deleted.
    """

    at: datetime = moment()
    actor: str = required_words()
    device: str = words()
    field: str = words()
    old: str = words()
    new: str = words()
    reason: str = words()
    ref_kind: str = words()
    ref_id: str | None = Field(default=None, sa_type=Key, nullable=True)
    remark: str = words()


def event_limits() -> list[sa.CheckConstraint]:
    """The limits of the columns of `EventRow`."""
    return [
        *lines("actor", "device", "field", "reason", "ref_kind"),
        *notes("old", "new", "remark"),
    ]


def within(column: str, least: float, most: float) -> sa.CheckConstraint:
    """The column is empty or between two limits."""
    return sa.CheckConstraint(
        f"{column} IS NULL OR {column} BETWEEN {least} AND {most}", name=f"{column}_range"
    )


def table(*parts: Any, without_rowid: bool = False) -> tuple[Any, ...]:
    """``__table_args__`` of every table: its constraints, and STRICT storage on SQLite; rows kept
    in the order of their key with `without_rowid`."""
    flat: list[Any] = []
    for part in parts:
        flat.extend(part if isinstance(part, list) else [part])
    return (*flat, {"sqlite_strict": True, "sqlite_with_rowid": not without_rowid})
