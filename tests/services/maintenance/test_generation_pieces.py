"""Generation keeps nobody waiting: it works everything out first, and writes in short pieces
between which others save; two stations at once make one set of visits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import col

from app import bootstrap
from app.domain.errors import Cancelled, Conflict
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.services import Services
from app.services.core.operations import KINDS, decoded
from app.services.maintenance import generation as generation_module
from app.services.maintenance import generation_write
from app.services.maintenance.open_rows import read_ahead, read_others
from app.settings import Settings
from db import write_turns
from db.engine import Database
from db.models.maintenance import OccurrenceRow
from db.models.operations import OperationRow
from db.together import AHEAD
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, make_plan, planned, tasks
from tests.postgres import Server

PIECE, MANY = 5, 12


def again(database: Database) -> Database:
    """The same database opened a second time, as another station does."""
    return Database(database.url.render_as_string(hide_password=False))


@contextmanager
def written(database: Database) -> Iterator[list[list[str]]]:
    """The statements of each write transaction, in order."""
    found: list[list[str]] = []
    unit: dict[object, list[str]] = {}

    def begun(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("poscare_writes"):
            unit[connection.connection.dbapi_connection] = []

    def ran(
        connection: sa.Connection,
        _cursor: object,
        statement: str,
        _values: object,
        context: Any,
        _many: object,
    ) -> None:
        if context is not None and context.execution_options.get(AHEAD):
            return  # asked for later, and counted then
        inside = unit.get(connection.connection.dbapi_connection)
        if inside is not None:
            inside.append(statement)

    def ended(connection: sa.Connection) -> None:
        inside = unit.pop(connection.connection.dbapi_connection, None)
        if inside is not None:
            found.append(inside)

    hooks = (
        ("begin", begun),
        ("before_cursor_execute", ran),
        ("commit", ended),
        ("rollback", ended),
    )
    for name, hook in hooks:
        event.listen(database.engine, name, hook)
    try:
        yield found
    finally:
        for name, hook in hooks:
            event.remove(database.engine, name, hook)


@pytest.fixture
def estate(any_services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """More terminals than one piece holds, and a plan."""
    monkeypatch.setattr(generation_write, "CHUNK", PIECE)
    make_technician(any_services)
    for _ in range(MANY):
        make_terminal(any_services)
    make_plan(any_services)
    return any_services


WORKED_OUT_FROM = (
    "terminal ",
    "terminal\n",
    "placement",
    "maintenance_anchor",
    "calendar_day",
    "meter_reading",
    "absence",
    "working_week",
)
"""Tables that are read to work out what is due, and where it is done."""


def test_nothing_is_worked_out_inside_a_write_transaction(estate: Services) -> None:
    with written(estate.context.database) as found:
        estate.generation.catch_up(TODAY)
    assert len(found) >= 1 + MANY // PIECE
    for statements in found:
        reads = [text for text in statements if text.lstrip().upper().startswith("SELECT")]
        for text in reads:
            assert not any(
                f"FROM {table}" in text or f"JOIN {table}" in text for table in WORKED_OUT_FROM
            ), text
        assert len(statements) <= 20, "a piece takes a handful of statements"
    assert len(planned(estate)) == MANY


def test_with_nothing_to_do_the_lock_is_taken_only_to_note_the_day(estate: Services) -> None:
    estate.generation.catch_up(TODAY)
    with written(estate.context.database) as found:
        estate.generation.catch_up(TODAY)
    assert len(found) == 1
    assert len(found[0]) <= 4


@pytest.mark.writes_rows("another station's save is a row of its own")
def test_others_save_between_the_pieces(estate: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write_turns, "WAIT", 0.0)
    other = again(estate.context.database)
    saved: list[int] = []

    def save(done: int, _total: int) -> None:
        # Without waiting: no lock is held when the step is told.
        with other.write() as session:
            session.execute(
                sa.text(f"INSERT INTO counter (device, kind, last) VALUES ('Z', 'K{done}', 1)")
            )
        saved.append(done)

    estate.generation.catch_up(TODAY, progress=save)
    other.close()
    assert saved == sorted(set(saved))
    assert len(saved) > 2
    assert len(planned(estate)) == MANY


def test_a_run_that_is_stopped_leaves_whole_pieces_and_is_gone_on_with(estate: Services) -> None:
    told: list[int] = []

    def tell(done: int, total: int) -> None:
        told.append(done)
        assert done < total

    with pytest.raises(Cancelled):
        estate.generation.generate(TODAY, progress=tell, cancelled=lambda: told[-1] > 60)
    assert told == sorted(told)
    kept = planned(estate)
    assert 0 < len(kept) < MANY
    assert all(visit.tasks for visit in kept)
    estate.generation.generate(TODAY)
    assert len(planned(estate)) == len(tasks(estate)) == MANY


def test_a_run_stopped_while_it_looks_leaves_nothing(estate: Services) -> None:
    with pytest.raises(Cancelled):
        estate.generation.generate(TODAY, cancelled=lambda: True)
    assert planned(estate) == tasks(estate) == ()


def test_what_somebody_did_meanwhile_is_left_alone(
    any_services: Services, settings: Settings, clock: FrozenClock
) -> None:
    """Work done, and a visit called off, between working out and writing."""
    make_technician(any_services)
    make_terminal(any_services)
    make_plan(any_services)
    generation, visits = any_services.generation, any_services.visits
    generation.generate()
    first, second, third = tasks(any_services)
    make_plan(any_services, "later", minutes="15")

    def meanwhile(done: int, _total: int) -> None:
        if done == 0:
            visits.complete(first.id)
            visits.cancel(second.visit_id, "商户停业")

    generation.generate(progress=meanwhile)
    generation.generate()
    found = {(t.plan_key, t.due_on): t for t in tasks(any_services)}
    assert len(found) == len(tasks(any_services)) == 6
    assert found["care", first.due_on].outcome is OccurrenceOutcome.DONE
    assert all(t.visit_id for t in found.values())
    assert third.visit_id == found["care", third.due_on].visit_id


def test_two_stations_at_once_make_one_set_of_visits(
    any_services: Services, settings: Settings, clock: FrozenClock
) -> None:
    for _ in range(3):
        make_terminal(any_services)
    make_technician(any_services)
    make_plan(any_services)
    opened = again(any_services.context.database)
    second = bootstrap.build(settings, clock=clock, database=opened)
    made: list[str] = []

    def meanwhile(done: int, _total: int) -> None:
        if done == 0:
            made.append(second.generation.generate())

    try:
        assert any_services.generation.generate(progress=meanwhile) == ""
    finally:
        second.close()
    assert all(made)
    assert [run.id for run in any_services.generation.runs()] == made
    assert len(tasks(any_services)) == 9
    assert [visit.tasks for visit in planned(any_services)] == [1] * 9
    any_services.generation.generate(TODAY + timedelta(days=120))
    assert len(tasks(any_services)) == 15


@pytest.mark.postgres
def test_a_unique_key_lost_to_another_station_is_a_conflict(server: Server) -> None:
    statement = sa.text("INSERT INTO counter (device, kind, last) VALUES ('Z', 'K', 1)")
    with server.fresh_database() as url:
        database = Database(url)
        with pytest.raises(Conflict), database.write() as session:
            session.execute(statement)
            session.execute(statement)
        database.close()


def test_the_rows_of_a_run_say_which_run_made_them(estate: Services) -> None:
    run = estate.generation.generate(TODAY)
    with estate.context.read() as session:
        made = sa.select(sa.func.count()).where(col(OccurrenceRow.generation_id) == run)
        assert session.execute(made).scalar_one() == MANY
    (kept,) = estate.generation.runs()
    assert (kept.id, kept.occurrences, kept.visits) == (run, MANY, MANY)


def test_rows_nobody_decided_about_for_years_are_not_read_again(
    any_services: Services, clock: FrozenClock
) -> None:
    """A run looks at those ahead, and at those of all years of a terminal that leaves."""
    keys = [make_terminal(any_services) for _ in range(3)]
    make_technician(any_services)
    make_plan(any_services)

    def looked_at(gone: str = "") -> int:
        with any_services.context.read() as session:
            today = any_services.context.today()
            others = read_others(session, today, lambda row: row.subject == gone)
            return len(others) + len(read_ahead(session, today, keys))

    counts = []
    for _ in range(4):
        any_services.generation.catch_up()
        counts.append(looked_at())
        clock.forward(days=180)
    assert len(tasks(any_services, days=2000)) > 60
    assert max(counts) <= counts[0] + len(keys)
    assert looked_at(keys[0]) - looked_at() > 15


def test_a_start_on_the_same_day_works_nothing_out_until_something_is_done(
    estate: Services, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation, worked_out = estate.generation, []
    plan_work = generation_module.plan_work

    def counted(*given: Any) -> Any:
        worked_out.append(given)
        return plan_work(*given)

    monkeypatch.setattr(generation_module, "plan_work", counted)

    def starts() -> int:
        worked_out.clear()
        generation.catch_up()
        return len(worked_out)

    assert [starts(), starts(), starts()] == [1, 1, 0], "made, nothing left to do, known"
    assert generation.preview().empty
    make_terminal(estate)
    assert starts() == 1
    assert [starts(), starts()] == [1, 0]
    clock.forward(days=1)
    assert starts() == 1
    generation.look_again(clock() - timedelta(days=3))
    assert starts() == 1


def _told_at_length(payload: Mapping[str, Any]) -> dict[str, Any]:
    """An operation as it was kept before its tasks were put into few words."""
    kinds, visits = payload["visits"]["kinds"], []
    for key, place, merchant, person, day, due_tasks in payload["visits"]["visits"]:
        at_length = []
        for number, subject, slot, n, nominal, due, known in due_tasks:
            kind = dict(kinds[number])
            early, late = kind.pop("early"), kind.pop("late")
            task = kind | {"subject": subject, "slot": slot, "id": known, "n": n}
            days = {
                "nominal_on": nominal,
                "due_on": due,
                "window_from": due - early,
                "window_until": due + late,
            }
            task |= {name: date.fromordinal(value).isoformat() for name, value in days.items()}
            task |= {"terminal_id": subject, "merchant_id": merchant}
            # What is as ever was left out.
            usual = {"id": "", "n": 0, "occasion": "calendar", "uncertain": False}
            at_length.append({k: v for k, v in task.items() if usual.get(k, ...) != v})
        planned_on = date.fromordinal(day).isoformat()
        visits.append(
            {"id": key, "place": place, "tasks": at_length, "technician_id": person}
            | {"planned_on": planned_on}
        )
    return {"run": payload["run"], "visits": visits}


def test_an_operation_kept_at_length_is_the_same_in_few_words(estate: Services) -> None:
    estate.generation.generate()
    with estate.context.read() as session:
        kept = sa.select(col(OperationRow.payload)).where(
            col(OperationRow.kind) == "generation.add_visits"
        )
        payloads = list(session.execute(kept).scalars())
    kind = KINDS["generation.add_visits"]
    assert payloads
    assert kind.upgrade is not None
    for payload in payloads:
        before = kind.upgrade(1, _told_at_length(payload))
        assert decoded(kind, before) == decoded(kind, payload)
