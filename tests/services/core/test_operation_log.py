"""What was done stands in the log, whole and unchanged, and doing it again from the log gives the
same."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2

from app.domain.errors import InvalidInput, NotAllowed
from app.domain.incidents.drafts import HoldDraft, IncidentDraft, WorkEntryDraft
from app.domain.incidents.lifecycle import HoldReason
from app.domain.incidents.targets import KEYS, with_hours
from app.domain.operations.clock import next_reading
from app.domain.operations.operation import canonical
from app.services import Services
from app.services.core.audit import ChainFault, TrailFilter
from app.services.core.operation_log import read_operations
from app.services.core.operations import KINDS, decoded, encoded, operation
from app.services.replay import SERVICES
from db.models.operations import OperationRow
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal
from tests.replaying import replayed, state_of

ROOT = Path(__file__).parents[3]


def kinds_done(services: Services) -> list[str]:
    with services.context.read() as session:
        return [one.kind for one in read_operations(session)]


def test_a_use_case_is_one_operation_with_what_the_person_decided(any_services: Services) -> None:
    key = make_incident(any_services, symptom="打不出字")
    any_services.incidents.cancel(key, "误报")
    with any_services.context.read() as session:
        opened, cancelled = list(read_operations(session))[-2:]
    assert (opened.kind, opened.payload["draft"]["symptom"]) == ("incident.open", "打不出字")
    assert cancelled.payload == {"incident_id": key, "reason": "误报"}
    assert (cancelled.subject_kind, cancelled.subject_id) == ("incident", key)
    assert (cancelled.actor, cancelled.device) == ("T01", "L7")
    assert cancelled.station_seq == opened.station_seq + 1
    assert cancelled.prev_hash == opened.hash


def test_what_is_refused_leaves_no_operation(any_services: Services) -> None:
    key = make_incident(any_services)
    done = kinds_done(any_services)
    with pytest.raises(InvalidInput):
        any_services.incidents.cancel(key, " ")
    with pytest.raises(NotAllowed):
        any_services.incidents.resume(key)
    assert kinds_done(any_services) == done


def test_nothing_is_written_outside_an_operation(services: Services) -> None:
    with pytest.raises(RuntimeError, match="operation"), services.context.write():
        pass


def test_a_card_number_is_masked_in_the_log_as_it_is_in_the_record(services: Services) -> None:
    make_incident(services, symptom="客人卡号6212345678900000003刷不了")
    with services.context.read() as session:
        stored = session.execute(sa.text("SELECT payload FROM operation")).scalars().all()
    assert not any(b"6212345678900000003" in bytes(one) for one in stored)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE operation SET actor = 'T09'",
        "UPDATE operation SET payload = prev_hash",
        "DELETE FROM operation_change",
        "DELETE FROM operation",
        "UPDATE operation_change SET new = ''",
    ],
)
def test_the_database_refuses_to_change_the_log(any_services: Services, statement: str) -> None:
    key = make_incident(any_services)
    any_services.incidents.cancel(key, "误报")
    with (
        pytest.raises(sa.exc.DBAPIError, match="only appended to"),
        any_services.context.database.engine.begin() as connection,
    ):
        connection.execute(sa.text(statement))


def _tampered(services: Services, statement: str) -> tuple[ChainFault, ...]:
    """The faults found after somebody opened the file with a tool of his own."""
    with services.context.database.engine.begin() as connection:
        for name in ("operation_no_update", "operation_no_delete", "operation_change_no_delete"):
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        connection.execute(sa.text("PRAGMA foreign_keys=OFF"))
        connection.execute(sa.text("DELETE FROM operation_change"))
        connection.execute(sa.text(statement))
    return services.audit.faults()


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE operation SET actor = 'T09' WHERE station_seq = 2", "changed"),
        (
            "UPDATE operation SET at = '2020-01-01T00:00:00.000000Z' WHERE station_seq = 2",
            "changed",
        ),
        ("UPDATE operation SET payload = x'7b7d' WHERE station_seq = 2", "changed"),
        ("UPDATE operation SET numbers = '{\"\":[9]}' WHERE station_seq = 2", "changed"),
        ("UPDATE operation SET hash = zeroblob(32) WHERE station_seq = 2", "changed"),
        ("DELETE FROM operation WHERE station_seq = 2", "missing"),
        ("DELETE FROM operation WHERE station_seq = 1", "missing"),
    ],
)
def test_a_changed_or_removed_operation_is_found(
    services: Services, statement: str, why: str
) -> None:
    key = make_incident(services)
    services.incidents.cancel(key, "误报")
    make_incident(services)
    assert services.audit.faults() == ()
    found = _tampered(services, statement)
    assert [one.why for one in found] == [why]


def test_an_inserted_operation_breaks_the_chain(services: Services) -> None:
    make_incident(services)
    make_incident(services)
    columns = [c.name for c in sa.inspect(OperationRow).columns]
    copied = ", ".join(
        {"id": "'01a20574-0000-7000-8000-000000000001'", "station_seq": "99"}.get(c, c)
        for c in columns
    )
    found = _tampered(
        services,
        f"INSERT INTO operation ({', '.join(columns)}) SELECT {copied} FROM operation"
        " WHERE station_seq = 1",
    )
    assert [one.seq for one in found] == [99]


def test_the_trail_names_record_field_old_and_new(any_services: Services) -> None:
    key = make_incident(any_services)
    number = any_services.incidents.get(key).number
    any_services.incidents.cancel(key, "误报")
    newest, first = any_services.audit.first(TrailFilter(subject=number), 10)
    assert (newest.kind, newest.subject, newest.actor) == ("incident.cancel", number, "T01")
    assert [(c.change.field, c.change.old, c.change.new) for c in newest.changes] == [
        ("reason", "", "误报"),
        ("state", "new", "cancelled"),
    ]
    assert first.kind == "incident.open"
    assert any_services.audit.first(TrailFilter(actor="T02"), 10) == ()


def test_a_clock_set_back_does_not_turn_the_order_round(
    services: Services, clock: FrozenClock
) -> None:
    first = make_incident(services)
    clock.forward(days=-3)
    services.incidents.cancel(first, "误报")
    with services.context.read() as session:
        *_, opened, cancelled = read_operations(session)
    assert (opened.kind, cancelled.kind) == ("incident.open", "incident.cancel")
    assert (opened.suspect, cancelled.suspect) == (False, True)


def test_a_clock_a_day_off_is_believed(clock: FrozenClock) -> None:
    first, _ = next_reading(clock.now, 0)
    again, suspect = next_reading(clock.now - timedelta(hours=24), first)
    assert (again, suspect) == (first + 1, False)


REPLAY = """
import sys
from pathlib import Path
from app import bootstrap
from app.settings import Settings
from db.engine import Database
from db.contents import OF_THIS_COMPUTER, digest
from tests.replaying import replayed
source = bootstrap.build(Settings(technician="x", device="Z9"), database=Database(sys.argv[1]))
made = replayed(source, Path(sys.argv[2]), Path(sys.argv[3]))
with made.connect() as connection:
    print(digest(connection, without=OF_THIS_COMPUTER))
