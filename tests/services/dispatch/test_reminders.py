"""Each reminder is told once: whatever the clock does, and however often the program starts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.dispatch.reminders import (
    NEVER_QUIET,
    QuietHours,
    ReminderKind,
    parse_quiet_hours,
)
from app.domain.errors import BadValue
from app.domain.incidents.drafts import HoldDraft
from app.domain.incidents.lifecycle import HoldReason
from app.domain.maintenance.visits import ScheduleDraft
from app.services import Services
from app.services.dispatch.reminders import Reminders
from db.models.office import AppStateRow
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician
from tests.maintenance import TODAY, make_plan, planned

_FORGET = sa.delete(AppStateRow).where(sa.column("name").like("reminders/%"))
_SPAN = timedelta(days=6)


@pytest.fixture
def busy(services: Services, clock: FrozenClock) -> Services:
    """One of each, all mine; another technician's is not."""
    me, other = make_technician(services, "T01"), make_technician(services, "T02")
    promised = make_incident(services, promised_at=clock.now + timedelta(hours=5))
    held = make_incident(services)
    theirs = make_incident(services, promised_at=clock.now + timedelta(hours=2))
    for key, who in ((promised, me), (held, me), (theirs, other)):
        services.incidents.assign(key, who)
    services.incidents.start(held)
    services.incidents.hold(held, HoldDraft(HoldReason.PARTS, date(2026, 11, 25), "等件"))
    make_plan(services)
    services.generation.generate(TODAY)
    for visit in planned(services):
        found = services.visits.get(visit.id).summary
        draft = ScheduleDraft(planned_on=TODAY + timedelta(days=2), technician_id=me)
        services.visits.schedule(visit.id, found.version, draft)
    return services


def test_reminders_follow_from_the_records(busy: Services, clock: FrozenClock) -> None:
    found = Reminders(busy.context).between(
        clock.now - timedelta(days=1), clock.now + timedelta(days=9)
    )
    kinds = Counter(one.kind for one in found)
    assert kinds[ReminderKind.PROMISED] == 1
    assert kinds[ReminderKind.HOLD_ENDS] == 1
    assert kinds[ReminderKind.VISIT_TOMORROW] == len(planned(busy)) > 0
    # The clock of the one that waits for parts stands still or not as the rules say.
    assert kinds[ReminderKind.DEADLINE_NEAR] >= 1
    assert [one.at for one in found] == sorted(one.at for one in found)
    promised = next(one for one in found if one.kind is ReminderKind.PROMISED)
    assert promised.until - promised.at == timedelta(hours=1)


def test_a_look_takes_each_once_and_what_was_moved_again(
    busy: Services, clock: FrozenClock
) -> None:
    assert Reminders(busy.context).take() == ()
    clock.forward(hours=4)
    (first,) = Reminders(busy.context).take()
    assert first.kind is ReminderKind.PROMISED
    assert Reminders(busy.context).take() == ()
    clock.forward(hours=-3)
    assert Reminders(busy.context).take() == (), "a clock set back tells nothing twice"
    assert Reminders(busy.context).take() == (), "nor does another start"


def test_in_quiet_hours_nothing_is_told_and_nothing_lost(
    busy: Services, clock: FrozenClock
) -> None:
    clock.forward(hours=4)
    local = clock.now.astimezone(busy.context.zone).time()
    quiet = QuietHours(local, (datetime.combine(TODAY, local) + timedelta(hours=1)).time())
    assert Reminders(busy.context).take(quiet) == ()
    clock.forward(hours=1)
    assert [one.kind for one in Reminders(busy.context).take(quiet)] == [ReminderKind.PROMISED]


def test_what_was_planned_late_for_tomorrow_is_told_at_once(
    busy: Services, clock: FrozenClock
) -> None:
    clock.now = datetime(2026, 11, 24, 14, tzinfo=UTC)
    told = Reminders(busy.context).take()
    assert ReminderKind.VISIT_TOMORROW in {one.kind for one in told}
    late = make_incident(busy, promised_at=clock.now + timedelta(minutes=20))
    person = busy.directory.technician("T01").id
    busy.incidents.assign(late, person)
    assert [one.about for one in Reminders(busy.context).take()] == [late]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ticks=st.lists(st.integers(-600, 2_880), min_size=1, max_size=25))
def test_over_any_ticks_each_is_told_exactly_once(
    busy: Services, clock: FrozenClock, ticks: list[int]
) -> None:
    """Minutes forward (a sleep), back (a clock set right), and a restart after each."""
    begun = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    clock.now = begun
    busy.context.actor = "T01"
    with busy.context.write_locally() as unit:
        unit.session.execute(_FORGET)
    told: Counter[str] = Counter()
    latest = begun
    for minutes in ticks:
        clock.now = max(begun, min(clock.now + timedelta(minutes=minutes), begun + _SPAN))
        latest = max(latest, clock.now)
        told.update(one.key for one in Reminders(busy.context).take())
    clock.now = latest
    due = {one.key for one in Reminders(busy.context).between(begun - timedelta(days=7), latest)}
    told.update(one.key for one in Reminders(busy.context).take())
    assert told == Counter(dict.fromkeys(due, 1))


@pytest.mark.parametrize(
    ("raw", "clock", "quiet"),
    [
        ("21:00-07:00", time(21), True),
        ("21:00-07:00", time(6, 59), True),
        ("21:00-07:00", time(7), False),
        ("12:00–13:30", time(13), True),
        ("12:00至13:30", time(14), False),
        ("", time(3), False),
        ("9：00-9：00", time(9), False),
    ],
)
def test_quiet_hours(raw: str, clock: time, quiet: bool) -> None:
    assert parse_quiet_hours(raw).holds(clock) is quiet


def test_quiet_hours_that_are_none_are_refused() -> None:
    for raw in ("21", "25:00-07:00", "21:00-", "abends"):
        with pytest.raises(BadValue):
            parse_quiet_hours(raw)
    assert parse_quiet_hours("") == NEVER_QUIET
