"""A row read by its key the short way is the row the mapper loads, and is kept track of alike."""

from __future__ import annotations

import random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from app.domain.errors import Conflict
from app.services import Services
from db.engine import Database
from db.keys import new_key
from db.models.incident import IncidentRow
from db.sessions import DatabaseSession
from db.types import Key, TextColumn
from tests.db.full_tables import Schema
from tests.factories import make_incident


def _rows() -> list[Any]:
    """The classes of all tables whose key is one text."""
    found = {mapper for mapper in IncidentRow.__mapper__.registry.mappers if _has_text_key(mapper)}
    return sorted((mapper.class_ for mapper in found), key=lambda row: row.__name__)


def _has_text_key(mapper: Any) -> bool:
    types = [column.type for column in mapper.primary_key]
    return len(types) == 1 and isinstance(types[0], Key | TextColumn)


def _said(row: Any) -> dict[str, Any]:
    names = [attribute.key for attribute in sa.inspect(row).mapper.attrs]
    return {name: getattr(row, name) for name in names}


def test_each_row_of_each_table_is_the_one_the_mapper_loads(database: Database) -> None:
    with database.connect() as connection:
        Schema(connection).fill(connection, random.Random(7))
        connection.commit()
    compared = 0
    with database.read() as ours:
        theirs = Session(ours.connection())
        for row in _rows():
            (key,) = row.__mapper__.primary_key
            for ident in ours.execute(sa.select(key)).scalars():
                found = ours.get(row, ident)
                assert _said(found) == _said(theirs.get(row, ident))
                assert ours.get(row, ident) is found
                assert found not in ours.dirty
                compared += 1
        assert ours.get(IncidentRow, new_key()) is None
    assert compared > 100


def test_what_changes_of_it_is_stored_and_a_stale_one_refused(services: Services) -> None:
    about = make_incident(services)
    database = services.context.database
    with database.write() as session:
        assert isinstance(session, DatabaseSession)
        row = session.get(IncidentRow, about)
        row.symptom, before = "换了说法", row.version
    with database.read() as session:
        stored = session.get(IncidentRow, about)
        assert (stored.symptom, stored.version) == ("换了说法", before + 1)
    with pytest.raises(Conflict), database.write() as session:
        row = session.get(IncidentRow, about)
        session.execute(sa.text("UPDATE incident SET version = version + 1"))
        row.symptom = "又换"


def test_what_was_changed_before_is_stored_before_it_is_read(services: Services) -> None:
    one, other = make_incident(services), make_incident(services)
    with services.context.database.write() as session:
        session.get(IncidentRow, one).symptom = "先存"
        session.get(IncidentRow, other)
        told = session.connection().scalar(
            sa.text("SELECT symptom FROM incident WHERE id = :id"), {"id": one}
        )
        assert told == "先存"
