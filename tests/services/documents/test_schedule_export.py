"""The schedule for other programs, and the agenda of the day, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from app.domain.errors import InvalidInput, NotFound
from app.domain.maintenance.visits import ScheduleDraft
from app.i18n import translator
from app.services import Services
from app.services.core.audit import TrailFilter
from app.services.documents.requests import Request
from app.services.documents.schedule_export import DAYS
from app.tabular.calendars import CalendarEntry, calendar_bytes
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.maintenance import TODAY, make_plan, planned

T = translator("zh")


def estate(services: Services) -> None:
    """Two technicians of two areas, with visits."""
    make_technician(services, code="T01", name="张工", areas=("浦东新区",))
    make_technician(services, code="T02", name="王工", areas=("昆山市",))
    for n, area in enumerate(("浦东新区", "昆山市"), start=1):
        make_terminal(
            services,
            serial=f"SN00000{n}",
            tid=f"5000000{n}",
            mid=f"84829005812000{n}",
            merchant_name=f"测试店{n}",
            area=area,
        )
    make_plan(services)
    services.generation.generate()


def whole() -> Request:
    """Everything there is."""
    return Request(kind="", since=TODAY, until=TODAY + timedelta(days=120))


def events(content: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def test_each_technician_gets_a_calendar_with_just_their_visits(
    any_services: Services, tmp_path: Path
) -> None:
    estate(any_services)
    files = any_services.schedule_export.write_calendars(tmp_path / "plan.ics", whole(), T)
    assert [file.name for file in files] == ["plan-T01.ics", "plan-T02.ics"]
    found = {file.name: events(file.read_bytes()) for file in files}
    mine = {f"{v.id}@poscare" for v in planned(any_services) if v.technician_code == "T02"}
    assert {str(event["uid"]) for event in found["plan-T02.ics"]} == mine
    assert len(set.union(*({str(e["uid"]) for e in items} for items in found.values()))) == sum(
        map(len, found.values())
    )


def test_a_moved_visit_keeps_its_uid_and_counts_its_revision_up(
    any_services: Services, tmp_path: Path
) -> None:
    estate(any_services)
    schedules, visit = any_services.schedule_export, planned(any_services)[0]
    path, request = tmp_path / "p.ics", whole()
    before = {
        str(e["uid"]): e
        for f in schedules.write_calendars(path, request, T)
        for e in events(f.read_bytes())
    }
    any_services.visits.schedule(
        visit.id, visit.version, ScheduleDraft(planned_on=visit.window_until, start_minute=570)
    )
    after = {
        str(e["uid"]): e
        for f in schedules.write_calendars(path, request, T)
        for e in events(f.read_bytes())
    }
    assert before.keys() == after.keys()
    key = f"{visit.id}@poscare"
    assert int(after[key]["sequence"]) > int(before[key]["sequence"])
    assert after[key].decoded("dtstart").date() == visit.window_until


@pytest.mark.parametrize("kind", sorted(DAYS))
def test_every_kind_of_schedule_is_a_table(any_services: Services, kind: str) -> None:
    estate(any_services)
    request = Request(kind="", since=TODAY, until=TODAY + timedelta(days=60))
    made = any_services.schedule_export.table(kind, request, T)
    assert made.header
    assert all(len(row) == len(made.header) for row in made.rows)
    days = [cell for row in made.rows for cell in row if isinstance(cell, date)]
    numbers = [cell for row in made.rows for cell in row if isinstance(cell, int | float)]
    assert bool(days) is (kind != "compliance")
    assert bool(numbers) is (kind != "year")
    if kind != "compliance":
        assert any("SN000001" in str(cell) for row in made.rows for cell in row)


def test_what_a_phone_has_and_is_no_longer_true_is_taken_back(
    any_services: Services, tmp_path: Path
) -> None:
    estate(any_services)
    schedules, visits = any_services.schedule_export, any_services.visits
    mine = [v for v in planned(any_services) if v.technician_code == "T01"]
    (other,) = {v.technician_id for v in planned(any_services) if v.technician_code == "T02"}
    cancelled, given, moved = mine[:3]
    day = Request(kind="", since=TODAY, until=TODAY + timedelta(days=120), technician="T01")

    def handed(request: Request = day) -> dict[str, Any]:
        (file,) = schedules.write_calendars(tmp_path / "t.ics", request, T)
        return {str(event["uid"]): event for event in events(file.read_bytes())}

    first = handed()
    visits.cancel(cancelled.id, "商户停业")
    visits.schedule(given.id, given.version, ScheduleDraft(technician_id=other))
    second = handed()
    for visit in (cancelled, given):
        uid = f"{visit.id}@poscare"
        assert (first[uid]["status"], second[uid]["status"]) == ("CONFIRMED", "CANCELLED")
        assert int(second[uid]["sequence"]) > int(first[uid]["sequence"])
    # Still taken back the next time, for a phone that missed it, and the log does not grow.
    before = any_services.audit.first(TrailFilter(), 1)
    assert handed().keys() == second.keys()
    assert any_services.audit.first(TrailFilter(), 1) == before
    # A visit moved out of the days asked for moves in the phone as well.
    short = replace(day, until=moved.planned_on)
    visits.schedule(
        moved.id, moved.version, ScheduleDraft(planned_on=moved.planned_on + timedelta(days=1))
    )
    assert handed(short)[f"{moved.id}@poscare"].decoded("dtstart") > moved.planned_on
    # Given back, it is in the calendar again, newer than what took it away.
    again = visits.get(given.id).summary
    visits.schedule(again.id, again.version, ScheduleDraft(technician_id=given.technician_id))
    third = handed()[f"{given.id}@poscare"]
    assert third["status"] == "CONFIRMED"
    assert int(third["sequence"]) > int(second[f"{given.id}@poscare"]["sequence"])


def test_what_cannot_be_is_refused(any_services: Services, tmp_path: Path) -> None:
    schedules = any_services.schedule_export
    with pytest.raises(InvalidInput):
        schedules.table("decade", whole(), T)
    with pytest.raises(NotFound):
        schedules.table("month", Request(kind="", technician="NOBODY"), T)
    with pytest.raises(InvalidInput):
        schedules.write_calendars(tmp_path / "p.ics", whole(), T)
    assert list(tmp_path.glob("*.ics")) == []


def test_an_hour_the_clock_change_leaves_out_becomes_one_that_exists() -> None:
    entry = CalendarEntry(
        uid="a@poscare",
        revision=1,
        day=date(2027, 3, 28),
        minute=150,
        minutes=30,
        title="02:30 does not exist",
    )
    content = calendar_bytes("x", [entry], ZoneInfo("Europe/Berlin"), _stamp())
    (event,) = events(content)
    assert event.decoded("dtstart").strftime("%H:%M") == "03:30"
    assert b"BEGIN:VTIMEZONE" in content
    assert b"TZID:Europe/Berlin" in content


def test_long_and_odd_words_survive_the_calendar() -> None:
    title = "测试店，“特价”; 第二行\\n" * 8
    content = calendar_bytes(
        "x",
        [
            CalendarEntry(
                uid="a@poscare",
                revision=1,
                day=TODAY,
                minute=None,
                minutes=30,
                title=title,
                text="一\n二",
            )
        ],
        None,
        _stamp(),
    )
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (event,) = events(content)
    assert str(event["summary"]) == title
    assert str(event["description"]) == "一\n二"


@pytest.mark.parametrize(
    "text",
    ["x\r\nATTENDEE:mailto:thief@example.cn", "END:VEVENT\r\nBEGIN:VALARM", "\\n;,:", "\u202eexe"],
)
def test_no_words_make_a_line_of_their_own_in_a_calendar(text: str) -> None:
    entry = CalendarEntry(
        uid="a@poscare",
        revision=1,
        day=TODAY,
        minute=None,
        minutes=30,
        title=text,
        text=text,
        place=text,
    )
    (event,) = events(calendar_bytes(text, [entry], None, _stamp()))
    assert str(event["summary"]) == text.replace("\r\n", "\n")
    assert "attendee" not in event
    assert not event.subcomponents


def test_the_agenda_holds_what_is_due_and_what_is_late(
    any_services: Services, clock: FrozenClock
) -> None:
    estate(any_services)
    visits, first = any_services.visits, planned(any_services)[0]
    clock.forward(days=(first.planned_on - TODAY).days)
    due = visits.agenda()
    assert first.id in {visit.id for visit in due.due}
    assert visits.agenda(first.technician_id).due_count <= due.due_count
    clock.forward(days=1)
    late = visits.agenda()
    assert first.id in {visit.id for visit in late.overdue}
    assert late.overdue_count == due.due_count + due.overdue_count


def _stamp() -> Any:
    from datetime import UTC, datetime

    return datetime(2026, 11, 23, tzinfo=UTC)
