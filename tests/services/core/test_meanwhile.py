"""A step that is refused because somebody else came first says who did what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app import bootstrap
from app.domain.errors import Conflict, NotAllowed
from app.domain.incidents.drafts import IncidentDraft
from app.i18n import translator
from app.services import Services
from app.settings import Settings
from app.texts import error_text
from db.engine import Database
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician


@pytest.fixture
def other(any_services: Services, clock: FrozenClock) -> Iterator[Services]:
    """A second seat."""
    url = any_services.context.database.url.render_as_string(hide_password=False)
    target = str(any_services.context.database.path or url)
    made = bootstrap.build(
        Settings(technician="T02", device="L8"), clock=clock, database=Database(target)
    )
    yield made
    made.close()


def test_a_refused_edit_says_who_changed_what(
    any_services: Services, other: Services, clock: FrozenClock
) -> None:
    make_technician(any_services, "T02", name="王强")
    key = make_incident(any_services, reporter_phone="13800001111")
    mine = any_services.incidents.get(key)
    clock.forward(minutes=5)
    theirs = other.incidents.get(key)
    draft = IncidentDraft(
        terminal_id=theirs.terminal_id, displayed_code="A0", reporter_phone="13900002222"
    )
    other.incidents.edit(key, theirs.version, draft)
    with pytest.raises(Conflict) as refused:
        any_services.incidents.edit(key, mine.version, replace(draft, reporter_phone="13700003333"))
    assert [(deed.actor, deed.kind) for deed in refused.value.meanwhile] == [
        ("T02", "incident.edit")
    ]
    said = error_text(translator("zh"), refused.value)
    assert mine.number in said
    assert "T02 王强 (L8)" in said
    assert "13800001111 → 13900002222" in said


def test_a_step_another_seat_made_impossible_says_who_did(
    any_services: Services, other: Services, clock: FrozenClock
) -> None:
    key = make_incident(any_services)
    clock.forward(minutes=5)
    other.incidents.cancel(key, "误报")
    with pytest.raises(NotAllowed) as refused:
        any_services.incidents.start(key)
    assert [deed.kind for deed in refused.value.meanwhile] == ["incident.cancel"]
    assert "T02" in error_text(translator("en"), refused.value)


def test_nobody_is_named_for_what_one_did_oneself(any_services: Services) -> None:
    key = make_incident(any_services)
    any_services.incidents.cancel(key, "误报")
    with pytest.raises(NotAllowed) as refused:
        any_services.incidents.start(key)
    assert refused.value.meanwhile == ()
