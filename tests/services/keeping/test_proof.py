"""A thorough check finds what was changed past the program: also with another SQLite tool."""

from __future__ import annotations

import random
import shutil
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from app import bootstrap, paths, recovery
from app.domain.documents import AttachmentDraft, HandOut
from app.domain.errors import Unavailable
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ClosingDraft, ResolutionDraft
from app.domain.incidents.incidents import Confirmation, TestLine, TestOutcome
from app.domain.operations.operation import hash_of
from app.secret_store import SecretStore
from app.services import Services
from app.services.core.operation_log import read_operations
from app.services.core.outside_memory import OutsideMemory
from app.services.documents.attachments import Owner
from app.services.documents.requests import Request
from app.services.keeping.care import DataCare
from app.services.keeping.health import HealthFinding
from app.services.keeping.proof import differing_rows
from app.services.keeping.rebuilding import rebuild
from app.settings import Settings
from db import contents, newest
from db.copying import Damaged, examine
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident
from tests.test_secret_store import OneStore

Work = Callable[[int, int], None]


@pytest.fixture
def closed(services: Services) -> str:
    """A closed incident, its tests and its report, with a journal that knows them."""
    services.care.journal.catch_up()
    incident = make_incident(services)
    services.incidents.start(incident)
    services.incidents.resolve(
        incident,
        ResolutionDraft(
            fault_class=FaultClass.OPERATION,
            work_done="重新签到",
            tests=(
                TestLine("sign_in", TestOutcome.PASSED),
                TestLine("test_sale", TestOutcome.PASSED, "000123"),
            ),
        ),
    )
    services.incidents.close(incident, ClosingDraft(Confirmation.BY_PHONE, confirmed_by="王先生"))
    number = services.incidents.get(incident).number
    report = services.reporting.pdf(Request(kind="service_report", subject=number))
    services.reporting.note(report, HandOut.PRINTED)
    services.care.journal.catch_up()
    return incident


def by_hand(services: Services, *statements: str) -> None:
    """What somebody does with another SQLite tool, who gets rid of triggers and puts them back."""
    connection = dbapi2.connect(str(services.context.database.path))
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    there = triggers.fetchall()
    for name, _made in there:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert connection.execute(statement).rowcount
    for _name, made in there:
        connection.execute(made)
    connection.commit()
    connection.close()


def wrong(services: Services) -> dict[str, HealthFinding]:
    found = services.care.check(thorough=True)
    return {one.code: one for one in found if not one.well and one.code != "check.backup"}


BY_HAND = {
    ("incident", "changed"): "UPDATE incident SET work_done = '什么都没做'",
    ("incident_event", "changed"): "UPDATE incident_event SET at = '2026-01-01T00:00:00.000000Z'",
    ("incident_test", "missing"): "DELETE FROM incident_test WHERE item = 'test_sale'",
    ("issued_document", "changed"): "UPDATE issued_document SET content = replace(content,'1','2')",
    ("hand_out", "changed"): "UPDATE hand_out SET recipient = '别人'",
    ("terminal", "changed"): "UPDATE terminal SET remarks = 'x'",
    ("operation", "changed"): "UPDATE operation SET at = '2026-01-01T00:00:00.000000Z'",
    ("operation_change", "changed"): "UPDATE operation_change SET new = 'x'",
    ("area", "extra"): "INSERT INTO area (id, name) VALUES ('x', '不存在')",
    ("counter", "changed"): "UPDATE counter SET last = last - 1",
}
"""A row of the closed work each, and what somebody did to it."""


def test_rows_changed_by_another_tool_are_found_and_named(services: Services, closed: str) -> None:
    assert wrong(services) == {}
    by_hand(services, *BY_HAND.values())
    found = wrong(services)
    rows = found["check.state"].rows
    assert {(row.table, row.how) for row in rows} == set(BY_HAND)
    assert {row.record for row in rows if row.table == "incident"} == {"L7-000001"}
    assert {row.columns for row in rows if row.table == "incident"} == {("work_done",)}
    assert "check.log" in found


