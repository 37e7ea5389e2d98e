"""An incident reported under a serial number is offered and linked once its terminal is
registered."""

from __future__ import annotations

from app.domain.incidents.drafts import IncidentDraft
from app.services import Services
from tests.factories import make_technician, make_terminal


def test_it_waits_until_linked_and_keeps_everything_else(any_services: Services) -> None:
    services = any_services
    make_technician(services)
    key = services.incidents.open(
        IncidentDraft(
            unknown_serial="x7k9001",
            displayed_code="A0",
            code_profile="unionpay",
            reporter_name="王先生",
        )
    )
    assert services.incidents.waiting_for("X7K9002") == ()
    terminal = make_terminal(services, serial="X7K9001", tid="50000412")
    (waiting,) = services.incidents.waiting_for("X7K9001")
    assert waiting.id == key
    before = services.incidents.get(key)
    services.incidents.link(key, terminal)
    after = services.incidents.get(key)
    assert services.incidents.waiting_for("X7K9001") == ()
    assert (after.terminal_id, after.tid, after.unknown_serial) == (terminal, "50000412", "")
    for name in (
        "code_profile",
        "reporter_name",
        "symptom",
        "down_from",
        "priority",
        "promised_at",
    ):
        assert getattr(after, name) == getattr(before, name), name
