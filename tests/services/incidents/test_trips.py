"""Setting off, arriving and leaving make the minutes of the report."""

from __future__ import annotations

from app.domain.incidents.drafts import WorkEntryDraft
from app.domain.incidents.incidents import WorkKind
from app.domain.incidents.trips import TripStep, trip_of
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician


def minutes(services: Services, key: str) -> list[tuple[WorkKind, int]]:
    return [(entry.kind, entry.minutes) for entry in services.incidents.get(key).work]


def test_a_trip_has_its_minutes_and_time_on_site_counts_once(
    any_services: Services, clock: FrozenClock
) -> None:
    make_technician(any_services)
    key = make_incident(any_services)
    log = any_services.work_log
    log.note_trip(key, TripStep.SET_OFF, "前往商户")
    log.note_trip(key, TripStep.SET_OFF, "前往商户")
    log.note_trip(key, TripStep.LEAVE, "离开")
    assert minutes(any_services, key) == [(WorkKind.TRAVEL, 0)], "neither follows"
    clock.forward(minutes=25)
    log.note_trip(key, TripStep.ARRIVE, "现场")
    clock.forward(minutes=10)
    log.add_work(key, WorkEntryDraft(summary="清洁读卡器", minutes=15))
    clock.forward(minutes=30)
    any_services.context.actor = "T02"
    assert trip_of(any_services.incidents.get(key).work, "T02").on_site is None
    log.note_trip(key, TripStep.LEAVE, "离开")
    any_services.context.actor = "T01"
    log.note_trip(key, TripStep.LEAVE, "离开")
    assert minutes(any_services, key) == [
        (WorkKind.TRAVEL, 25),
        (WorkKind.NOTE, 25),
        (WorkKind.CHECK, 15),
    ]
    work = any_services.incidents.get(key).work
    assert trip_of(work, "T01").steps == {TripStep.SET_OFF, TripStep.ARRIVE}


def test_a_clock_set_back_or_a_forgotten_step_gives_no_nonsense(
    any_services: Services, clock: FrozenClock
) -> None:
    key = make_incident(any_services)
    any_services.work_log.note_trip(key, TripStep.SET_OFF, "前往商户")
    clock.forward(minutes=-30)
    any_services.work_log.note_trip(key, TripStep.ARRIVE, "现场")
    clock.forward(days=3)
    any_services.work_log.note_trip(key, TripStep.LEAVE, "离开")
    assert sorted(minutes(any_services, key)) == [(WorkKind.NOTE, 1440), (WorkKind.TRAVEL, 0)]