@pytest.mark.parametrize(
    ("table", "column", "statement"),
    [
        ("incident", "reported_at", "reported_at = replace(reported_at, 'T', 't')"),
        ("attachment", "damaged", "damaged = 3"),
    ],
)
def test_another_spelling_of_the_same_is_a_change(
    services: Services, table: str, column: str, statement: str
) -> None:
    """Python reads it as the same moment, or as true; the lists of the database do not."""
    services.care.journal.catch_up()
    mine = Owner(incident_id=make_incident(services))
    services.attachments.add(mine, b"\xff\xd8\xff\xe0 no picture", AttachmentDraft("x.jpg"))
    services.care.journal.catch_up()
    assert wrong(services) == {}
    by_hand(services, f"UPDATE {table} SET {statement}")
    (row,) = wrong(services)["check.state"].rows
    assert (row.table, row.columns) == (table, (column,))


def test_a_log_made_to_fit_again_does_not_fit_the_journal(services: Services, closed: str) -> None:
    """Whoever re-dates a line can work out all hashes anew; the journal has the old ones."""
    with services.context.read() as session:
        operations = list(read_operations(session))
    statements, before = [], operations[0].prev_hash
    for one in operations:
        late = replace(one, at=one.at.replace(year=2025), prev_hash=before)
        late = replace(late, hash=hash_of(late))
        before = late.hash
        at = late.at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        statements.append(
            f"UPDATE operation SET at = '{at}', prev_hash = x'{late.prev_hash.hex()}',"
            f" hash = x'{late.hash.hex()}' WHERE id = '{one.id}'"
        )
    by_hand(services, *statements)
    found = wrong(services)
    assert "check.log" not in found, "by itself the log looks whole"
    assert not found["check.journal"].well


def test_the_end_of_a_log_cut_off_is_found(services: Services, closed: str) -> None:
    with services.context.read() as session:
        last = list(read_operations(session))[-1]
    by_hand(services, f"DELETE FROM operation WHERE id = '{last.id}'")
    services.care.journal.catch_up()
    make_incident(services)
    services.care.journal.catch_up()
    found = wrong(services)
    assert "check.log" not in found, "the chain is whole up to its new end"
    assert "check.journal" in found


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("DROP TRIGGER operation_no_update", "operation_no_update"),
        ("DROP INDEX uq_placement_tid_open", "uq_placement_tid_open"),
        (
            "CREATE TRIGGER later AFTER INSERT ON area BEGIN UPDATE area SET name = 'x'; END",
            "later",
        ),
        ("CREATE TRIGGER hidden AFTER INSERT ON search_fts_data BEGIN SELECT 1; END", "hidden"),
        ("CREATE VIEW shown AS SELECT 1", "shown"),
        ("UPDATE sqlite_master SET type = 'tabla' WHERE name = 'part_kind'", "part_kind"),
        ("UPDATE alembic_version SET version_num = '0048'", "alembic_version"),
    ],
)
def test_rules_taken_away_or_put_in_by_another_tool_are_found(
    services: Services, statement: str, named: str
) -> None:
    (before,) = [one for one in services.care.check() if one.code == "check.schema"]
    assert before.well
    connection = dbapi2.connect(str(services.context.database.path))
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(statement)
    connection.commit()
    connection.close()
    (found,) = [one for one in services.care.check() if one.code == "check.schema"]
    assert (found.well, found.detail) == (False, f"{before.detail}, {named}")


def test_an_edited_stored_document_is_found(services: Services, closed: str) -> None:
    (pdf,) = (p for p in paths.attachments().glob("??/*") if p.read_bytes()[:4] == b"%PDF")
    pdf.write_bytes(pdf.read_bytes().replace(b"%PDF-1", b"%PDF-2", 1))
    (named,) = wrong(services)["check.files"].faulty
    assert (named.number, named.fault) == ("L7-000001", "damaged")


def test_an_operation_nobody_can_read_any_more_is_a_finding(
    services: Services, closed: str
) -> None:
    make_incident(services)
    by_hand(services, "UPDATE operation SET payload = x'00' WHERE kind = 'incident.open'")
    with pytest.raises(Unavailable, match="damaged"):
        services.care.journal.catch_up()
    found = wrong(services)
    assert {"check.log", "check.journal"} <= set(found)
    assert found["check.log"].problem is not None


def lose_journal(services: Services) -> None:
    shutil.rmtree(services.care.journal.folder)


def test_a_journal_that_vanished_is_a_finding_though_another_began(
    services: Services, closed: str
) -> None:
    kept = services.care.journal.series[-1].folder.name
    by_hand(services, BY_HAND["incident", "changed"])
    lose_journal(services)
    assert services.care.check()[-1].code == "check.journal_kept", "a quick check says so too"
    services.care.journal.catch_up()
    for _again in range(2):
        found = wrong(services)
        assert set(found) == {"check.journal_kept"}
        problem = found["check.journal_kept"].problem
        assert problem is not None
        assert (problem.code, problem.params["series"]) == ("journal.lost", kept)
    assert "check.journal_kept" in services.care.condition().wrong


