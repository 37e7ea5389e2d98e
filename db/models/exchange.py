"""Tables of the exchange between computers: whom this one trusts.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from db.models.shape import lines, moment, optional_moment, required_words, table
from db.types import BigNumber, Digest, Key


class StationRow(SQLModel, table=True):
    """Another computer and its public keys.  `announced_seq` is the highest `station_seq` it spoke
    of, `acknowledged` the highest `office_seq` it said it has seen."""

    __tablename__ = "station"
    __table_args__ = table(
        lines("name"),
        sa.CheckConstraint("role IN ('laptop', 'office')", name="role"),
        sa.UniqueConstraint("name"),
    )

    id: str = Field(primary_key=True, sa_type=Key)
    name: str = required_words()
    role: str = required_words()
    signing: bytes = Field(sa_type=Digest)
    encryption: bytes = Field(sa_type=Digest)
    trusted_at: datetime = moment()
    revoked_at: datetime | None = optional_moment()
    last_contact: datetime | None = optional_moment()
    announced_seq: int = 0
    acknowledged: int = Field(default=0, sa_type=BigNumber)
