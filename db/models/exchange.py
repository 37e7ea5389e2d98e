"""Tables of the exchange between computers: whom this one trusts, and who works there.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from db.models.shape import (
    Row,
    lines,
    moment,
    optional_moment,
    reference,
    required_words,
    table,
    words,
)
from db.types import Digest, Key


class StationRow(SQLModel, table=True):
    """Another computer, by its key in the operation log, and its public keys."""

    __tablename__ = "station"
    __table_args__ = table(
        lines("name", "letter"),
        sa.CheckConstraint("role IN ('laptop', 'office')", name="role"),
        sa.UniqueConstraint("name"),
    )

    id: str = Field(primary_key=True, sa_type=Key)
    name: str = required_words()
    role: str = required_words()
    letter: str = words()
    signing: bytes = Field(sa_type=Digest)
    encryption: bytes = Field(sa_type=Digest)
    trusted_at: datetime = moment()
    revoked_at: datetime | None = optional_moment()


class StationPersonRow(Row, table=True):
    """Somebody named as working at another computer, from `since` on until `until`.

    `technician_id` is empty for a code nobody had when it was named; it is no reference, because
    whom a computer trusts outlives the state of the office it gets.  Ended, never deleted.
    """

    __tablename__ = "station_person"
    __table_args__ = table(
        lines("code", "named_by", "ended_by"),
        sa.Index("ix_station_person_station_id", "station_id"),
    )

    station_id: str = reference("station.id", index=False)
    code: str = required_words()
    technician_id: str | None = Field(default=None, sa_type=Key, nullable=True)
    since: datetime = moment()
    named_by: str = words()
    until: datetime | None = optional_moment()
    ended_by: str = words()