def test_a_journal_replaced_by_a_younger_one_is_a_finding(services: Services, closed: str) -> None:
    (series,) = services.care.journal.series
    series.folder.rename(series.folder.with_name("20991129T120000"))
    assert "check.journal_kept" in wrong(services)


def test_a_journal_that_vanished_with_every_trace_in_files_is_a_finding(
    services: Services, settings: Settings, clock: FrozenClock, tmp_path: Path
) -> None:
    system, keys = OneStore(), tmp_path / "keys"
    memory = OutsideMemory(SecretStore(keys, system))
    build = bootstrap.builder(settings, clock)

    def started_again() -> DataCare:
        return DataCare(services.context, services.backups, build, memory=memory)

    care = started_again()
    make_incident(services)
    care.journal.catch_up()
    kept = care.journal.series[-1].folder.name
    assert care.journal.lost() == ""
    lose_journal(services)
    shutil.rmtree(keys)
    by_hand(services, "DELETE FROM app_state WHERE name = 'journal'")
    assert started_again().journal.lost() == kept
    started_again().journal.catch_up()
    by_hand(services, "DELETE FROM app_state WHERE name = 'journal'")
    assert started_again().journal.lost() == kept, "though another began"
    # A key store that is locked says nothing, and stops nothing.
    system.locked = True
    assert started_again().journal.lost() == ""


@pytest.mark.parametrize("edited", [True, False])
def test_a_backup_older_than_the_lost_journal_shows_what_was_changed(
    services: Services, clock: FrozenClock, edited: bool
) -> None:
    make_incident(services)
    copy = services.backups.back_up().path
    services.care.journal.catch_up()
    clock.forward(minutes=20)
    make_incident(services)
    services.backups.back_up()
    if edited:
        by_hand(services, BY_HAND["incident", "changed"])
    lose_journal(services)
    services.care.journal.catch_up()
    found = wrong(services)
    problem = found["check.journal_kept"].problem
    assert problem is not None
    assert problem.params["path"] == str(copy)
    assert ("check.state" in found) is edited
    # Compared and the same: the loss is made good.  Changed rows stay a finding.
    assert set(wrong(services)) == (set(found) if edited else set())


def test_a_restored_copy_misses_no_journal_of_before(
    services: Services, settings: Settings, clock: FrozenClock
) -> None:
    make_incident(services)
    services.care.journal.catch_up()
    DataCare(
        services.context,
        services.backups,
        bootstrap.builder(settings, clock),
        memory=OutsideMemory(bootstrap.secrets()),
    ).journal.begin_another()
    copy = services.backups.back_up().path
    services.close()
    shutil.rmtree(paths.backups() / "journal")
    recovery.restore(settings, copy, name="test", clock=clock)
    again = bootstrap.build(settings, clock=clock)
    assert "check.journal_kept" not in wrong(again)
    again.close()


def test_a_line_deleted_from_the_log_is_found_and_counted_once(
    services: Services, closed: str
) -> None:
    with services.context.read() as session:
        key = next(one.id for one in read_operations(session) if one.kind == "incident.resolve")
    by_hand(
        services,
        f"DELETE FROM operation_change WHERE operation_id = '{key}'",
        f"DELETE FROM operation WHERE id = '{key}'",
    )
    found = wrong(services)["check.state"]
    rows = [one for one in found.rows if one.table == "operation"]
    assert [(one.how, one.record) for one in rows] == [("missing", key)]
    assert found.detail == str(len(found.rows))


OFFSETS = 64


