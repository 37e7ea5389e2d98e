"""PreparedStatement statements say what SQLAlchemy says, only sooner."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.domain.errors import Conflict, InvalidInput
from app.services import Services
from db import bulk
from db.engine import Database
from db.models.incident import IncidentRow
from db.models.register import AreaRow
from db.prepared import PreparedStatement, connection_of
from tests.factories import make_incident

KEY = "01a20574-0000-7000-8000-00000000000"
_AREA: Any = AreaRow.__table__  # type: ignore[attr-defined]
_INCIDENT: Any = IncidentRow.__table__  # type: ignore[attr-defined]
_AREAS = PreparedStatement(sa.select(_AREA.c.id, _AREA.c.name).order_by(_AREA.c.name))
_REPORTED = PreparedStatement(
    sa.select(_INCIDENT).where(
        _INCIDENT.c.reported_at <= sa.bindparam("until", type_=_INCIDENT.c.reported_at.type)
    )
)
_NAME = PreparedStatement(sa.insert(_AREA))


def test_rows_are_those_sqlalchemy_reads(any_services: Services) -> None:
    make_incident(any_services)
    until = datetime(2099, 1, 1, tzinfo=UTC)
    with any_services.context.read() as session:
        (ours,) = _REPORTED.rows(session, until=until)
        (theirs,) = session.connection().execute(_REPORTED.statement, {"until": until}).all()
        assert tuple(ours) == tuple(theirs)
        assert ours.reported_at == theirs.reported_at
        assert _REPORTED.first(session, until=datetime(2000, 1, 1, tzinfo=UTC)) is None


def test_what_is_run_is_stored_and_seen_in_the_same_transaction(database: Database) -> None:
    with database.write() as session:
        _NAME.run(session, id=f"{KEY}1", name="浦东新区")
        assert [tuple(row) for row in _AREAS.rows(session)] == [(f"{KEY}1", "浦东新区")]
    with database.read() as session:
        assert _AREAS.first(session).name == "浦东新区"


def test_what_the_database_refuses_is_the_error_everybody_knows(database: Database) -> None:
    refused = (IntegrityError, Conflict)
    with pytest.raises(refused), database.write() as session:
        _NAME.run(session, id=f"{KEY}1", name="浦东新区")
        _NAME.run(session, id=f"{KEY}2", name="浦东新区")
    with pytest.raises(refused), database.write() as session:
        rows = [{"id": f"{KEY}{n}", "name": "浦东新区"} for n in (1, 2)]
        bulk.insert(session, _AREA, rows)
    with database.read() as session:
        assert _AREAS.rows(session) == [], "all of it or nothing"


def test_the_card_guard_stands_before_prepared_statements(database: Database) -> None:
    with pytest.raises(InvalidInput), database.write() as session:
        _NAME.run(session, id=f"{KEY}1", name="6222021234567890128")


def test_whoever_listens_to_statements_hears_of_them(sqlite_database: Database) -> None:
    heard: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement.split()[0])

    sa.event.listen(sqlite_database.engine, "before_cursor_execute", note)
    with sqlite_database.write() as session:
        _NAME.run(session, id=f"{KEY}1", name="浦东新区")
        bulk.insert(session, _AREA, [{"id": f"{KEY}2", "name": "静安区"}])
        assert len(_AREAS.rows(session)) == 2
    sa.event.remove(sqlite_database.engine, "before_cursor_execute", note)
    assert [word for word in heard if word in {"INSERT", "SELECT"}] == ["INSERT"] * 2 + ["SELECT"]


def test_a_session_keeps_one_connection(database: Database) -> None:
    with database.read() as session:
        assert connection_of(session) is session.connection()


def test_pairs_are_looked_for_as_pairs(database: Database) -> None:
    """Neither of a crossed pair is found; the halves of both are there."""
    names = ("浦东新区", "闵行区", "宝山区")
    with database.write() as session:
        bulk.insert(session, _AREA, [{"id": f"{KEY}{n}", "name": x} for n, x in enumerate(names)])
        wanted = [(f"{KEY}0", names[0]), (f"{KEY}1", names[2]), (f"{KEY}2", names[2])]
        both = (_AREA.c.id, _AREA.c.name)
        query = sa.select(_AREA.c.name).where(bulk.pairs_among(session, both, wanted))
        assert set(session.execute(query).scalars()) == {names[0], names[2]}
        none = sa.select(_AREA.c.name).where(bulk.pairs_among(session, both, []))
        assert session.execute(none).scalars().all() == []
