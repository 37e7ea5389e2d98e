"""Migrations can be trusted: they make what the tables say, lose no row, refuse the unknown."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.domain.errors import Unavailable
from db import backup, migrate, newest
from db.engine import APPLICATION_ID, Database
from db.migrations import versions
from db.models.everything import metadata

VERSIONS = Path(versions.__file__).parent
REVISIONS = sorted(path.name[:4] for path in VERSIONS.glob("0*.py"))


def included(_item: object, name: str | None, _kind: str, _reflected: bool, _to: object) -> bool:
    return not (name or "").startswith(("search_fts", "ix_search_document_tokens"))


def schema(database: Database) -> dict[str, object]:
    """Tables with their columns, for comparing two schemas."""
    with database.engine.connect() as connection:
        look = sa.inspect(connection)
        return {
            table: sorted(
                (c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(table)
            )
            for table in look.get_table_names()
            if not table.startswith(("search_fts", "alembic"))
        }


def test_the_newest_schema_is_what_the_tables_say(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": included, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []


def test_a_new_file_is_what_the_migrations_make_step_by_step(tmp_path: Path) -> None:
    stepped = Database(tmp_path / "stepped.db")
    migrate.upgrade(stepped, step_by_step=True)
    made = Database(tmp_path / "made.db")
    migrate.upgrade(made)
    texts = []
    for database in (stepped, made):
        with database.engine.connect() as connection:
            texts.append(newest.written(connection, migrate.HEAD))
        database.close()
    assert texts[1] == newest.FILE.read_text(encoding="utf-8")
    assert alike(texts[0]) == alike(texts[1]), "python -m db.revise newest"


def alike(text: str) -> dict[str, object]:
    """A schema without the order of constraints and indexes, which rebuilding a table shuffles."""
    content: dict[str, object] = json.loads(text)
    statements = content["statements"]
    assert isinstance(statements, list)
    content["statements"] = sorted(newest.parts(one) for one in statements)
    return content


def test_the_known_head_is_the_newest_script() -> None:
    script = ScriptDirectory(str(VERSIONS.parent))
    assert script.get_current_head() == migrate.HEAD
    assert [revision.revision for revision in reversed(list(script.walk_revisions()))] == REVISIONS


def test_every_revision_is_reached_and_goes_down_and_up_again_unchanged(empty: Database) -> None:
    """One way up with a step back at each revision: from nothing to each anew would run every
    migration some twenty times."""
    for revision in REVISIONS:
        migrate.upgrade(empty, to=revision, step_by_step=True)
        assert migrate.revision_of(empty) == revision
        before = schema(empty)
        with empty.engine.begin() as connection:
            config = migrate.alembic_config(connection)
            command.downgrade(config, "-1")
            command.upgrade(config, revision)
        assert schema(empty) == before, revision


def test_migrations_import_no_project_code() -> None:
    for path in VERSIONS.glob("0*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) (app|db|sqlmodel)\b", text, re.M), path


def test_a_new_file_is_made_ours(tmp_path: Path) -> None:
    database = Database(tmp_path / "new.db")
    assert migrate.prepare(database)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA application_id").scalar_one() == APPLICATION_ID
    assert not migrate.prepare(database)
    database.close()


def test_case_23_a_newer_schema_is_refused_untouched(sqlite_database: Database) -> None:
    path = sqlite_database.path
    assert path is not None
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA user_version=9999")
    sqlite_database.close()
    before = path.read_bytes()
    again = Database(path)
    with pytest.raises(Unavailable) as refused:
        migrate.prepare(again)
    again.close()
    assert refused.value.code == "db.newer_schema"
    assert path.read_bytes() == before


def test_case_25_a_foreign_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    theirs = Database(path)
    with theirs.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE song (title TEXT)")
    theirs.close()
    ours = Database(path)
    with pytest.raises(Unavailable) as refused:
        migrate.prepare(ours)
    assert refused.value.code == "db.foreign"
    with ours.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["song"]
    ours.close()


def test_a_workstation_never_upgrades_the_server(empty: Database) -> None:
    if empty.is_sqlite:
        assert migrate.prepare(empty)
        return
    with pytest.raises(Unavailable) as refused:
        migrate.prepare(empty)
    assert refused.value.code == "db.server_empty"
    assert schema(empty) == {}


def test_a_failing_upgrade_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(tmp_path / "old.db")
    migrate.upgrade(database, to="0001")
    before = schema(database)

    def fails(_connection: object, _to: str) -> None:
        _connection.exec_driver_sql("CREATE TABLE half (a TEXT)")  # type: ignore[attr-defined]
        raise RuntimeError("power cut")

    monkeypatch.setattr(migrate, "_run_alembic", fails)
    with pytest.raises(RuntimeError):
        migrate.upgrade(database)
    assert before == schema(database)
    assert migrate.revision_of(database) == "0001"
    database.close()


def test_a_backup_is_made_before_an_upgrade(sqlite_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    migrate.upgrade(
        sqlite_database,
        lambda: backup.make(sqlite_database, folder, datetime(2026, 11, 23, tzinfo=UTC), "upgrade"),
    )
    assert [copy.reason for copy in backup.existing(folder)] == ["upgrade"]


def test_case_27_rebuilding_a_parent_keeps_its_children(sqlite_database: Database) -> None:
    """With foreign keys on, SQLite would delete the children of a rebuilt table silently."""
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY, n INTEGER)")
        connection.exec_driver_sql(
            "CREATE TABLE child (p INTEGER REFERENCES parent(id) ON DELETE CASCADE)"
        )
        connection.exec_driver_sql("INSERT INTO parent VALUES (1, 1)")
        connection.exec_driver_sql("INSERT INTO child VALUES (1), (1), (1)")

    def rebuild(connection: sa.Connection, _to: str) -> None:
        from alembic.operations import Operations

        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("parent", recreate="always") as batch:
            batch.alter_column("n", nullable=False)

    original = migrate._run_alembic
    migrate._run_alembic = rebuild  # type: ignore[assignment]
    try:
        migrate.upgrade(sqlite_database)
    finally:
        migrate._run_alembic = original
    with sqlite_database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar_one() == 3


def test_the_template_is_what_a_new_user_gets(template: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copyfile(template, copy)
    database = Database(copy)
    assert migrate.revision_of(database) == migrate.HEAD
    database.close()


KEYS = "01a20574-0000-7000-8000-0000000000{:02d}"
MOMENT = datetime(2026, 11, 23, 9, tzinfo=UTC)
OLD_TERMINAL = (
    ("registered", ""),
    ("imported", ""),
    ("edited_update", "tid, firmware, notes"),
    ("relocated", "店面搬迁"),
    ("swapped_out", "SN2 · 屏幕碎了 · 返修"),
    ("state", "in_repair → in_service · 修好"),
    ("state", "suspended → in_service · gate.passed"),
    ("gated", "等检"),
    ("gate_overridden", "主管同意"),
    ("edited_update", "改了一点，无法拆分"),
)
OLD_INCIDENT = (
    ("assign", "T01", ""),
    ("hold", "parts", "等打印头"),
    ("edit", "", "→ P1：电池鼓包 / battery swollen"),
    ("edit", "", "→ P4"),
    ("edit", "", "→ 李工"),
    ("edit", "", "- 打印头 × 2"),
    ("edit", "", "→ P1：甲 / 乙 / 丙"),
    ("swap", "", "→ SN2"),
    ("mark_duplicate", "", "A-1"),
    ("reopen", "", "又坏了"),
    ("resolve", "solved", ""),
)
OLD_VISIT = (
    ("create", "", ""),
    ("assign", "李工", "leave.full"),
    ("assign", "–", "levelling.past"),
    ("schedule", "2026-12-01 → 2026-12-08", "商户装修"),
    ("add", "care", ""),
    ("add", "A-1", ""),
    ("add", "别的", ""),
    ("finish", "partial", ""),
    ("cancel", "", "plan.resting"),
)
NEW_TERMINAL = [
    ("registered", "", "", "", "", "", ""),
    ("imported", "", "", "", "", "", ""),
    ("edited_update", "firmware", "", "", "", "", ""),
    ("relocated", "", "", "", "", "", "店面搬迁"),
    ("swapped_out", "serial", "SN1", "SN2", "", "terminal 2", "屏幕碎了 · 返修"),
    ("state", "state", "in_repair", "in_service", "", "", "修好"),
    ("state", "state", "suspended", "in_service", "gate.passed", "", ""),
    ("gated", "", "", "", "", "", "等检"),
    ("gate_overridden", "", "", "", "", "", "主管同意"),
    ("edited_update", "", "", "", "", "", "改了一点，无法拆分"),
    ("edited_update", "tid", "", "", "", "", ""),
    ("edited_update", "notes", "", "", "", "", ""),
]
NEW_INCIDENT = [
    ("assign", "technician", "", "张工", "", "technician 3", ""),
    ("hold", "", "", "", "parts", "", "等打印头"),
    ("edit", "priority", "", "p1", "hard_stop", "", "", "电池鼓包", "battery swollen"),
    ("edit", "priority", "", "p4", "stop_withdrawn", "", ""),
    ("edit", "technician", "", "李工", "", "technician 4", ""),
    ("edit", "part", "打印头 × 2", "", "", "", ""),
    ("edit", "priority", "", "p1", "hard_stop", "", "甲 / 乙 / 丙"),
    ("swap", "serial", "", "SN2", "", "terminal 2", ""),
    ("mark_duplicate", "duplicate_of", "", "A-1", "", "incident 5", ""),
    ("reopen", "", "", "", "", "", "又坏了"),
    ("resolve", "", "", "", "solved", "", ""),
]
NEW_VISIT = [
    ("create", "", "", "", "", "", ""),
    ("assign", "technician", "", "李工", "leave.full", "technician 4", ""),
    ("assign", "technician", "", "", "levelling.past", "", ""),
    ("schedule", "planned_on", "2026-12-01", "2026-12-08", "", "", "商户装修"),
    ("add", "plan", "", "care", "", "plan 6", ""),
    ("add", "incident", "", "A-1", "", "incident 5", ""),
    ("add", "", "", "", "", "", "别的"),
    ("finish", "state", "in_progress", "partial", "", "", ""),
    ("cancel", "", "", "", "plan.resting", "", ""),
]


def insert(connection: sa.Connection, table: str, **values: object) -> None:
    """A row with what is given; the other columns that must not be empty get nothing or zero."""
    found = sa.Table(table, sa.MetaData(), autoload_with=connection)
    for column in found.c:
        if column.name not in values and not column.nullable:
            kind = column.type.python_type
            values[column.name] = {str: "", int: 0, bool: False, datetime: MOMENT}.get(kind)
    sqlite = connection.dialect.name == "sqlite"
    stamp = MOMENT.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    plain = {k: stamp if sqlite and v is MOMENT else v for k, v in values.items()}
    connection.execute(sa.insert(found), plain)


def with_old_events(connection: sa.Connection) -> None:
    """A database of revision 0004 with a log entry of every kind."""
    one, two, three, four, five, six, seven = map(KEYS.format, range(1, 8))
    insert(connection, "manufacturer", id=one, name="新大陆")
    insert(
        connection, "terminal_model", id=one, version=1, manufacturer_id=one, name="M", kind="smart"
    )
    for key, serial in ((one, "SN1"), (two, "SN2")):
        insert(
            connection,
            "terminal",
            id=key,
            version=1,
            serial=serial,
            serial_key=serial,
            model_id=one,
            state="spare",
            link="4g",
        )
    for key, code, name in ((three, "T01", "张工"), (four, "T02", "李工")):
        insert(connection, "technician", id=key, version=1, code=code, name=name, role="technician")
    insert(
        connection,
        "incident",
        id=five,
        version=1,
        number="A-1",
        state="new",
        terminal_id=one,
        detection="on_site",
        impact="stopped",
        urgency="high",
        priority="p1",
        reported_at=MOMENT,
        response_due_at=MOMENT,
        resolve_due_at=MOMENT,
    )
    insert(connection, "plan", id=six, version=1, key="care", active=True, changed_at=MOMENT)
    day = "2026-12-01" if connection.dialect.name == "sqlite" else MOMENT.date()
    insert(
        connection,
        "visit",
        id=seven,
        version=1,
        number="V-1",
        state="planned",
        place="site",
        planned_on=day,
        window_from=day,
        window_until=day,
    )
    who = {"actor": "T01", "device": "A", "at": MOMENT}
    for n, (kind, detail) in enumerate(OLD_TERMINAL, 10):
        values = {"id": KEYS.format(n), "terminal_id": one, "kind": kind, "detail": detail}
        insert(connection, "terminal_event", **who, **values)
    for n, (action, reason, remark) in enumerate(OLD_INCIDENT, 30):
        values = {"id": KEYS.format(n), "incident_id": five, "seq": n - 29, "action": action}
        insert(connection, "incident_event", **who, **values, reason=reason, remark=remark)
    for n, (action, detail, reason) in enumerate(OLD_VISIT, 50):
        values = {"id": KEYS.format(n), "visit_id": seven, "action": action, "detail": detail}
        insert(connection, "visit_event", **who, **values, reason=reason)


def events(connection: sa.Connection, table: str, step: str) -> list[tuple[str, ...]]:
    """What a log tells, in the order of its keys; a reference as its kind and number."""
    found = sa.Table(table, sa.MetaData(), autoload_with=connection)
    rows = []
    for row in connection.execute(sa.select(found).order_by(found.c.id)):
        assert (row.actor, row.device) == ("T01", "A")
        refers = f"{row.ref_kind} {int(str(row.ref_id)[-2:])}" if row.ref_kind else ""
        told = (row.field, row.old, row.new, row.reason, refers, row.remark)
        said = (getattr(row, "said_zh", ""), getattr(row, "said_en", ""))
        rows.append((getattr(row, step), *told, *(said if any(said) else ())))
    return rows


def test_old_events_become_data_and_what_cannot_be_parsed_stays_as_it_was(empty: Database) -> None:
    migrate.upgrade(empty, to="0004")
    with empty.engine.begin() as connection:
        with_old_events(connection)
    migrate.upgrade(empty)
    with empty.engine.connect() as connection:
        assert events(connection, "terminal_event", "kind") == NEW_TERMINAL
        assert events(connection, "incident_event", "action") == NEW_INCIDENT
        assert events(connection, "visit_event", "action") == NEW_VISIT
        # A task that came from an update knows the entry by its key.
        update = connection.execute(
            sa.text("SELECT id FROM terminal_event WHERE field = 'firmware'")
        ).scalar()
        assert str(update) == KEYS.format(12)


def test_events_go_back_to_the_words_of_before_and_forward_again(empty: Database) -> None:
    migrate.upgrade(empty, to="0004")
    with empty.engine.begin() as connection:
        with_old_events(connection)
    migrate.upgrade(empty)
    with empty.engine.begin() as connection:
        command.downgrade(migrate.alembic_config(connection), "0004")
        old = sa.Table("visit_event", sa.MetaData(), autoload_with=connection)
        rows = connection.execute(
            sa.select(old.c.action, old.c.detail, old.c.reason).order_by(old.c.id)
        )
        said = [tuple(row) for row in rows]
        told = [(action, detail or reason) for action, detail, reason in said]
        assert told == [(action, detail or reason) for action, detail, reason in OLD_VISIT]
        command.upgrade(migrate.alembic_config(connection), migrate.HEAD)
        assert events(connection, "terminal_event", "kind") == NEW_TERMINAL
        assert events(connection, "incident_event", "action") == NEW_INCIDENT
        assert events(connection, "visit_event", "action") == NEW_VISIT


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("T01", "technician", True)], {"T01": ("administrator", True)}),
        (
            [("T01", "technician", True), ("M01", "manager", True), ("M00", "manager", False)],
            {
                "T01": ("technician", True),
                "M01": ("administrator", False),
                "M00": ("manager", False),
            },
        ),
        ([], {}),
    ],
)
def test_people_get_an_administrator_and_keep_their_visits(
    empty: Database,
    before: list[tuple[str, str, bool]],
    after: dict[str, tuple[str, bool]],
) -> None:
    migrate.upgrade(empty, to="0011")
    with empty.engine.begin() as connection:
        for n, (code, role, active) in enumerate(before):
            connection.execute(
                sa.text(
                    "INSERT INTO technician (id, version, code, name, phone, email, badge_no, role,"
                    " active, capacity_minutes) VALUES (:id, 1, :code, 'n', '', '', '', :role,"
                    f" {str(active).lower()}, 420)"
                ),
                {"id": f"01a20574-0000-7000-8000-00000000000{n}", "code": code, "role": role},
            )
    roles = sa.text("SELECT code, role, fieldwork FROM technician")
    migrate.upgrade(empty)
    with empty.engine.connect() as connection:
        found = {code: (role, bool(field)) for code, role, field in connection.execute(roles)}
    assert found == after
    with empty.engine.begin() as connection:
        command.downgrade(migrate.alembic_config(connection), "0011")
        old = connection.execute(sa.text("SELECT code, role FROM technician"))
        assert {code: role for code, role in old} == {code: role for code, role, _ in before}


def hours_later(connection: sa.Connection, hours: int) -> object:
    """A moment as the database holds it."""
    found = MOMENT + timedelta(hours=hours)
    return found.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if connection.dialect.name == "sqlite" else found


def test_a_promise_stands_in_the_incident_and_imported_history_has_none(empty: Database) -> None:
    migrate.upgrade(empty, to="0004")
    with empty.engine.begin() as connection:
        with_old_events(connection)
        changed = sa.text(
            "UPDATE incident SET response_due_at = :response, resolve_due_at = :resolve"
        )
        due = {"response": hours_later(connection, 4), "resolve": hours_later(connection, 24)}
        connection.execute(changed, due)
        copy = {**connection.execute(sa.text("SELECT * FROM incident")).mappings().one()}
        insert(connection, "incident", **{**copy, "id": KEYS.format(90), "number": "A-H000001"})
    migrate.upgrade(empty)
    promised = sa.text(
        "SELECT response_hours, resolve_hours, resolve_due_at IS NULL FROM incident ORDER BY number"
    )
    with empty.engine.connect() as connection:
        own, imported = connection.execute(promised).all()
    assert tuple(own[:2]) == (4, 24)
    assert (not own[2], tuple(imported)[:2], bool(imported[2])) == (True, (None, None), True)


def test_a_case_that_stood_still_for_months_is_upgraded(empty: Database) -> None:
    """Its deadline lies further away than anybody may promise, because it moved on."""
    migrate.upgrade(empty, to="0028")
    key, months = KEYS.format(91), 2_400
    with empty.engine.begin() as connection:
        insert(
            connection,
            "incident",
            id=key,
            number="A-2",
            state="in_progress",
            unknown_serial="SN9",
            detection="on_site",
            impact="stopped",
            urgency="high",
            priority="p2",
            reported_at=MOMENT,
            response_due_at=hours_later(connection, -4),
            resolve_due_at=hours_later(connection, 24 + months),
        )
        steps = ((0, "new", ""), (1, "on_hold", "carrier"), (1 + months, "in_progress", ""))
        for seq, (hour, state, reason) in enumerate(steps, 1):
            insert(
                connection,
                "incident_event",
                id=KEYS.format(91 + seq),
                incident_id=key,
                seq=seq,
                action=("report", "hold", "resume")[seq - 1],
                to_state=state,
                reason=reason,
                at=hours_later(connection, hour),
            )
    migrate.upgrade(empty)
    with empty.engine.connect() as connection:
        promised = sa.text("SELECT response_hours, resolve_hours FROM incident")
        assert tuple(connection.execute(promised).one()) == (0, 24)
