"""A shop at hand: one gathered reading, however much there is at the shop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.incidents.drafts import IncidentDraft
from app.services import Services
from app.services.dispatch.shop import read_shop, shop_of_incident
from tests.factories import make_incident, make_technician, make_terminal
from tests.maintenance import make_plan, planned

SAME = {"mid": "848290051234567", "merchant_name": "张记面馆"}


def queries(services: Services, work: Callable[[], object]) -> int:
    """How many statements `work` sends."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = services.context.database.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def test_a_shop_has_its_terminals_incidents_and_visits(any_services: Services) -> None:
    make_technician(any_services)
    terminals = [make_terminal(any_services, **SAME) for _ in range(3)]
    make_terminal(any_services)
    opened = make_incident(any_services, terminals[0])
    gone = make_incident(any_services, terminals[1])
    any_services.incidents.cancel(gone, "误报")
    make_plan(any_services)
    any_services.generation.generate()
    shop = shop_of_incident(any_services.context, any_services.terminal_stops, opened)
    assert shop is not None
    assert (shop.name, shop.phone) == ("张记面馆", "17700000412")
    assert shop.latitude == pytest.approx(31.23)
    assert {t.id for t in shop.terminals} == set(terminals)
    assert [i.id for i in shop.incidents] == [opened, gone]
    assert shop.visits
    assert {v.merchant_id for v in shop.visits} == {shop.id}
    assert len(shop.visits) < len(planned(any_services))


def test_more_terminals_and_incidents_ask_no_more_questions(services: Services) -> None:
    first = make_terminal(services, **SAME)
    incident = make_incident(services, first)
    shop = shop_of_incident(services.context, services.terminal_stops, incident)
    assert shop is not None
    few = queries(services, lambda: read_shop(services.context, services.terminal_stops, shop.id))
    for _ in range(6):
        make_incident(services, make_terminal(services, **SAME))
    assert (
        queries(services, lambda: read_shop(services.context, services.terminal_stops, shop.id))
        == few
    )


def test_an_unknown_terminal_has_no_shop(any_services: Services) -> None:
    draft = IncidentDraft(unknown_serial="NEVERSEEN1", symptom="不开机")
    incident = any_services.incidents.open(draft)
    assert shop_of_incident(any_services.context, any_services.terminal_stops, incident) is None
    with pytest.raises(NotFound):
        read_shop(
            any_services.context,
            any_services.terminal_stops,
            "01a20574-0000-7000-8000-000000000000",
        )
