"""Tables of the operation log: what was done, and which fields it changed.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from db.models.shape import document, flag, lines, moment, notes, required_words, table, words
from db.types import BigNumber, Digest, Key, Payload


class OperationRow(SQLModel, table=True):
    """One use case that was done.  Appended in the transaction of what it changed; but for
    `outcome` and `office_seq` never changed, never deleted (a trigger refuses it)."""

    __tablename__ = "operation"
    __table_args__ = table(
        lines("kind", "subject_kind", "subject_id", "actor", "device", "program", "outcome"),
        sa.UniqueConstraint("station", "station_seq"),
        sa.UniqueConstraint("office_seq"),
        sa.Index("ix_operation_subject", "subject_id"),
        # What waits for a decision is few of many.
        sa.Index("ix_operation_waiting", "outcome", sqlite_where=sa.text("outcome <> 'applied'")),
        sa.CheckConstraint("station_seq >= 1", name="station_seq"),
    )

    id: str = Field(primary_key=True, sa_type=Key)
    station: str = Field(sa_type=Key)
    station_seq: int
    kind: str = required_words()
    schema_no: int
    subject_kind: str = words()
    subject_id: str = words()
    payload: Any = Field(sa_type=Payload)
    actor: str = required_words()
    device: str = words()
    at: datetime = moment()
    offset_minutes: int
    clock: int = Field(sa_type=BigNumber, index=True)
    suspect: bool = flag()
    program: str = words()
    numbers: Any = document()
    prev_hash: bytes = Field(sa_type=Digest)
    hash: bytes = Field(sa_type=Digest)
    outcome: str = words()
    office_seq: int | None = Field(default=None, sa_type=BigNumber, nullable=True)


class SameRecordRow(SQLModel, table=True):
    """A record two computers made of the same thing: `kept` is the key of the one that stays, `key`
    that of the other, which operations of the computer it was made on still name."""

    __tablename__ = "same_record"
    __table_args__ = table(lines("kind"), sa.CheckConstraint("key <> kept", name="other"))

    key: str = Field(primary_key=True, sa_type=Key)
    kind: str = required_words()
    kept: str = Field(sa_type=Key, index=True)


class OperationChangeRow(SQLModel, table=True):
    """One field an operation changed, worked out while it was applied; kind and key of the record
    are empty when it is the one the operation is about.  Never changed, never deleted."""

    __tablename__ = "operation_change"
    __table_args__ = table(
        lines("subject_kind", "subject_id", "field"),
        notes("old", "new"),
        # Few operations change another record than the one they are about.
        sa.Index(
            "ix_operation_change_subject", "subject_id", sqlite_where=sa.text("subject_id <> ''")
        ),
        sa.Index(
            "ix_operation_change_kind", "subject_kind", sqlite_where=sa.text("subject_kind <> ''")
        ),
        without_rowid=True,
    )

    operation_id: str = Field(primary_key=True, foreign_key="operation.id", sa_type=Key)
    n: int = Field(primary_key=True)
    subject_kind: str = words()
    subject_id: str = words()
    field: str = required_words()
    old: str = words()
    new: str = words()
