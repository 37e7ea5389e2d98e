"""Agreed times come from the settings; an incident keeps those it was reported under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app import bootstrap
from app.domain.incidents.drafts import HoldDraft, IncidentDraft
from app.domain.incidents.lifecycle import HoldReason, Impact, Urgency
from app.domain.incidents.targets import with_hours
from app.services import Services
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician

HOUR = timedelta(hours=1)


@pytest.fixture
def stricter(
    database: Database, clock: FrozenClock, settings: Settings
) -> Iterator[tuple[Services, Services]]:
    """The same database before and after the settings were changed: P2 in 12 hours, P1 in 2."""
    before = bootstrap.build(settings, clock=clock, database=database)
    hours = {"p2_resolve_hours": 12, "p1_resolve_hours": 2, "p2_response_hours": 3}
    changed = replace(settings, targets=with_hours(settings.targets, hours))
    after = bootstrap.build(changed, clock=clock, database=database)
    make_technician(before)
    yield before, after
    after.close()


def test_new_reports_follow_the_settings_and_old_ones_keep_their_promise(
    stricter: tuple[Services, Services], clock: FrozenClock
) -> None:
    before, after = stricter
    p2 = {"impact": Impact.PARTLY, "urgency": Urgency.HIGH}
    old = make_incident(before, **p2)
    new = make_incident(after, **p2)
    incident = after.incidents.get(new)
    assert incident.resolve_due_at == clock.now + 12 * HOUR
    assert incident.response_due_at == clock.now + 3 * HOUR
    after.incidents.start(old)
    after.incidents.hold(old, HoldDraft(HoldReason.ACCESS, clock.now.date()))
    clock.forward(hours=13)
    after.incidents.resume(old)
    kept = after.incidents.get(old)
    assert kept.resolve_due_at == kept.reported_at + (24 + 13) * HOUR
    for key, late in ((old, False), (new, True)):
        assert after.incidents.clocks(key).overdue is late
        assert after.incidents.get(key).overdue(clock.now) is late
    late_ones = after.incidents.first(IncidentFilter(states="overdue"), 9)
    assert [item.id for item in late_ones] == [new]


def test_another_priority_has_the_target_of_today(
    stricter: tuple[Services, Services], clock: FrozenClock
) -> None:
    before, after = stricter
    key = make_incident(before, impact=Impact.PARTLY, urgency=Urgency.HIGH)
    found = after.incidents.get(key)
    draft = IncidentDraft(
        terminal_id=found.terminal_id,
        symptom="完全停机",
        impact=Impact.STOPPED,
        urgency=Urgency.HIGH,
    )
    after.incidents.edit(key, found.version, draft)
    assert after.incidents.get(key).resolve_due_at == found.reported_at + 2 * HOUR
