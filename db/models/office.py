"""Tables that belong to the program rather than the trade: counters, drafts, search documents.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from db.models.shape import document, lines, moment, required_words, table
from db.types import Key


class CounterRow(SQLModel, table=True):
    """The last number given out for one device letter and kind of document."""

    __tablename__ = "counter"
    __table_args__ = table(lines("device", "kind"), sa.CheckConstraint("last >= 0", name="last"))

    device: str = required_words(primary_key=True)
    kind: str = required_words(primary_key=True)
    last: int = 0


class FormDraftRow(SQLModel, table=True):
    """A half-filled form, kept so that a crash or a flat battery loses nothing."""

    __tablename__ = "form_draft"
    __table_args__ = table(lines("key"))

    key: str = required_words(primary_key=True)
    saved_at: datetime = moment()
    content: Any = document()


class SearchDocumentRow(SQLModel, table=True):
    """What can be found by words: one row per incident or terminal.

    `tokens` feeds PostgreSQL's text index; SQLite keeps them in an FTS5 table by the same id.
    """

    __tablename__ = "search_document"
    __table_args__ = table(sa.UniqueConstraint("kind", "owner_id"))

    id: int | None = Field(default=None, primary_key=True)
    kind: str = required_words()
    owner_id: str = Field(sa_type=Key)
    tokens: str = required_words()


class SharedFactRow(SQLModel, table=True):
    """A fact operations keep about the estate, by name; the same on every computer."""

    __tablename__ = "shared_fact"
    __table_args__ = table(lines("name"))

    name: str = required_words(primary_key=True)
    value: Any = document()


class AppStateRow(SQLModel, table=True):
    """A fact the program keeps about this database, by name (last generation run, and so on)."""

    __tablename__ = "app_state"
    __table_args__ = table(lines("name"))

    name: str = required_words(primary_key=True)
    value: Any = document()