made.close()
source.close()
"""


def test_the_log_gives_the_same_in_another_process(
    services: Services, template: Path, tmp_path: Path
) -> None:
    """Words hash otherwise in every process: nothing may hang on the order of a set."""
    terminal = make_terminal(services)
    key = make_incident(services, terminal_id=terminal)
    services.incidents.start(key)
    services.incidents.hold(key, HoldDraft(HoldReason.PARTS, date(2026, 12, 1), "等主板"))
    services.incidents.resume(key)
    path = services.context.database.path
    assert path is not None
    digests = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", REPLAY, path, template, tmp_path / f"again{seed}.db"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout.strip().splitlines()[-1])
    assert len(digests) == 1
    again = replayed(services, template, tmp_path / "here.db")
    assert state_of(again) == state_of(services.context.database)
    again.close()


def test_every_service_with_operations_is_applied_again(services: Services) -> None:
    """A kind whose service is not named in `SERVICES` could not be applied elsewhere."""
    holders = {
        f"{kind.__module__}.{kind.__qualname__}"
        for name in SERVICES
        for kind in type(getattr(services, name)).__mro__
    }
    assert {one.owner for one in KINDS.values()} <= holders | {""}


def test_two_operations_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"incident\.hold"):

        @operation("incident.hold")
        def twice(_context: object) -> None: ...


def test_an_ordinary_operation_takes_less_than_700_bytes(
    services: Services, tmp_path: Path
) -> None:
    terminal = make_terminal(services)
    taken = []
    for ordinary in (50, 150):
        for number in range(ordinary):
            key = make_incident(services, terminal, symptom=f"第{number}次打印不清,客户说刚换过纸")
            services.incidents.cancel(key, "误报")
        whole = _size(services, tmp_path / f"with{ordinary}.db")
        lean = _size(services, tmp_path / f"lean{ordinary}.db", "operation_change", "operation")
        taken.append(whole - lean)
    assert (taken[1] - taken[0]) / 300 < 700, "bytes on disk, indexes and changed fields included"


def _size(services: Services, copy: Path, *without: str) -> int:
    """Bytes of the database without some of its tables, packed."""
    whole = dbapi2.connect(str(services.context.database.path), isolation_level=None)
    whole.execute("VACUUM INTO ?", (str(copy),))
    whole.close()
    lean = dbapi2.connect(str(copy), isolation_level=None)
    for name in without:
        lean.execute(f"DROP TABLE {name}")
    lean.execute("VACUUM")
    lean.close()
    return copy.stat().st_size


def _something(field: dataclasses.Field[Any], hint: Any) -> Any:
    """A value of a field that is not its default."""
    kinds = [one for one in (*typing.get_args(hint), hint) if isinstance(one, type)]
    for kind in kinds:
        if issubclass(kind, StrEnum):
            return next(word for word in kind if word != field.default)
    samples: dict[type, Any] = {
        str: "某值",
        bool: not field.default,
        int: 7,
        datetime: datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
        date: date(2026, 11, 23),
    }
    return next(samples[kind] for kind in kinds if kind in samples)


def test_an_incident_with_every_field_comes_back_from_its_payload() -> None:
    kind, hints = KINDS["incident.open"], typing.get_type_hints(IncidentDraft)
    fields = dataclasses.fields(IncidentDraft)
    draft = IncidentDraft(**{one.name: _something(one, hints[one.name]) for one in fields})
    assert all(getattr(draft, one.name) != one.default for one in fields)
    payload = json.loads(canonical(encoded(kind, {"draft": draft})))
    assert decoded(kind, payload) == {"draft": draft}


def test_agreed_times_of_a_computer_travel_with_what_sets_deadlines(
    services: Services, template: Path, tmp_path: Path
) -> None:
    hours = dict.fromkeys(KEYS, 99)
    services.context.targets = with_hours(services.context.targets, hours)
    key = make_incident(services, make_terminal(services))
    due = services.incidents.get(key).resolve_due_at
    assert due == services.context.now() + timedelta(hours=99)
    again = replayed(services, template, tmp_path / "again.db")
    assert state_of(again) == state_of(services.context.database)
    again.close()


def test_a_save_asks_and_writes_each_thing_once(services: Services) -> None:
    engine, heard = services.context.database.engine, list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    def counted(work: Callable[[], object]) -> int:
        heard.clear()
        work()
        return len(heard)

    terminal = make_terminal(services)
    key = make_incident(services, terminal)
    report = IncidentDraft(terminal_id=terminal, symptom="刷卡无反应")
    entry = WorkEntryDraft(summary="已到店")
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        # What it stands on (the agreed times, too) and what it writes, with one question to the log
        # and one row in it.
        assert counted(lambda: services.incidents.open(report)) == 10
        assert counted(lambda: services.work_log.add_work(key, entry)) == 4
        assert counted(lambda: services.incidents.start(key)) <= 9
        assert not any("search" in statement for statement in heard), "it is called as before"
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


_UNKNOWN = """
import importlib, pkgutil, sys
import app.services
from app import bootstrap
from app.services.replay import known_kinds
from app.settings import Settings
from db.engine import Database

settings = Settings(technician="T01", device="L7")
services = bootstrap.build(settings, database=Database(sys.argv[1]))
known = set(known_kinds(services))
for one in pkgutil.walk_packages(app.services.__path__, "app.services."):
    importlib.import_module(one.name)
print(*(set(known_kinds(services)) - known), "end")
"""


def test_a_program_that_only_takes_in_knows_every_kind(template: Path, tmp_path: Path) -> None:
    """A kind registers with its module, which may be one that nothing else needs: what a package
    holds of it would be taken for the work of a newer program."""
    path = shutil.copyfile(template, tmp_path / "poscare.db")
    done = subprocess.run(
        [sys.executable, "-c", _UNKNOWN, str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.split() == ["end"]