def test_case_19_every_flipped_bit_that_changes_anything_is_noticed(
    services: Services, settings: Settings, clock: FrozenClock, work: Work, tmp_path: Path
) -> None:
    """By the structure of the file, or by the rows.  What no operation writes and what is not
    remembered outside the database (`test_kept_trust.py`) is left out: half-filled forms, failed
    tries to sign in, the index for searching, and facts of which each run makes new ones."""
    services.care.journal.catch_up()
    work(7, 40)
    services.care.journal.catch_up()
    rebuild(
        services.care.journal.series[-1], tmp_path / "made.db", bootstrap.builder(settings, clock)
    )
    assert services.context.database.path is not None
    services.close()
    live = tmp_path / "live.db"
    shutil.copyfile(services.context.database.path, live)
    whole, content = live.read_bytes(), _content(live)
    made = Database(tmp_path / "made.db")
    chance = random.Random(12)
    seen = {"structure": 0, "rows": 0, "changes nothing": 0, "unnoticed": 0}
    # Most of a small file is empty pages, in which a bit changes nothing.
    written = [offset for offset, byte in enumerate(whole) if byte]
    for offset in sorted(chance.sample(written, OFFSETS)):
        flipped = bytearray(whole)
        flipped[offset] ^= 1 << chance.randrange(8)
        for left in tmp_path.glob("live.db*"):
            left.unlink()
        live.write_bytes(flipped)
        seen[_noticed(live, made, content)] += 1
    made.close()
    assert seen["unnoticed"] == 0, seen
    assert seen["rows"], seen


def _two_files(services: Services, folder: Path, areas: int) -> tuple[Path, Path]:
    """Two databases of one content, in which there are many areas."""
    source = services.context.database.path
    assert source is not None
    services.close()
    one, other = folder / "one.db", folder / "other.db"
    shutil.copyfile(source, one)
    connection = dbapi2.connect(str(one))
    with connection:
        connection.executemany(
            "INSERT INTO area (id, name) VALUES (?, ?)",
            ((f"a{n:07d}", f"区 {n} " + "中" * 40) for n in range(areas)),
        )
    connection.close()
    shutil.copyfile(one, other)
    return one, other


def _areas(path: Path) -> dict[str, str]:
    connection = dbapi2.connect(str(path))
    found = dict(connection.execute("SELECT id, name FROM area"))
    connection.close()
    return found


@pytest.mark.parametrize("seed", range(6))
def test_the_rows_that_differ_are_those_and_no_others(
    services: Services, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    one, other = _two_files(services, tmp_path, 300)
    for path in (one, other):
        connection = dbapi2.connect(str(path))
        keys = [key for (key,) in connection.execute("SELECT id FROM area ORDER BY id")]
        with connection:
            # At the beginning, at the end and anywhere: one side goes ahead of the other.
            for key in {*keys[: chance.randrange(4)], *keys[-1:], *chance.sample(keys, 40)}:
                change = chance.choice(("DELETE FROM area", "UPDATE area SET name = name || '!'"))
                connection.execute(f"{change} WHERE id = ?", (key,))
            connection.execute("INSERT INTO area (id, name) VALUES (?, ?)", (path.stem, path.stem))
        connection.close()
    mine, theirs = _areas(one), _areas(other)
    expected = [
        (key, "changed" if key in mine and key in theirs else "extra" if key in mine else "missing")
        for key in sorted(mine.keys() | theirs.keys())
        if mine.get(key) != theirs.get(key)
    ]
    now, made = Database(one), Database(other)
    found = list(differing_rows(now, made))
    now.close()
    made.close()
    assert {difference.table for difference in found} == {"area"}
    names = {**theirs, **mine}
    assert [(one.record, one.how) for one in found] == [(names[key], how) for key, how in expected]
    assert {how for _key, how in expected} == {"changed", "extra", "missing"}


def test_a_comparison_holds_no_table_in_memory(services: Services, tmp_path: Path) -> None:
    one, other = _two_files(services, tmp_path, 20_000)
    now, made = Database(one), Database(other)
    assert list(differing_rows(now, made)) == []
    tracemalloc.start()
    try:
        assert list(differing_rows(now, made)) == []
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        now.close()
        made.close()
    assert most < one.stat().st_size / 4


def _noticed(live: Path, made: Database, content: Any) -> str:
    try:
        database = Database(live)
    except Unavailable:
        return "structure"
    try:
        with database.connect() as connection:
            examine(connection.connection.dbapi_connection)
            if newest.deviations(connection):
                return "structure"
        if any(differing_rows(database, made)):
            return "rows"
    except (Damaged, Unavailable, dbapi2.Error):
        return "structure"
    finally:
        database.close()
    return "changes nothing" if _content(live) == content else "unnoticed"


OWN = contents.OF_THIS_COMPUTER | {"alembic_version"}


def _content(path: Path) -> Any:
    """Every row of every table that operations write."""
    connection = dbapi2.connect(str(path))
    connection.text_factory = bytes
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    found = {
        name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name.decode()}"')))
        for (name,) in names
        if name.decode() not in OWN and not name.startswith(b"search_")
    }
    connection.close()
    return found
