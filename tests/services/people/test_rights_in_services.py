"""`require` refuses by the role read from the database, knows whose record it is, and people cannot
raise themselves or leave nobody who can administer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app import bootstrap, paths
from app.domain.documents import AttachmentDraft, HandOut, Stage
from app.domain.errors import InvalidInput, NotPermitted
from app.domain.people.roles import Role, SignedIn
from app.services import Services
from app.services.core.audit import TrailFilter
from app.services.core.rights import READ_AGAIN, read_again, require
from app.services.documents.attachments import Owner
from app.services.documents.requests import Request
from app.services.documents.sealing import Certificate
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import change_technician, make_incident, make_technician

BOSS = "correct horse battery"


@pytest.fixture
def people(services: Services) -> dict[str, str]:
    """Ids by code; T01 administrator with a password, M01 manager, T02 and T03 technicians."""
    roles = {"T01": Role.ADMINISTRATOR, "M01": Role.MANAGER}
    ids = {
        code: make_technician(services, code, name=f"{code}号", role=roles.get(code, "technician"))
        for code in ("T01", "M01", "T02", "T03")
    }
    services.people.set_password(ids["T01"], BOSS)
    return ids


def works(services: Services, code: str) -> None:
    """Let somebody work here as if they had signed in: hashing is slow and tested elsewhere."""
    known = services.directory.technician(code)
    services.context.person = SignedIn(
        id=known.id, code=known.code, name=known.name, role=known.role
    )
    services.context.actor = known.code
    read_again(services.context)


@pytest.fixture
def second_seat(
    people: dict[str, str], database_path_services: Services, services: Services
) -> Services:
    """Another program on the same database, where T01 works."""
    works(database_path_services, "T01")
    return database_path_services


@pytest.fixture
def database_path_services(
    sqlite_database: Database, clock: FrozenClock, settings: Settings
) -> Iterator[Services]:
    """All services over the same file by a connection of their own."""
    assert sqlite_database.path is not None
    opened = Database(sqlite_database.path)
    built = bootstrap.build(settings, clock=clock, database=opened)
    yield built
    built.close()


def test_leads_hand_work_out_and_each_answers_for_themselves(
    services: Services, people: dict[str, str]
) -> None:
    dispatching, today = services.dispatching, services.context.today()
    change_technician(services, people["M01"], role=Role.LEAD)
    works(services, "T02")
    number = services.incidents.get(make_incident(services)).number
    with pytest.raises(NotPermitted):
        dispatching.dispatch(dispatching.numbered(number), people["T03"], today)
    works(services, "M01")
    dispatching.dispatch(dispatching.numbered(number), people["T03"], today)
    for code in ("T02", "M01"):
        works(services, code)
        for answer in (dispatching.accept, lambda item: dispatching.refuse(item, "太远")):
            with pytest.raises(NotPermitted) as no:
                answer(dispatching.numbered(number))
            assert no.value.code == "permission.only_self"
        if code == "T02":
            with pytest.raises(NotPermitted):
                dispatching.take_back(dispatching.numbered(number))
    works(services, "T03")
    dispatching.accept(dispatching.numbered(number))


def test_own_is_who_it_is_assigned_to_else_who_reported(
    services: Services, people: dict[str, str]
) -> None:
    works(services, "T02")
    mine = make_incident(services)
    theirs = make_incident(services)
    services.incidents.assign(theirs, people["T03"])
    for kind in ("incident.reopen", "incident.cancel", "incident.assign"):
        require(services.context, kind, key=mine)
        with pytest.raises(NotPermitted) as no:
            require(services.context, kind, key=theirs)
        assert no.value.code == "permission.own"
    works(services, "T03")
    require(services.context, "incident.reopen", key=theirs)
    with pytest.raises(NotPermitted):
        require(services.context, "incident.reopen", key=mine)
    works(services, "M01")
    require(services.context, "incident.reopen", key=theirs)


def test_a_record_that_is_not_there_is_nobodys(services: Services, people: dict[str, str]) -> None:
    works(services, "T02")
    nothing = "0190a1b2-0000-7000-8000-00000000ffff"
    for kind in ("incident.cancel", "visit.cancel", "occurrence.skip", "leave.remove"):
        with pytest.raises(NotPermitted):
            require(services.context, kind, key=nothing)


def test_leave_is_ones_own_and_so_is_taking_it_back(
    services: Services, people: dict[str, str]
) -> None:
    today = services.context.today()
    works(services, "T02")
    require(services.context, "leave.enter", key=people["T02"])
    with pytest.raises(NotPermitted):
        require(services.context, "leave.enter", key=people["T03"])
    mine = services.leave.enter(services.leave.preview(people["T02"], today, today))
    works(services, "M01")
    theirs = services.leave.enter(services.leave.preview(people["T03"], today, today))
    works(services, "T02")
    require(services.context, "leave.remove", key=mine)
    with pytest.raises(NotPermitted):
        require(services.context, "leave.remove", key=theirs)


def test_what_another_seat_changed_counts_soon(
    services: Services, people: dict[str, str], second_seat: Services, clock: FrozenClock
) -> None:
    works(services, "M01")
    require(services.context, "plan.set_active")
    change_technician(second_seat, people["M01"], role=Role.TECHNICIAN)
    clock.forward(seconds=READ_AGAIN.total_seconds())
    with pytest.raises(NotPermitted):
        require(services.context, "plan.set_active")
    change_technician(second_seat, people["M01"], active=False)
    clock.forward(days=-1)
    with pytest.raises(NotPermitted) as no:
        require(services.context, "incident.open")
    assert no.value.code == "permission.sign_in"


def test_a_seat_that_was_open_before_the_first_password_is_guarded_too(
    services: Services, database_path_services: Services, clock: FrozenClock
) -> None:
    boss = make_technician(services, role=Role.ADMINISTRATOR)
    require(database_path_services.context, "plan.set_active")
    services.people.set_password(boss, BOSS)
    clock.forward(seconds=READ_AGAIN.total_seconds())
    with pytest.raises(NotPermitted):
        require(database_path_services.context, "plan.set_active")


def test_technicians_change_nobodys_entry(services: Services, people: dict[str, str]) -> None:
    works(services, "T02")
    for who in ("T02", "T03", "T01"):
        with pytest.raises(NotPermitted):
            change_technician(services, people[who], name="改名")
    with pytest.raises(NotPermitted):
        make_technician(services, "T09")
    names = {t.code: t.name for t in services.directory.technicians()}
    assert names["T03"] == "T03号"


def test_only_an_administrator_gives_roles(services: Services, people: dict[str, str]) -> None:
    works(services, "M01")
    change_technician(services, people["T02"], phone="13800000000")
    with pytest.raises(NotPermitted):
        change_technician(services, people["T02"], role=Role.LEAD)
    with pytest.raises(NotPermitted):
        change_technician(services, people["M01"], role=Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        make_technician(services, "T09", role=Role.MANAGER)
    with pytest.raises(NotPermitted):
        change_technician(services, people["T01"], active=False)
    works(services, "T01")
    change_technician(services, people["T02"], role=Role.LEAD)


def test_the_last_administrator_stays(services: Services, people: dict[str, str]) -> None:
    works(services, "T01")
    for changes in ({"role": Role.MANAGER}, {"active": False}):
        with pytest.raises(InvalidInput) as no:
            change_technician(services, people["T01"], **changes)
        assert [p.code for p in no.value.problems] == ["people.last_administrator"]
    given = services.people.give_code(people["M01"])
    change_technician(services, people["M01"], role=Role.ADMINISTRATOR)
    services.people.redeem("M01", given.code, "has a password, too")
    change_technician(services, people["T01"], role=Role.MANAGER)


def test_the_log_is_read_by_whom_the_table_names_others_read_what_is_theirs(
    services: Services, people: dict[str, str]
) -> None:
    """In lists, tables and documents alike."""
    works(services, "T02")
    make_incident(services)
    works(services, "T03")
    theirs = make_incident(services)
    works(services, "T01")
    services.incidents.assign(theirs, people["T02"])
    everything = services.audit.count(TrailFilter())
    works(services, "T02")
    entries = services.audit.first(TrailFilter(), 100)
    assert {one.actor for one in entries} == {"T01", "T02", "T03"}
    assert {one.key for one in entries if one.actor != "T02"} == {theirs}
    [printed] = services.reporting.documents(Request(kind="audit_trail"))
    assert printed.sheet.total == len(entries) == services.audit.count(TrailFilter()) < everything
    works(services, "M01")
    assert services.audit.count(TrailFilter()) == everything
    services.context.person = None
    read_again(services.context)
    for ask in (
        lambda: services.audit.first(TrailFilter(), 1),
        lambda: services.reporting.documents(Request(kind="audit_trail")),
    ):
        with pytest.raises(NotPermitted) as no:
            ask()
        assert no.value.code == "permission.sign_in"


def test_a_right_that_is_missing_is_told_before_any_file_is_written(
    services: Services, people: dict[str, str], tmp_path: Path
) -> None:
    make_technician(services, "A01", name="审计", role=Role.AUDITOR)
    works(services, "T01")
    incident = make_incident(services)
    number = services.incidents.get(incident).number
    printed = services.reporting.pdf(Request(kind="service_order", subject=number))
    before = sorted(paths.attachments().rglob("*"))
    works(services, "A01")
    draft = AttachmentDraft("说明.txt", Stage.BEFORE, "")
    with pytest.raises(NotPermitted):
        services.attachments.add(Owner(incident_id=incident), b"text", draft)
    with pytest.raises(NotPermitted):
        services.verifying.seal(printed.pdf, Certificate(file="no.p12"))
    services.context.standing = replace(services.context.standing, view_only=True)
    for hand_out in (
        lambda: services.reporting.save(printed, tmp_path / "order.pdf"),
        lambda: services.reporting.note(printed, HandOut.PRINTED),
        lambda: services.reporting.note_sealed(printed.pdf, printed.handed, "x.pdf", "某公司"),
    ):
        with pytest.raises(NotPermitted):
            hand_out()
    assert not (tmp_path / "order.pdf").exists()
    assert sorted(paths.attachments().rglob("*")) == before
